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

namespace local_courseglue\local\store;

use local_courseglue\local\publication\course_events;
use local_courseglue\local\publication\policy;
use stdClass;

/**
 * Stores people's choices for their courses: to share, never to share, or undecided; and since when an undecided course waits for
 * an objection.
 *
 * @package    local_courseglue
 * @copyright  2026 The CourseGlue authors
 * @license    https://www.gnu.org/copyleft/gpl.html GNU GPL v3 or later
 */
final class choice_store {
    /**
     * A course's own choice.
     *
     * @param int $courseid
     * @return int a constant of {@see policy}
     */
    public static function get(int $courseid): int {
        return (int) (publication_store::get($courseid)->choice ?? policy::UNDECIDED);
    }

    /**
     * Stores the choice for a course and marks the course. Every change of a choice comes through here.
     *
     * @param int $courseid
     * @param int $choice a constant of {@see policy}
     * @param bool $previewed whether the person saw the preview of what other sites get
     */
    public static function choose(int $courseid, int $choice, bool $previewed = false): void {
        global $DB;
        $before = self::get($courseid);
        publication_marks::mark($courseid);
        $DB->set_field(publication_store::TABLE, 'choice', $choice, ['courseid' => $courseid]);
        if ($previewed || $choice !== policy::PUBLISH) {
            $time = $choice === policy::PUBLISH ? time() : 0;
            $DB->set_field(publication_store::TABLE, 'timepreviewed', $time, ['courseid' => $courseid]);
        }
        course_events::chosen($courseid, $before, $choice);
    }

    /**
     * Whether a teacher or manager shared this very course after the preview.
     *
     * @param stdClass|null $row
     * @return bool
     */
    public static function is_shared(?stdClass $row): bool {
        return $row !== null && (int) $row->choice === policy::PUBLISH && (int) $row->timepreviewed > 0;
    }

    /**
     * Notes that the teachers of courses were told that their courses will be shared: from now on the courses wait for objections.
     *
     * @param int[] $courseids
     */
    public static function start_wait(array $courseids): void {
        global $DB;
        if ($courseids) {
            [$in, $params] = $DB->get_in_or_equal($courseids, SQL_PARAMS_NAMED);
            $DB->set_field_select(publication_store::TABLE, 'timetold', time(), "timetold IS NULL AND courseid {$in}", $params);
        }
    }

    /**
     * Whether a course waits for objections: nobody decided about it, and no other site has it.
     *
     * @param int $courseid
     * @return bool
     */
    public static function is_waiting(int $courseid): bool {
        global $DB;
        return $DB->record_exists_select(
            publication_store::TABLE,
            'courseid = :courseid AND choice = :undecided AND state = :none AND timetold IS NOT NULL',
            ['courseid' => $courseid, 'undecided' => policy::UNDECIDED, 'none' => publication_store::NONE],
        );
    }

    /**
     * Has the next run tell the teachers of a course, and begins its wait anew then.
     *
     * @param int $courseid
     */
    public static function restart_wait(int $courseid): void {
        global $DB;
        $DB->set_field(publication_store::TABLE, 'timetold', null, ['courseid' => $courseid]);
        publication_marks::mark($courseid);
    }
}
