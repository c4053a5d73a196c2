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

namespace local_courseglue\local\description;

use stdClass;

/**
 * The description of a course, or of a category's courses, beside Moodle's own fields: subject, level and so on.
 *
 * @package    local_courseglue
 * @copyright  2026 The CourseGlue authors
 * @license    https://www.gnu.org/copyleft/gpl.html GNU GPL v3 or later
 */
final class description {
    /** @var string[] The facts about a course; those of a category are the defaults for its courses. */
    public const FACTS = ['subject', 'level', 'audience', 'licence', 'workload'];

    /** @var string[] The consents of a course's teachers, which no category gives for them. */
    public const CONSENTS = ['contact', 'copying'];

    /** @var int More hours are no course. */
    public const MAX_WORKLOAD = 10000;

    /**
     * A description.
     *
     * @param string|null $subject a code of {@see subject}
     * @param string|null $level a code of {@see level}
     * @param string|null $audience a code of {@see audience}
     * @param string|null $licence a short name of this site's list of licences
     * @param int|null $workload hours
     * @param bool $contact whether teachers of other sites may write
     * @param bool $copying whether other sites may copy the course
     */
    public function __construct(
        /** @var string|null a code of {@see subject} */
        public readonly ?string $subject = null,
        /** @var string|null a code of {@see level} */
        public readonly ?string $level = null,
        /** @var string|null a code of {@see audience} */
        public readonly ?string $audience = null,
        /** @var string|null a short name of this site's list of licences */
        public readonly ?string $licence = null,
        /** @var int|null hours */
        public readonly ?int $workload = null,
        /** @var bool whether teachers of other sites may write */
        public readonly bool $contact = false,
        /** @var bool whether other sites may copy the course */
        public readonly bool $copying = false,
    ) {
    }

    /**
     * A description from a form, a row or a backup; what is no such value is left out.
     *
     * @param stdClass|array $data
     * @return self
     */
    public static function from(stdClass|array $data): self {
        $data = (array) $data;
        $text = fn(string $name): string => is_scalar($data[$name] ?? null) ? trim((string) $data[$name]) : '';
        $workload = $text('workload');
        $licence = clean_param($text('licence'), PARAM_TEXT);
        return new self(
            subject::is_code($text('subject')) ? $text('subject') : null,
            level::is_code($text('level')) ? $text('level') : null,
            audience::is_code($text('audience')) ? $text('audience') : null,
            $licence === '' || \core_text::strlen($licence) > 255 ? null : $licence,
            ctype_digit($workload) && (int) $workload > 0 && (int) $workload <= self::MAX_WORKLOAD ? (int) $workload : null,
            !empty($data['contact']),
            !empty($data['copying']),
        );
    }

    /**
     * The languages in which words are recognised as a value: the same in cron and for every user.
     *
     * @return string[]
     */
    public static function languages(): array {
        global $CFG;
        return array_unique(['en', $CFG->lang]);
    }

    /**
     * This description, with missing facts taken from another one. Consents are not taken over.
     *
     * @param self $other
     * @return self
     */
    public function or(self $other): self {
        return new self(
            $this->subject ?? $other->subject,
            $this->level ?? $other->level,
            $this->audience ?? $other->audience,
            $this->licence ?? $other->licence,
            $this->workload ?? $other->workload,
            $this->contact,
            $this->copying,
        );
    }

    /**
     * The description without the consents.
     *
     * @return self
     */
    public function without_consents(): self {
        return (new self())->or($this);
    }

    /**
     * Whether it says nothing.
     *
     * @return bool
     */
    public function is_empty(): bool {
        return array_filter((array) $this) === [];
    }
}
