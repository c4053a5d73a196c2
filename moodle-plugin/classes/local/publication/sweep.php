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

use core\context_helper;
use local_courseglue\local\store\publication_marks;
use local_courseglue\local\store\publication_queue;
use local_courseglue\local\store\publication_store;
use local_courseglue\local\store\state_store;
use stdClass;

/**
 * Looks through every course that is or could be published, and marks three kinds: courses that qualify and are not published;
 * courses that are published and do not qualify; and courses that have changed since their record was made.
 *
 * It finds what no event tells: categories hidden, changes by SQL, enrolment windows and end dates that passed, new
 * courses under a policy that publishes all. It goes through the courses by id, remembers where it was, and goes on there.
 * It makes no record of a course, and loads none of what Moodle keeps of its structure: the publisher does, of those marked.
 *
 * @package    local_courseglue
 * @copyright  2026 The CourseGlue authors
 * @license    https://www.gnu.org/copyleft/gpl.html GNU GPL v3 or later
 */
final class sweep {
    /** @var string Name of the state that holds the last course looked at, and which sweep it is; there is none between two. */
    private const POSITION = 'sweep_position';

    /** @var int Seconds a run. */
    private const MAX_SECONDS = 300;

    /** @var int Courses read at a time. */
    private const CHUNK = 200;

    /** @var int Characters of a sweep's name, which tells it from one that began later. */
    private const NAME_LENGTH = 12;

    /** @var policy what was consented to */
    private readonly policy $policy;

    /** @var qualifier what may be published */
    private readonly qualifier $qualifier;

    /** @var access how a visitor gets in */
    private readonly access $access;

    /** @var category_paths the categories above courses */
    private readonly category_paths $categories;

    /** @var pacer lets people use the site meanwhile */
    private readonly pacer $pacer;

    /**
     * A sweep under the policy that is set now.
     */
    private function __construct() {
        $this->policy = policy::current();
        $this->qualifier = new qualifier($this->policy);
        $this->access = new access();
        $this->categories = new category_paths();
        $this->pacer = new pacer();
    }

    /**
     * The sweep of this site.
     *
     * @return self
     */
    public static function create(): self {
        return new self();
    }

    /**
     * Goes on with an unfinished sweep, or begins one.
     *
     * @param int $seconds after which no further chunk of courses is begun
     * @param int $maxcourses
     * @return array checked, marked: numbers of courses; finished: whether it came to the end
     */
    public function run(int $seconds = self::MAX_SECONDS, int $maxcourses = PHP_INT_MAX): array {
        if (!$this->is_unfinished()) {
            $this->restart();
        }
        return $this->resume($seconds, $maxcourses);
    }

    /**
     * Goes on with an unfinished sweep; does nothing where there is none. Where another process begins it anew meanwhile, since
     * something changed for all courses, the rest is left to the next run, which knows of it.
     *
     * @param int $seconds after which no further chunk of courses is begun
     * @param int $maxcourses
     * @return array as {@see run}
     */
    public function resume(int $seconds, int $maxcourses = PHP_INT_MAX): array {
        $report = ['checked' => 0, 'marked' => 0, 'finished' => !$this->is_unfinished()];
        $deadline = time() + $seconds;
        while (!$report['finished'] && $report['checked'] < $maxcourses) {
            $began = microtime(true);
            $limit = min(self::CHUNK, $maxcourses - $report['checked']);
            $position = state_store::get(self::POSITION);
            if ($position === null) {
                // Another process has come to the end meanwhile.
                $report['finished'] = true;
                break;
            }
            $courses = $this->candidates((int) $position, $limit);
            $report['checked'] += count($courses);
            $report['marked'] += $this->compare($courses);
            $finished = count($courses) < $limit;
            $next = $finished ? null : self::position((int) array_key_last($courses), $position);
            if (!state_store::replace(self::POSITION, $position, $next)) {
                break;
            }
            $report['finished'] = $finished;
            if (time() >= $deadline) {
                break;
            }
            if (!$report['finished']) {
                $this->pacer->rest(microtime(true) - $began);
            }
        }
        return $report;
    }

    /**
     * Makes the next run begin with the first course.
     */
    public function restart(): void {
        publication_marks::mark_orphans();
        state_store::set(self::POSITION, self::position(0, ':' . random_string(self::NAME_LENGTH)));
    }

    /**
     * The position of a sweep.
     *
     * @param int $courseid the last course looked at
     * @param string $before where it was
     * @return string the course, and the sweep's name
     */
    private static function position(int $courseid, string $before): string {
        return $courseid . strstr($before, ':');
    }

    /**
     * Whether a sweep has begun and not come to the end.
     *
     * @return bool
     */
    public function is_unfinished(): bool {
        return state_store::get(self::POSITION) !== null;
    }

    /**
     * The next courses that are published, or could be.
     *
     * @param int $after the last course looked at
     * @param int $limit
     * @return stdClass[] rows of the course table by id
     */
    private function candidates(int $after, int $limit): array {
        global $DB;
        [$could, $params] = $this->policy->consent_sql('p.choice');
        $could = $this->policy->has_anywhere(policy::ALL) ? "p.id IS NULL OR {$could}" : $could;
        return $DB->get_records_sql(
            "SELECT c.*
               FROM {course} c
          LEFT JOIN {local_courseglue_publications} p ON p.courseid = c.id
              WHERE c.id > :after AND c.id <> :site AND (p.state <> :none OR {$could})
           ORDER BY c.id",
            [
                'after' => $after,
                'site' => SITEID,
                'none' => publication_store::NONE,
            ] + $params,
            0,
            $limit,
        );
    }

    /**
     * Compares courses with what is published.
     *
     * @param stdClass[] $courses by id
     * @return int how many differ
     */
    private function compare(array $courses): int {
        self::preload_contexts($courses);
        $rows = publication_store::get_many(array_keys($courses));
        $verdicts = array_map(
            fn(stdClass $course): verdict => $this->qualifier->judge($course, $rows[(int) $course->id] ?? null),
            $courses,
        );
        $qualifying = array_filter($courses, fn(stdClass $course): bool => $verdicts[$course->id]->qualifies());
        $digests = course_digest::of($qualifying, $this->categories, $this->access);
        $differing = array_filter(
            array_keys($courses),
            fn(int $courseid): bool => $verdicts[$courseid]->is_untold()
                || self::differs($rows[$courseid] ?? null, $digests[$courseid] ?? null),
        );
        $lost = array_filter(
            $differing,
            fn(int $courseid): bool => publication_store::is_out($rows[$courseid] ?? null) && !isset($digests[$courseid]),
        );
        publication_queue::note_checked(array_keys($rows));
        publication_marks::mark_lost($lost);
        publication_marks::mark_many(array_diff($differing, $lost), $rows);
        return count($differing);
    }

    /**
     * Reads where the courses and their categories are in Moodle's tree of rights.
     *
     * @param stdClass[] $courses
     */
    private static function preload_contexts(array $courses): void {
        global $DB;
        if (!$courses) {
            return;
        }
        [$course, $params] = $DB->get_in_or_equal(array_column($courses, 'id'), SQL_PARAMS_NAMED);
        [$category, $more] = $DB->get_in_or_equal(array_unique(array_column($courses, 'category')), SQL_PARAMS_NAMED);
        $contexts = $DB->get_recordset_sql(
            'SELECT ' . context_helper::get_preload_record_columns_sql('ctx') . "
               FROM {context} ctx
              WHERE ctx.contextlevel = :course AND ctx.instanceid {$course}
                 OR ctx.contextlevel = :category AND ctx.instanceid {$category}",
            $params + $more + ['course' => CONTEXT_COURSE, 'category' => CONTEXT_COURSECAT],
        );
        foreach ($contexts as $context) {
            context_helper::preload_from_record($context);
        }
        $contexts->close();
    }

    /**
     * Whether a course is not published as it should be.
     *
     * @param stdClass|null $row its publication
     * @param string|null $coursedigest of {@see course_digest}; null where the course does not qualify
     * @return bool
     */
    private static function differs(?stdClass $row, ?string $coursedigest): bool {
        $isout = publication_store::is_out($row);
        if ($coursedigest === null || !$isout) {
            return $isout !== ($coursedigest !== null);
        }
        // A course of which no record could be made is tried again, and a record is signed again before it is over.
        $ispublished = $row->state === publication_store::PUBLISHED;
        return $row->basis !== $coursedigest
            || ($ispublished && ($row->problem !== null || item_builder::is_to_be_signed_again($row)));
    }
}
