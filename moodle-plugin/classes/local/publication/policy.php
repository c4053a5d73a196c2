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
 * The consent of the administrator, the managers of categories and the teachers to sharing courses.
 *
 * The site's policy is one of nothing, ask the teachers, or every qualifying course. A category may have another one, which its
 * courses and the categories below follow. A course's own choice is only asked where the policy leaves room for it, except that
 * "never" always wins.
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

    /** @var string[] The policies, from the narrowest. */
    public const POLICIES = [self::NONE, self::ASK, self::ALL];

    /** @var int The course follows its category and the site. */
    public const UNDECIDED = 0;
    /** @var int The course's teachers want it published. */
    public const PUBLISH = 1;
    /** @var int The course's teachers refuse. */
    public const NEVER = 2;

    /** @var int[] The choices. */
    public const CHOICES = [self::UNDECIDED, self::PUBLISH, self::NEVER];

    /** @var category_policies what categories decide */
    public readonly category_policies $categories;

    /**
     * A policy.
     *
     * @param string $site one of the site policy constants
     * @param bool $ended whether courses stay published after their end date
     * @param bool $forcelogin whether courses are published although the site forces users to log in
     * @param bool $backups whether records say that a backup is offered
     * @param bool $opencontents whether contents leave also where people have to register and enrol to see them
     * @param int $grace seconds that a course waits before it is published without anybody having chosen it
     * @param category_policies|null $categories what categories decide; null for nothing
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
        /** @var bool whether contents leave also where people have to register and enrol to see them */
        public readonly bool $opencontents = false,
        /** @var int seconds that a course waits before it is published without anybody having chosen it */
        public readonly int $grace = 0,
        ?category_policies $categories = null,
    ) {
        $this->categories = $categories ?? new category_policies();
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
            !empty($config->opencontents),
            max(0, (int) ($config->graceperiod ?? DAYSECS)),
            category_policies::current(),
        );
    }

    /**
     * The policy that the courses of a category follow.
     *
     * @param int $categoryid
     * @return string one of the site policy constants
     */
    public function of_category(int $categoryid): string {
        $decider = $this->categories->decider($categoryid);
        return $decider === null ? $this->site : $this->categories->own()[$decider];
    }

    /**
     * Why neither the site, nor the category, nor the course's teachers consent, or null when they do.
     *
     * @param int $choice the course's own choice
     * @param int $categoryid the course's category
     * @return string|null a reason of {@see verdict}
     */
    public function refusal(int $choice, int $categoryid): ?string {
        if ($choice === self::NEVER) {
            return verdict::CHOICE_NEVER;
        }
        $policy = $this->of_category($categoryid);
        if ($policy === self::NONE) {
            return $this->categories->decider($categoryid) === null ? verdict::POLICY_NONE : verdict::CATEGORY_NONE;
        }
        if ($policy === self::ASK && $choice !== self::PUBLISH) {
            return verdict::UNDECIDED;
        }
        return $this->is_closed() ? verdict::FORCE_LOGIN : null;
    }

    /**
     * Whether the courses of a category are candidates without anybody having chosen them.
     *
     * @param int $categoryid
     * @return bool
     */
    public function covers(int $categoryid): bool {
        return $this->refusal(self::UNDECIDED, $categoryid) === null;
    }

    /**
     * Whether a course's sections, activities and tags leave: guests can read them, or the course's people saw them in the
     * preview and shared them.
     *
     * @param string $access how somebody from outside gets in, a constant of {@see access}
     * @param bool $shared whether a teacher or manager shared this very course after the preview
     * @return bool
     */
    public function reveals_contents(string $access, bool $shared): bool {
        return $shared || $access === access::GUEST || ($this->opencontents && $access === access::OPEN);
    }

    /**
     * Whether a policy holds for the site or for any category.
     *
     * @param string $policy one of the site policy constants
     * @return bool
     */
    public function has_anywhere(string $policy): bool {
        return !$this->is_closed() && ($this->site === $policy || in_array($policy, $this->categories->own(), true));
    }

    /**
     * Whether the site shows nothing to visitors, and the administrator did not decide to publish in spite of it.
     *
     * @return bool
     */
    private function is_closed(): bool {
        global $CFG;
        return !empty($CFG->forcelogin) && !$this->forcelogin;
    }

    /**
     * The condition under which a course's own choice does not stand against its publication, wherever on the site it is.
     *
     * @param string $choice the field that holds it
     * @return array SQL, and its parameters
     */
    public function consent_sql(string $choice): array {
        return match (true) {
            $this->has_anywhere(self::ALL) => ["{$choice} <> :never", ['never' => self::NEVER]],
            $this->has_anywhere(self::ASK) => ["{$choice} = :publish", ['publish' => self::PUBLISH]],
            default => ['1 = 0', []],
        };
    }
}
