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

use local_courseglue\local\engine\engine;
use local_courseglue\local\engine\failure;
use local_courseglue\local\engine\unavailable;
use local_courseglue\local\store\changes;
use local_courseglue\local\store\choice_store;
use local_courseglue\local\store\publication_marks;
use local_courseglue\local\store\publication_queue;
use local_courseglue\local\store\publication_store;
use stdClass;

/**
 * One run of the publisher: it takes courses from the queue, sends them in batches, and notes how each went.
 *
 * @package    local_courseglue
 * @copyright  2026 The CourseGlue authors
 * @license    https://www.gnu.org/copyleft/gpl.html GNU GPL v3 or later
 */
final class publishing_run {
    /** @var int Courses a run. */
    private const MAX_COURSES = 2000;

    /** @var int Courses sent at a time: the more, the fewer requests, because their words have homes in common. */
    private const BATCH = 1000;

    /** @var int Courses read at a time, with all that the database knows of them. */
    private const READ = 50;

    /** @var publishing_report what the run did so far */
    public readonly publishing_report $report;

    /** @var policy what was consented to */
    private readonly policy $policy;

    /** @var qualifier what may be published */
    private readonly qualifier $qualifier;

    /** @var item_builder what is sent for a course */
    private readonly item_builder $items;

    /** @var batch_results notes how each course went */
    private readonly batch_results $results;

    /** @var access how a visitor gets in */
    private readonly access $access;

    /** @var category_paths the categories above courses */
    private readonly category_paths $categories;

    /** @var stdClass[] courses whose teachers have to be told, before the next batch, that these will be shared without a choice */
    private array $unannounced = [];

    /**
     * A run under the policy that is set now.
     *
     * @param engine $engine
     * @param array $entry
     * @param pacer $pacer
     * @param int $deadline
     */
    public function __construct(
        /** @var engine what signs and sends */
        private readonly engine $engine,
        /** @var array this site's signed entry */
        private readonly array $entry,
        /** @var pacer lets people use the site while courses are read */
        private readonly pacer $pacer,
        /** @var int Unix s, after which no further course is read and no further batch begun */
        private readonly int $deadline,
    ) {
        $this->report = new publishing_report();
        $this->policy = policy::current();
        $this->qualifier = new qualifier($this->policy);
        $this->items = new item_builder($engine, $this->policy);
        $this->results = new batch_results($engine, $this->report);
        $this->access = new access();
        $this->categories = new category_paths();
    }

    /**
     * Sends what is waiting.
     */
    public function send_waiting(): void {
        publication_marks::mark_waited($this->policy->grace);
        $marked = publication_queue::marked(self::MAX_COURSES);
        $unanswered = publication_queue::unanswered(self::MAX_COURSES - count($marked), $this->results->is_settling());
        foreach (array_chunk($marked, self::BATCH) as $courseids) {
            $this->send($courseids, false, $this->deadline);
            if (time() >= $this->deadline) {
                return;
            }
        }
        $this->try_again($unanswered);
        // A course of which a home holds something newer is sent once more in this run, with a higher seq.
        foreach (array_chunk($this->results->outdated(), self::BATCH) as $courseids) {
            $this->send($courseids, false, PHP_INT_MAX);
        }
    }

    /**
     * Withdraws everything that other sites have, whether it qualifies or not.
     */
    public function withdraw_all(): void {
        foreach ([publication_queue::outstanding(...), $this->results->outdated(...)] as $courses) {
            foreach (array_chunk($courses(), self::BATCH) as $courseids) {
                if (time() >= $this->deadline) {
                    return;
                }
                $this->send($courseids, true, $this->deadline);
            }
        }
    }

    /**
     * Sends what some home did not answer for, for as long as it helps: where nobody answers, a few courses a run are enough.
     *
     * @param int[] $courseids
     */
    private function try_again(array $courseids): void {
        $size = self::READ;
        do {
            $settled = $this->report->published + $this->report->withdrawn;
            $this->send(array_splice($courseids, 0, $size), false, $this->deadline);
            $helped = $this->report->published + $this->report->withdrawn > $settled;
            $size = self::BATCH;
        } while ($courseids && $helped && time() < $this->deadline);
        $this->report->pending += count($courseids);
    }

    /**
     * Sends one batch of courses. Courses that are not read before the deadline wait for the next run.
     *
     * @param int[] $courseids
     * @param bool $leaving whether all of them are withdrawn
     * @param int $deadline Unix s, after which no further courses are read
     */
    private function send(array $courseids, bool $leaving, int $deadline): void {
        $items = [];
        foreach (array_chunk($courseids, self::READ) as $some) {
            $items += $this->prepare_some($some, $leaving);
            if (time() >= $deadline) {
                break;
            }
        }
        $this->announce();
        $items = $this->without_outdated($items);
        if ($items) {
            $this->results->note($items, $this->deliver($items));
        }
    }

    /**
     * Leaves out the records of courses that were changed since they were read: their teachers may have said no.
     *
     * @param array[] $items by record id
     * @return array[] the others; the next run takes those that are left out first
     */
    private function without_outdated(array $items): array {
        $changed = array_flip(publication_queue::marked_meanwhile(array_column($items, 'courseid')));
        $left = array_filter($items, fn(array $item): bool => $item['type'] !== 'record' || !isset($changed[$item['courseid']]));
        $this->report->pending += count($items) - count($left);
        return $left;
    }

    /**
     * Tells the teachers of courses that will be shared without their choice, from which time the courses wait.
     */
    private function announce(): void {
        $courses = $this->unannounced;
        $this->unannounced = [];
        if ($courses) {
            (new announcement($this->policy))->tell($courses);
            choice_store::start_wait(array_keys($courses));
        }
    }

    /**
     * Takes some courses into work and builds what has to be sent for them.
     *
     * @param int[] $courseids
     * @param bool $leaving whether all of them are withdrawn
     * @return array[] items by record id
     */
    private function prepare_some(array $courseids, bool $leaving): array {
        global $DB;
        publication_queue::take($courseids);
        $rows = publication_store::get_many($courseids);
        $courses = $DB->get_records_list('course', 'id', $courseids);
        // The digests come before the records, so that a sweep finds what changes in between.
        $digests = $leaving ? [] : course_digest::of($courses, $this->categories, $this->access);
        $items = [];
        foreach ($rows as $courseid => $row) {
            $began = microtime(true);
            $item = $this->prepare($row, $courses[$courseid] ?? null, $digests[$courseid] ?? null, $leaving);
            if ($item !== null) {
                $items[$item['recordid']] = $item + ['courseid' => $courseid, 'gone' => !isset($courses[$courseid])];
            }
            if (!$leaving) {
                $this->pacer->rest(microtime(true) - $began);
            }
        }
        return $items;
    }

    /**
     * Builds what has to be sent for a course.
     *
     * @param stdClass $row
     * @param stdClass|null $course null when it is gone
     * @param string|null $coursedigest of {@see course_digest}; null when the course is gone
     * @param bool $leaving
     * @return array|null an item of the engine's batch; null when nothing has to be sent
     */
    private function prepare(stdClass $row, ?stdClass $course, ?string $coursedigest, bool $leaving): ?array {
        $courseid = (int) $row->courseid;
        try {
            $verdict = $leaving || $course === null ? null : $this->qualifier->judge($course, $row);
            if ($verdict?->is_untold() || $verdict?->qualifies() && $this->surprises($row)) {
                $this->unannounced[$courseid] = $course;
            }
            $item = $verdict?->qualifies()
                ? $this->items->record($row, $course, $coursedigest)
                : $this->items->withdrawal($row, $course === null);
            $this->report->course_read();
            return $item;
        } catch (unavailable $e) {
            throw $e;
        } catch (\Throwable $e) {
            $this->report->course_failed($e);
            // One damaged course does not keep the others from being published.
            $this->results->postpone($courseid, get_string('publishing:coursefailed', 'local_courseglue', (object) [
                'course' => $courseid,
                'problem' => $e->getMessage(),
            ]));
            return null;
        }
    }

    /**
     * Whether a course is about to be published without a choice, and without its teachers having been told.
     *
     * @param stdClass $row
     * @return bool
     */
    private function surprises(stdClass $row): bool {
        return (int) $row->choice === policy::UNDECIDED && $row->timetold === null && $row->state === publication_store::NONE;
    }

    /**
     * Sends a batch, and applies the changes that the engine asks for.
     *
     * @param array[] $items by record id
     * @return array[] results by record id; none when nothing could be sent
     */
    private function deliver(array $items): array {
        $fields = array_flip(['type', 'recordid', 'body', 'sig', 'terms', 'lost']);
        $batch = array_map(fn(array $item): array => array_intersect_key($item, $fields), array_values($items));
        try {
            $answer = $this->engine->publish($this->entry, $batch);
        } catch (unavailable $e) {
            throw $e;
        } catch (failure $e) {
            $this->report->engine_failed($e);
            return [];
        }
        changes::apply($answer['changes']);
        return array_column($answer['results'], null, 'recordid');
    }
}
