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

use core_courseformat\base as course_format;
use local_courseglue\local\store\publication_store;
use local_courseglue\local\store\state_store;
use stdClass;

/**
 * Compares every course that is or could be published with what was, and marks the ones that differ.
 *
 * It finds what no event tells: categories hidden, changes by SQL, enrolment windows and end dates that passed, new
 * courses under a policy that publishes all. It goes through the courses by id, remembers where it was, and goes on there.
 *
 * @package    local_courseglue
 * @copyright  2026 The CourseGlue authors
 * @license    https://www.gnu.org/copyleft/gpl.html GNU GPL v3 or later
 */
final class sweep {
    /** @var string Name of the state that holds the last course looked at; there is none between two sweeps. */
    private const POSITION = 'sweep_position';

    /** @var int Seconds a run. */
    private const MAX_SECONDS = 300;

    /** @var int Courses read at a time. */
    private const CHUNK = 100;

    /** @var policy what was consented to */
    private readonly policy $policy;

    /** @var qualifier what may be published */
    private readonly qualifier $qualifier;

    /** @var extractor what is published */
    private readonly extractor $extractor;

    /**
     * A sweep.
     *
     * @param publication_store $store
     */
    public function __construct(
        /** @var publication_store own publications */
        private readonly publication_store $store,
    ) {
        $this->policy = policy::current();
        $this->qualifier = new qualifier($this->policy);
        $this->extractor = new extractor($this->policy);
    }

    /**
     * The sweep of this site.
     *
     * @return self
     */
    public static function create(): self {
        return new self(new publication_store());
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
     * Goes on with an unfinished sweep; does nothing where there is none.
     *
     * @param int $seconds after which no further chunk of courses is begun
     * @param int $maxcourses
     * @return array as {@see run}
     */
    public function resume(int $seconds, int $maxcourses = PHP_INT_MAX): array {
        $report = ['checked' => 0, 'marked' => 0, 'finished' => !$this->is_unfinished()];
        $deadline = time() + $seconds;
        while (!$report['finished'] && $report['checked'] < $maxcourses) {
            $limit = min(self::CHUNK, $maxcourses - $report['checked']);
            $courses = $this->candidates((int) state_store::get(self::POSITION), $limit);
            $report['checked'] += count($courses);
            $report['marked'] += $this->compare($courses);
            $report['finished'] = count($courses) < $limit;
            if ($report['finished']) {
                state_store::delete(self::POSITION);
            } else {
                state_store::set(self::POSITION, (string) array_key_last($courses));
            }
            if (time() >= $deadline) {
                break;
            }
        }
        return $report;
    }

    /**
     * Makes the next run begin with the first course.
     */
    public function restart(): void {
        $this->store->mark_orphans();
        state_store::set(self::POSITION, '0');
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
        $could = match (true) {
            $this->policy->has_anywhere(policy::ALL) => 'p.id IS NULL OR p.choice <> :never',
            $this->policy->has_anywhere(policy::ASK) => 'p.choice = :publish',
            default => '1 = 0',
        };
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
                'never' => policy::NEVER,
                'publish' => policy::PUBLISH,
            ],
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
        $rows = $this->store->get_many(array_keys($courses));
        $marked = 0;
        foreach ($courses as $courseid => $course) {
            if ($this->differs($course, $rows[$courseid] ?? null)) {
                $this->store->mark((int) $courseid);
                $marked++;
            }
        }
        $this->store->checked(array_keys($rows));
        // Moodle keeps the format object of every course that was ever looked at.
        course_format::reset_course_cache();
        return $marked;
    }

    /**
     * Whether a course is not published as it should be.
     *
     * @param stdClass $course
     * @param stdClass|null $row its publication
     * @return bool
     */
    private function differs(stdClass $course, ?stdClass $row): bool {
        $state = $row->state ?? publication_store::NONE;
        $isout = in_array($state, [publication_store::PENDING, publication_store::PUBLISHED], true);
        $verdict = $this->qualifier->judge($course, $row);
        if (!$verdict->qualifies()) {
            return $isout || $verdict->is_untold();
        }
        try {
            return !$isout || $row->digest !== digest::of($this->extractor->extract($course, publication_store::is_shared($row)));
        } catch (\Throwable $e) {
            // The publisher says what is wrong with it.
            return true;
        }
    }
}
