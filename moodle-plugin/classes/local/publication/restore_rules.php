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

use local_courseglue\local\description\description;
use local_courseglue\local\store\choice_store;
use local_courseglue\local\store\description_store;

/**
 * The rules for a choice when a course, or a part of it, is restored into another course: "never" goes with the content, and wins
 * over the choice that was made there. "Share" does not go with it: a copy is shared only if somebody chooses so.
 *
 * @package    local_courseglue
 * @copyright  2026 The CourseGlue authors
 * @license    https://www.gnu.org/copyleft/gpl.html GNU GPL v3 or later
 */
final class restore_rules {
    /**
     * Something of a course arrived in another, or in itself.
     *
     * @param int $courseid where it arrived
     * @param int $choice what was chosen where it comes from
     */
    public static function choice(int $courseid, int $choice): void {
        if ($choice === policy::NEVER && $courseid !== (int) SITEID && choice_store::get($courseid) !== policy::NEVER) {
            choice_store::choose($courseid, policy::NEVER);
        }
    }

    /**
     * Restores the description of a course. Consent that was given on another site does not hold here.
     *
     * @param int $courseid
     * @param description $description
     * @param bool $samesite whether it comes from this site
     */
    public static function description(int $courseid, description $description, bool $samesite): void {
        (new description_store())->keep($courseid, $samesite ? $description : $description->without_consents());
    }

    /**
     * A course was restored from one of this site, which may have been refused since the backup was made.
     *
     * @param int $courseid
     * @param int $originalid
     */
    public static function from(int $courseid, int $originalid): void {
        self::choice($courseid, choice_store::get($originalid));
    }
}
