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

use stdClass;

/**
 * This site's own publications: one row for each course that was chosen, published or marked.
 *
 * Each part of a row is written by a class of its own: {@see choice_store} what people decided, {@see publication_marks} and
 * {@see publication_queue} what has to be done, {@see delivery_store} what was sent. Updates write single fields: a task that read
 * the row earlier never overwrites a teacher's choice.
 *
 * @package    local_courseglue
 * @copyright  2026 The CourseGlue authors
 * @license    https://www.gnu.org/copyleft/gpl.html GNU GPL v3 or later
 */
final class publication_store {
    /** @var string The table. */
    public const TABLE = 'local_courseglue_publications';

    /** @var string State: other sites have nothing of the course. */
    public const NONE = 'none';
    /** @var string State: its record was sent or is about to be, and is not yet stored at all homes. */
    public const PENDING = 'pending';
    /** @var string State: its record is stored at all homes. */
    public const PUBLISHED = 'published';
    /** @var string State: its withdrawal is not yet stored at all homes. */
    public const WITHDRAWING = 'withdrawing';

    /** @var int Mark: there is nothing to do. */
    public const CLEAN = 0;
    /** @var int Mark: something changed; the course has to be compared with what was sent. */
    public const MARKED = 1;
    /** @var int Mark: a run works on the course. A mark that is set meanwhile stays. */
    public const IN_WORK = 2;

    /**
     * The row of a course.
     *
     * @param int $courseid
     * @return stdClass|null
     */
    public static function get(int $courseid): ?stdClass {
        global $DB;
        return $DB->get_record(self::TABLE, ['courseid' => $courseid]) ?: null;
    }

    /**
     * The rows of some courses.
     *
     * @param int[] $courseids
     * @return stdClass[] by course id
     */
    public static function get_many(array $courseids): array {
        global $DB;
        $rows = [];
        foreach ($DB->get_records_list(self::TABLE, 'courseid', $courseids) as $row) {
            $rows[(int) $row->courseid] = $row;
        }
        return $rows;
    }

    /**
     * Whether other sites have a course, or will soon.
     *
     * @param stdClass|null $row
     * @return bool
     */
    public static function is_out(?stdClass $row): bool {
        return in_array($row->state ?? null, [self::PENDING, self::PUBLISHED], true);
    }

    /**
     * The number of courses in each state.
     *
     * @return int[] state → number
     */
    public static function count_by_state(): array {
        global $DB;
        $counts = $DB->get_records_sql_menu('SELECT state, COUNT(*) FROM {' . self::TABLE . '} GROUP BY state');
        return array_map('intval', $counts);
    }

    /**
     * Writes some fields of a row that was read.
     *
     * @param stdClass $row
     * @param array $fields
     */
    public static function update(stdClass $row, array $fields): void {
        global $DB;
        $DB->update_record(self::TABLE, ['id' => $row->id] + $fields);
    }
}
