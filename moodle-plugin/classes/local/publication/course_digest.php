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

use core_course\customfield\course_handler;
use moodle_recordset;
use stdClass;

/**
 * A digest of everything in Moodle's database that the record of a course may mention.
 *
 * A sweep compares it instead of making every record again: it is read for many courses at once, by queries whose number does
 * not grow with the courses, and nothing of what Moodle keeps of a course's structure is loaded or rebuilt for it. What holds for
 * every course of the site is not in it: {@see site_conditions}.
 *
 * @package    local_courseglue
 * @copyright  2026 The CourseGlue authors
 * @license    https://www.gnu.org/copyleft/gpl.html GNU GPL v3 or later
 */
final class course_digest {
    /** @var string[] Fields of a course that change without anything that a record says, such as when caches are purged. */
    private const LEFT_OUT = ['cacherev', 'sortorder', 'timemodified'];

    /**
     * @var string[] What is read of every course: the queries' {in} is the condition on the field of the course's id. Their order
     * begins with the course: PostgreSQL reads recordsets by cursors, for whose first rows it would rather go through a whole table
     * in the order of its ids.
     */
    private const QUERIES = [
        "SELECT ti.id, ti.itemid AS courseid, t.rawname
           FROM {tag_instance} ti
           JOIN {tag} t ON t.id = ti.tagid
          WHERE ti.component = 'core' AND ti.itemtype = 'course' AND ti.itemid {in}
       ORDER BY ti.itemid, ti.id",
        "SELECT id, course AS courseid, section, name, visible, availability, sequence, component, itemid
           FROM {course_sections}
          WHERE course {in}
       ORDER BY course, id",
        "SELECT id, courseid, subject, level, audience, licence
           FROM {local_courseglue_descriptions}
          WHERE courseid {in}
       ORDER BY courseid, id",
        // What a role may do in one course.
        "SELECT rc.id, ctx.instanceid AS courseid, rc.roleid, rc.capability, rc.permission
           FROM {context} ctx
           JOIN {role_capabilities} rc ON rc.contextid = ctx.id
          WHERE ctx.contextlevel = " . CONTEXT_COURSE . " AND ctx.instanceid {in}
       ORDER BY ctx.instanceid, rc.id",
    ];

    /** @var int Contexts that one query names. */
    private const CONTEXTS = 1000;

    /** @var \HashContext[] by course id */
    private array $hashes = [];

    /**
     * A reader of some courses.
     *
     * @param stdClass[] $courses
     */
    private function __construct(array $courses) {
        foreach ($courses as $course) {
            $this->hashes[(int) $course->id] = hash_init('sha1');
        }
    }

    /**
     * The fingerprints of some courses.
     *
     * @param stdClass[] $courses rows of the course table
     * @param category_paths $categories
     * @param access $access
     * @return string[] 40 lower-case hexadecimal digits each, by course id
     */
    public static function of(array $courses, category_paths $categories, access $access): array {
        if (!$courses) {
            return [];
        }
        $digests = new self($courses);
        $ways = $access->of_many(array_keys($digests->hashes));
        foreach ($courses as $course) {
            $id = (int) $course->id;
            $digests->add($id, array_diff_key((array) $course, array_flip(self::LEFT_OUT)));
            $digests->add($id, [$ways[$id], array_column($categories->of((int) $course->category), 'name')]);
        }
        foreach (self::QUERIES as $sql) {
            $digests->add_rows($sql);
        }
        $digests->add_custom_fields();
        $digests->add_activities();
        return array_map(hash_final(...), $digests->hashes);
    }

    /**
     * Adds what the custom fields hold.
     */
    private function add_custom_fields(): void {
        $fields = array_map('intval', array_keys(course_handler::create()->get_fields()));
        if ($fields) {
            $ids = implode(', ', $fields);
            $this->add_rows(
                "SELECT id, instanceid AS courseid, fieldid, intvalue, charvalue, value, valueformat
                   FROM {customfield_data}
                  WHERE fieldid IN ({$ids}) AND instanceid {in}
               ORDER BY instanceid, id",
            );
        }
    }

    /**
     * Adds the activities, the name of each, and what a role may do in it.
     */
    private function add_activities(): void {
        global $DB;
        $contexts = $this->add_modules();
        foreach ($DB->get_records_list('modules', 'id', array_keys($contexts), 'id', 'id, name') as $type) {
            // The activities of a plugin whose files are gone stay in the courses.
            if (\core_component::get_plugin_directory('mod', $type->name) !== null) {
                // Whether a person gave the name is decided by the fields of which Moodle may have made it.
                $fields = implode(', ', ['id', 'course AS courseid', 'name', ...given_names::fields($type->name)]);
                $this->add_rows("SELECT {$fields} FROM {{$type->name}} WHERE course {in} ORDER BY course, id");
                if (given_names::is_of_a_file($type->name)) {
                    $this->add_files($type->name, $contexts[$type->id]);
                }
            }
        }
        $this->add_rows_by_context(
            'SELECT id, contextid, roleid, capability, permission FROM {role_capabilities} WHERE contextid {in} ORDER BY contextid, id',
            array_replace([], ...array_values($contexts)),
        );
    }

    /**
     * Adds what Moodle says of any activity.
     *
     * @return int[][] by the type's id, the course of each activity by its context's id
     */
    private function add_modules(): array {
        $contexts = [];
        $rows = $this->rows(
            "SELECT cm.id, cm.course AS courseid, cm.module, cm.instance, cm.section, cm.visible, cm.visibleoncoursepage,
                    cm.deletioninprogress, cm.groupmode, cm.availability, ctx.id AS contextid
               FROM {course_modules} cm
          LEFT JOIN {context} ctx ON ctx.contextlevel = " . CONTEXT_MODULE . " AND ctx.instanceid = cm.id
              WHERE cm.course {in}
           ORDER BY cm.course, cm.id",
            array_keys($this->hashes),
        );
        foreach ($rows as $row) {
            // Moodle makes a context when it is first asked for: whether there is one says nothing of the course.
            $contextid = $row->contextid;
            unset($row->contextid);
            $this->add((int) $row->courseid, (array) $row);
            $contexts[(int) $row->module] ??= [];
            if ($contextid !== null) {
                $contexts[(int) $row->module][(int) $contextid] = (int) $row->courseid;
            }
        }
        $rows->close();
        return $contexts;
    }

    /**
     * Adds the names of the files of which activities were made.
     *
     * @param string $module
     * @param int[] $courses by the context's id of such activities
     */
    private function add_files(string $module, array $courses): void {
        $areas = "'" . implode("', '", given_names::FILE_AREAS) . "'";
        $this->add_rows_by_context(
            "SELECT id, contextid, filename
               FROM {files}
              WHERE contextid {in} AND component = 'mod_{$module}' AND filearea IN ({$areas}) AND filepath = '/' AND filename <> '.'
           ORDER BY contextid, id",
            $courses,
        );
    }

    /**
     * Adds what a query says of activities. Their contexts are named: databases that join them by themselves read those of all
     * courses.
     *
     * @param string $sql with contextid among its fields, {in} in place of the condition on it, and ordered by it
     * @param int[] $courses by the context's id
     */
    private function add_rows_by_context(string $sql, array $courses): void {
        ksort($courses);
        foreach (array_chunk(array_keys($courses), self::CONTEXTS) as $contextids) {
            $rows = $this->rows($sql, $contextids);
            foreach ($rows as $row) {
                $this->add($courses[(int) $row->contextid] ?? 0, (array) $row);
            }
            $rows->close();
        }
    }

    /**
     * Adds what a query says of each course.
     *
     * @param string $sql with courseid among its fields, {in} in place of the condition on it, and ordered by it
     */
    private function add_rows(string $sql): void {
        $rows = $this->rows($sql, array_keys($this->hashes));
        foreach ($rows as $row) {
            $this->add((int) $row->courseid, (array) $row);
        }
        $rows->close();
    }

    /**
     * What a query says, row by row.
     *
     * @param string $sql with {in} in place of a condition
     * @param int[] $ids for that condition
     * @return moodle_recordset
     */
    private function rows(string $sql, array $ids): moodle_recordset {
        global $DB;
        [$in, $params] = max($ids) - min($ids) < 2 * count($ids)
            ? ['BETWEEN ? AND ?', [min($ids), max($ids)]]
            : $DB->get_in_or_equal($ids);
        return $DB->get_recordset_sql(str_replace('{in}', $in, $sql), $params);
    }

    /**
     * Adds something that is said of a course.
     *
     * @param int $courseid
     * @param array $said
     */
    private function add(int $courseid, array $said): void {
        if (isset($this->hashes[$courseid])) {
            // Bytes that are no text are compared as well, which JSON would refuse.
            hash_update($this->hashes[$courseid], serialize($said));
        }
    }
}
