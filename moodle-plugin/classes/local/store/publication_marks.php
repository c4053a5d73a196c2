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

use local_courseglue\local\publication\policy;
use stdClass;

/**
 * Marks courses whose record may have to change; {@see publication_queue} takes them from there.
 *
 * @package    local_courseglue
 * @copyright  2026 The CourseGlue authors
 * @license    https://www.gnu.org/copyleft/gpl.html GNU GPL v3 or later
 */
final class publication_marks {
    /** @var int Courses that one statement names. */
    private const CHUNK = 500;

    /**
     * Marks a course, because something that its record says may have changed.
     *
     * @param int $courseid
     */
    public static function mark(int $courseid): void {
        global $DB;
        $dirty = $DB->get_field(publication_store::TABLE, 'dirty', ['courseid' => $courseid]);
        if ($dirty === false) {
            self::insert($courseid);
        } else if ((int) $dirty !== publication_store::MARKED) {
            self::mark_known($courseid);
        }
    }

    /**
     * Marks some courses.
     *
     * @param int[] $courseids
     * @param stdClass[] $rows their rows, as far as they have one, by course id
     */
    public static function mark_many(array $courseids, array $rows): void {
        global $DB;
        $new = [];
        $known = [];
        foreach ($courseids as $courseid) {
            isset($rows[$courseid]) ? $known[] = $courseid : $new[] = $courseid;
        }
        if ($known) {
            [$in, $params] = $DB->get_in_or_equal($known, SQL_PARAMS_NAMED);
            self::mark_where("courseid {$in}", $params);
        }
        if ($new) {
            try {
                $DB->insert_records(publication_store::TABLE, array_map(self::new_row(...), $new));
            } catch (\dml_write_exception $e) {
                // Another request inserted one of them meanwhile.
                array_map(self::mark(...), $new);
            }
        }
    }

    /**
     * Marks a course if it has a row.
     *
     * @param int $courseid
     */
    public static function mark_known(int $courseid): void {
        self::mark_where('courseid = :courseid', ['courseid' => $courseid]);
    }

    /**
     * Marks every course that has a row.
     */
    public static function mark_all(): void {
        self::mark_where('1 = 1');
    }

    /**
     * Marks the courses that have waited long enough, once each.
     *
     * @param int $grace seconds
     */
    public static function mark_waited(int $grace): void {
        self::mark_where(
            'choice = :undecided AND state = :none AND timetold <= :before AND timechecked < timetold + :grace',
            ['undecided' => policy::UNDECIDED, 'none' => publication_store::NONE, 'before' => time() - $grace, 'grace' => $grace],
        );
    }

    /**
     * Marks the hidden courses that other sites have. Moodle hides the courses of a category by SQL and triggers no event.
     */
    public static function mark_hidden(): void {
        global $DB;
        $hidden = $DB->get_fieldset_sql(
            'SELECT p.courseid
               FROM {' . publication_store::TABLE . '} p
               JOIN {course} c ON c.id = p.courseid
              WHERE c.visible = 0 AND p.dirty = :clean AND p.state IN (:pending, :published)',
            [
                'clean' => publication_store::CLEAN,
                'pending' => publication_store::PENDING,
                'published' => publication_store::PUBLISHED,
            ],
        );
        foreach (array_chunk($hidden, self::CHUNK) as $some) {
            self::mark_lost($some);
        }
    }

    /**
     * Marks courses that do not qualify any more, before all others.
     *
     * @param int[] $courseids
     */
    public static function mark_lost(array $courseids): void {
        global $DB;
        if ($courseids) {
            [$in, $params] = $DB->get_in_or_equal($courseids, SQL_PARAMS_NAMED);
            self::mark_where("courseid {$in}", $params, true);
        }
    }

    /**
     * Marks every course with a row in a category or below it.
     *
     * @param int $categoryid
     */
    public static function mark_category(int $categoryid): void {
        global $DB;
        $below = $DB->sql_like('cc.path', ':below');
        self::mark_where(
            "courseid IN (SELECT c.id
                            FROM {course} c
                            JOIN {course_categories} cc ON cc.id = c.category
                           WHERE cc.id = :id OR {$below})",
            ['id' => $categoryid, 'below' => "%/{$categoryid}/%"],
            true,
        );
    }

    /**
     * Marks the publications whose course is gone without an event, and drops rows that nothing is published for, except those that
     * say "never": the course may come back from a backup that was made before.
     */
    public static function mark_orphans(): void {
        global $DB;
        $gone = "NOT EXISTS (SELECT 1 FROM {course} c WHERE c.id = courseid)";
        $DB->delete_records_select(
            publication_store::TABLE,
            "state = :none AND choice <> :never AND {$gone}",
            ['none' => publication_store::NONE, 'never' => policy::NEVER],
        );
        self::mark_where("state <> :none AND {$gone}", ['none' => publication_store::NONE]);
    }

    /**
     * Makes a marked row; another request may be doing the same.
     *
     * @param int $courseid
     */
    private static function insert(int $courseid): void {
        global $DB;
        try {
            $DB->insert_record(publication_store::TABLE, self::new_row($courseid));
        } catch (\dml_write_exception $e) {
            if (!$DB->record_exists(publication_store::TABLE, ['courseid' => $courseid])) {
                throw $e;
            }
            self::mark_known($courseid);
        }
    }

    /**
     * A marked row of a course that had none.
     *
     * @param int $courseid
     * @return array
     */
    private static function new_row(int $courseid): array {
        return [
            'courseid' => $courseid,
            'choice' => policy::UNDECIDED,
            'dirty' => publication_store::MARKED,
            'state' => publication_store::NONE,
            'timechecked' => 0,
            'timewaiting' => time(),
        ];
    }

    /**
     * Marks courses. They wait from now on, unless they waited already.
     *
     * @param string $where
     * @param array $params
     * @param bool $first whether their turn comes before that of others, because they may have to be withdrawn
     */
    private static function mark_where(string $where, array $params = [], bool $first = false): void {
        global $DB;
        $turn = $first ? ', timechecked = 0' : '';
        $DB->execute(
            'UPDATE {' . publication_store::TABLE . "}
                SET dirty = :marked, timewaiting = COALESCE(timewaiting, :now) {$turn}
              WHERE {$where}",
            $params + ['marked' => publication_store::MARKED, 'now' => time()],
        );
    }
}
