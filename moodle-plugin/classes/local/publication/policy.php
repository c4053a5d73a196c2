<?php
// This file is part of Moodle - http://moodle.org/
//
// Moodle is free software: you can redistribute it and/or modify
// it under the terms of the GNU General Public License as published by
// the Free Software Foundation, either version 3 of the License, or
// (at your option) any later version.
//
// Moodle is distributed in the hope that it will be useful,
// but WITHOUT ANY WARRANTY; without even the implied warranty of
// MERCHANTABILITY or FITNESS FOR A PARTICULAR PURPOSE.  See the
// GNU General Public License for more details.
//
// You should have received a copy of the GNU General Public License
// along with Moodle.  If not, see <http://www.gnu.org/licenses/>.

declare(strict_types=1);

namespace local_courseglue\local\publication;

/**
 * What the administrator and the teachers of a course agreed to.
 *
 * The site's policy is one of nothing, ask the teachers, or every qualifying course. A course's own choice is only
 * asked where the policy leaves room for it, except that "never" always wins.
 *
 * @package    local_courseglue
 * @copyright  2026 The CourseGlue authors
 * @license    https://www.gnu.org/copyleft/gpl.html GNU GPL v3 or later
 */
final class policy {
    /** @var string Publish no course. */
    public const NONE = 'none';
    /** @var string Publish the courses whose teachers said so. */
    public const ASK = 'ask';
    /** @var string Publish every qualifying course whose teachers did not refuse. */
    public const ALL = 'all';

    /** @var int The course follows the site. */
    public const UNDECIDED = 0;
    /** @var int The course's teachers want it published. */
    public const PUBLISH = 1;
    /** @var int The course's teachers refuse. */
    public const NEVER = 2;

    /**
     * A policy.
     *
     * @param string $site one of the site policy constants
     * @param bool $ended whether courses stay published after their end date
     * @param bool $forcelogin whether courses are published although the site forces users to log in
     * @param bool $backups whether records say that a backup is offered
     */
    public function __construct(
        /** @var string one of the site policy constants */
        public readonly string $site,
        /** @var bool whether courses stay published after their end date */
        public readonly bool $ended = false,
        /** @var bool whether courses are published although the site forces users to log in */
        public readonly bool $forcelogin = false,
        /** @var bool whether records say that a backup is offered */
        public readonly bool $backups = false,
    ) {
    }

    /**
     * The policy as it is set now.
     *
     * @return self
     */
    public static function current(): self {
        $config = get_config('local_courseglue');
        $site = $config->publishpolicy ?? self::NONE;
        return new self(
            in_array($site, [self::ASK, self::ALL], true) ? $site : self::NONE,
            !empty($config->publishended),
            !empty($config->publishforcelogin),
            !empty($config->backups),
        );
    }

    /**
     * Why neither the site nor the course's teachers consent, or null when they do.
     *
     * @param int $choice the course's own choice
     * @return string|null a reason of {@see verdict}
     */
    public function refusal(int $choice): ?string {
        global $CFG;
        if ($choice === self::NEVER) {
            return verdict::CHOICE_NEVER;
        }
        if ($this->site === self::NONE) {
            return verdict::POLICY_NONE;
        }
        if ($this->site === self::ASK && $choice !== self::PUBLISH) {
            return verdict::UNDECIDED;
        }
        if (!empty($CFG->forcelogin) && !$this->forcelogin) {
            return verdict::FORCE_LOGIN;
        }
        return null;
    }

    /**
     * Whether courses are candidates without anybody having chosen them.
     *
     * @return bool
     */
    public function covers_every_course(): bool {
        return $this->refusal(self::UNDECIDED) === null;
    }

    /**
     * Whether no course at all can be published.
     *
     * @return bool
     */
    public function forbids_every_course(): bool {
        return $this->refusal(self::PUBLISH) !== null;
    }

    /**
     * The condition under which a course's own choice does not stand against its publication.
     *
     * @param string $choice the field that holds it
     * @return array SQL, and its parameters
     */
    public function consent_sql(string $choice): array {
        return match (true) {
            $this->covers_every_course() => ["{$choice} <> :never", ['never' => self::NEVER]],
            $this->forbids_every_course() => ['1 = 0', []],
            default => ["{$choice} = :publish", ['publish' => self::PUBLISH]],
        };
    }
}
