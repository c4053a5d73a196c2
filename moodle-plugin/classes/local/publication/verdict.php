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
 * Whether a course qualifies for publication and, if not, the first reason.
 *
 * @package    local_courseglue
 * @copyright  2026 The CourseGlue authors
 * @license    https://www.gnu.org/copyleft/gpl.html GNU GPL v3 or later
 */
final class verdict {
    /** @var string The front page is no course. */
    public const SITE_COURSE = 'sitecourse';
    /** @var string The course's teachers refuse. */
    public const CHOICE_NEVER = 'choicenever';
    /** @var string The site publishes nothing. */
    public const POLICY_NONE = 'policynone';
    /** @var string The category of the course, or one above it, publishes nothing. */
    public const CATEGORY_NONE = 'categorynone';
    /** @var string The site asks the teachers, and they have not answered. */
    public const UNDECIDED = 'undecided';
    /** @var string Visitors have to log in, and the administrator did not decide to publish in spite of it. */
    public const FORCE_LOGIN = 'forcelogin';
    /** @var string The course is hidden. */
    public const HIDDEN = 'hidden';
    /** @var string The course's category, or one above it, is hidden. */
    public const HIDDEN_CATEGORY = 'hiddencategory';
    /** @var string Guests may not see the course in its category. */
    public const NOT_LISTED = 'notlisted';
    /** @var string The course's end date has passed. */
    public const ENDED = 'ended';
    /** @var string It will be published, and its teachers have some time to say no. */
    public const WAITING = 'waiting';

    /**
     * A verdict.
     *
     * @param string|null $reason null when the course qualifies
     * @param int|null $until of a course that waits: Unix s; null while its teachers have not been told
     */
    public function __construct(
        /** @var string|null null when the course qualifies */
        public readonly ?string $reason,
        /** @var int|null of a course that waits: Unix s; null while its teachers have not been told */
        public readonly ?int $until = null,
    ) {
    }

    /**
     * Whether the course qualifies.
     *
     * @return bool
     */
    public function qualifies(): bool {
        return $this->reason === null;
    }

    /**
     * Whether the course is to be published, and its teachers have not been told.
     *
     * @return bool
     */
    public function is_untold(): bool {
        return $this->reason === self::WAITING && $this->until === null;
    }
}
