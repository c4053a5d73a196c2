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

use local_courseglue\local\description\description;

/**
 * The descriptions that teachers gave of their courses.
 *
 * @package    local_courseglue
 * @copyright  2026 The CourseGlue authors
 * @license    https://www.gnu.org/copyleft/gpl.html GNU GPL v3 or later
 */
final class description_store {
    /** @var string The table. */
    public const TABLE = 'local_courseglue_descriptions';

    /**
     * The description of a course.
     *
     * @param int $courseid
     * @return description
     */
    public function get(int $courseid): description {
        global $DB;
        return description::from($DB->get_record(self::TABLE, ['courseid' => $courseid]) ?: []);
    }

    /**
     * Keeps what is said of a course, and has it looked at again.
     *
     * @param int $courseid
     * @param description $description
     */
    public function keep(int $courseid, description $description): void {
        global $DB;
        $consents = ['contact' => (int) $description->contact, 'copying' => (int) $description->copying];
        $row = ['timemodified' => time()] + $consents + (array) $description;
        $id = $DB->get_field(self::TABLE, 'id', ['courseid' => $courseid]);
        if ($id === false && $description->is_empty()) {
            return;
        }
        $id === false
            ? $DB->insert_record(self::TABLE, ['courseid' => $courseid] + $row)
            : $DB->update_record(self::TABLE, ['id' => $id] + $row);
        publication_marks::mark_known($courseid);
    }

    /**
     * Forgets a course that is gone.
     *
     * @param int $courseid
     */
    public function forget(int $courseid): void {
        global $DB;
        $DB->delete_records(self::TABLE, ['courseid' => $courseid]);
    }
}
