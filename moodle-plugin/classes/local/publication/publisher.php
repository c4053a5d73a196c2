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

use core\lock\lock;
use core\lock\lock_config;
use local_courseglue\local\engine\engine;
use local_courseglue\local\engine\engine_factory;
use local_courseglue\local\engine\failure;
use local_courseglue\local\engine\unavailable;
use local_courseglue\local\store\changes;
use local_courseglue\local\store\choice_store;
use local_courseglue\local\store\delivery_store;
use local_courseglue\local\store\publication_marks;
use local_courseglue\local\store\publication_queue;
use local_courseglue\local\store\publication_store;
use stdClass;

/**
 * Sends records of the courses that changed, and withdrawals of those that no longer qualify.
 *
 * Every course is written down as sent before it is, with the terms it was and will be stored under; what breaks in
 * between is sent again by the next run.
 *
 * @package    local_courseglue
 * @copyright  2026 The CourseGlue authors
 * @license    https://www.gnu.org/copyleft/gpl.html GNU GPL v3 or later
 */
final class publisher {
    /** @var int Terms that one item names; homes of further ones are told without them. */
    private const MAX_TERMS = 128;

    /** @var int Courses a run. */
    private const MAX_COURSES = 2000;

    /** @var int Seconds a run, after which no further course is read and no further batch begun. */
    private const MAX_SECONDS = 240;

    /** @var int Courses sent at a time: the more, the fewer requests, because their words have homes in common. */
    private const BATCH = 1000;

    /** @var int Courses read at a time, with all that the database knows of them. */
    private const READ = 50;

    /** @var int Seconds to wait for another run before leaving the network, at most. */
    private const WAIT_TO_LEAVE = 60;

    /** @var int Milliseconds that a clock may be ahead; the network refuses what is further in the future. */
    private const MAX_AHEAD = 48 * HOURSECS * 1000;

    /** @var policy what was consented to */
    private readonly policy $policy;

    /** @var qualifier what may be published */
    private readonly qualifier $qualifier;

    /** @var extractor what is published */
    private readonly extractor $extractor;

    /** @var access how a stranger gets in */
    private readonly access $access;

    /** @var category_paths the categories above courses */
    private readonly category_paths $categories;

    /** @var array what a run did */
    private array $report;

    /** @var failure|null what kept the engine from working */
    private ?failure $failure;

    /** @var \dml_exception|null what the database answered to a course */
    private ?\dml_exception $refused;

    /** @var int courses that were made ready to be sent, or with which there is nothing to do */
    private int $prepared;

    /** @var bool|null whether sites join at the moment, so that what is not taken waits for no longer than before */
    private ?bool $settling = null;

    /** @var int[] courses to send again, because a home holds something newer */
    private array $again;

    /** @var stdClass[] courses that will be shared without a choice of their teachers, who have to be told */
    private array $untold;

    /**
     * A publisher.
     *
     * @param engine $engine
     */
    public function __construct(
        /** @var engine what signs and sends */
        private readonly engine $engine,
    ) {
        $this->policy = policy::current();
        $this->qualifier = new qualifier($this->policy);
        $this->extractor = new extractor($this->policy);
        $this->access = new access();
        $this->categories = new category_paths();
        $this->begin();
    }

    /**
     * The publisher of this site.
     *
     * @return self
     */
    public static function create(): self {
        return new self(engine_factory::get());
    }

    /**
     * Sends what is waiting, within the bounds of one run. The caller has made sure that this site has joined.
     *
     * @param array $entry this site's signed entry
     * @return array published, withdrawn, pending: numbers of courses; problems: sentences
     */
    public function run(array $entry): array {
        return $this->alone(0, function () use ($entry): void {
            $deadline = time() + self::MAX_SECONDS;
            publication_marks::mark_waited($this->policy->grace);
            $marked = publication_queue::marked(self::MAX_COURSES);
            $unanswered = publication_queue::unanswered(self::MAX_COURSES - count($marked), $this->is_settling());
            foreach (array_chunk($marked, self::BATCH) as $courseids) {
                $this->send($entry, $courseids, false, $deadline);
                if (time() >= $deadline) {
                    return;
                }
            }
            $this->try_again($entry, $unanswered, $deadline);
            // What a home holds newer is sent a second time, above that; a third time is for the next run.
            foreach (array_chunk($this->again, self::BATCH) as $courseids) {
                $this->send($entry, $courseids, false);
            }
        });
    }

    /**
     * Sends what some home did not answer for, for as long as it helps: where nobody answers, a few a run are enough.
     *
     * @param array $entry this site's signed entry
     * @param int[] $courseids
     * @param int $deadline Unix s
     */
    private function try_again(array $entry, array $courseids, int $deadline): void {
        $size = self::READ;
        do {
            $settled = $this->report['published'] + $this->report['withdrawn'];
            $this->send($entry, array_splice($courseids, 0, $size), false, $deadline);
            $helped = $this->report['published'] + $this->report['withdrawn'] > $settled;
            $size = self::BATCH;
        } while ($courseids && $helped && time() < $deadline);
        $this->report['pending'] += count($courseids);
    }

    /**
     * Withdraws everything, whatever qualifies: this site is leaving.
     *
     * @param array $entry this site's signed entry
     * @param int $deadline Unix s, after which nothing further is begun
     * @return array as {@see run}; pending are the courses that some home did not answer for, or that there was no time for
     */
    public function withdraw_all(array $entry, int $deadline = PHP_INT_MAX): array {
        $wait = max(0, min(self::WAIT_TO_LEAVE, $deadline - time()));
        $report = $this->alone($wait, function () use ($entry, $deadline): void {
            foreach ([fn(): array => publication_queue::outstanding(), fn(): array => $this->again] as $which) {
                foreach (array_chunk($which(), self::BATCH) as $courseids) {
                    if (time() >= $deadline) {
                        return;
                    }
                    $this->send($entry, $courseids, true, $deadline);
                }
            }
        });
        $report['pending'] = count(publication_queue::outstanding());
        return $report;
    }

    /**
     * Does something while no other process publishes.
     *
     * @param int $wait seconds to wait for another process
     * @param callable $work
     * @return array the report
     */
    private function alone(int $wait, callable $work): array {
        $this->begin();
        $lock = lock_config::get_lock_factory('local_courseglue_publish')->get_lock('publish', $wait);
        if (!$lock instanceof lock) {
            $this->report['problems'][] = get_string('publishing:busy', 'local_courseglue');
            return $this->report;
        }
        try {
            $work();
        } catch (unavailable $e) {
            $this->failed($e);
        } finally {
            $lock->release();
        }
        $this->report['problems'] = array_values(array_unique($this->report['problems']));
        return $this->report;
    }

    /**
     * Starts a report.
     */
    private function begin(): void {
        $this->report = ['published' => 0, 'withdrawn' => 0, 'pending' => 0, 'problems' => []];
        $this->again = [];
        $this->untold = [];
        $this->failure = null;
        $this->refused = null;
        $this->prepared = 0;
    }

    /**
     * What kept the last run from working, homes that did not answer aside: the engine, or a database that refused each course.
     *
     * @return \moodle_exception|null
     */
    public function failure(): ?\moodle_exception {
        return $this->failure ?? ($this->prepared === 0 ? $this->refused : null);
    }

    /**
     * Keeps what the engine failed with.
     *
     * @param failure $failure
     */
    private function failed(failure $failure): void {
        $this->failure = $failure;
        $this->report['problems'][] = $failure->getMessage();
    }

    /**
     * Sends one batch of courses. What the deadline leaves unread waits as it did before.
     *
     * @param array $entry this site's signed entry
     * @param int[] $courseids
     * @param bool $leaving whether all of them are withdrawn
     * @param int $deadline Unix s, after which no further courses are read
     */
    private function send(array $entry, array $courseids, bool $leaving, int $deadline = PHP_INT_MAX): void {
        $items = [];
        foreach (array_chunk($courseids, self::READ) as $some) {
            $items += $this->prepare_some($some, $leaving);
            if (time() >= $deadline) {
                break;
            }
        }
        if ($this->untold) {
            $courses = $this->untold;
            $this->untold = [];
            (new announcement($this->policy))->tell($courses);
            choice_store::start_wait(array_keys($courses));
        }
        if ($items) {
            $this->settle($items, $this->results($entry, $items));
        }
    }

    /**
     * What has to be sent for some courses, which are taken into work.
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
        // Before the records are made: a sweep finds what changes meanwhile.
        $bases = $leaving ? [] : basis::of($courses, $this->categories, $this->access);
        $items = [];
        foreach ($rows as $courseid => $row) {
            $item = $this->prepare($row, $courses[$courseid] ?? null, $bases[$courseid] ?? null, $leaving);
            if ($item !== null) {
                $items[$item['recordid']] = $item + ['courseid' => $courseid, 'gone' => !isset($courses[$courseid])];
            }
        }
        return $items;
    }

    /**
     * What has to be sent for a course, written down; null when nothing has to.
     *
     * @param stdClass $row
     * @param stdClass|null $course null when it is gone
     * @param string|null $basis a digest of what Moodle says of it, null when it is gone
     * @param bool $leaving
     * @return array|null an item of the engine's batch
     */
    private function prepare(stdClass $row, ?stdClass $course, ?string $basis, bool $leaving): ?array {
        $courseid = (int) $row->courseid;
        try {
            $verdict = $leaving || $course === null ? null : $this->qualifier->judge($course, $row);
            if ($verdict?->is_untold() || $verdict?->qualifies() && $this->surprises($row)) {
                $this->untold[$courseid] = $course;
            }
            $item = $verdict?->qualifies()
                ? $this->prepare_record($row, $course, $basis)
                : $this->prepare_tombstone($row, $course === null);
            $this->prepared++;
            return $item;
        } catch (unavailable $e) {
            throw $e;
        } catch (\Throwable $e) {
            $this->refused ??= $e instanceof \dml_exception ? $e : null;
            // One damaged course does not keep the others from being published.
            $this->postpone($courseid, get_string('publishing:coursefailed', 'local_courseglue', (object) [
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
     * A course's record, unless it is published as it is.
     *
     * @param stdClass $row
     * @param stdClass $course
     * @param string|null $basis a digest of what Moodle says of it
     * @return array|null
     */
    private function prepare_record(stdClass $row, stdClass $course, ?string $basis): ?array {
        $content = $this->extractor->extract($course, choice_store::is_shared($row));
        $digest = digest::of($content);
        if ($row->state === publication_store::PUBLISHED && $row->digest === $digest) {
            delivery_store::note_unchanged($row, $basis);
            return null;
        }
        $record = $this->engine->record($content, $this->next_seq($row));
        $before = delivery_store::terms($row);
        $lost = array_values(array_diff($before, $record['terms']));
        delivery_store::note_sending(
            (int) $row->courseid,
            publication_store::PENDING,
            $record['recordid'],
            (int) $record['seq'],
            array_merge($record['terms'], $lost),
            $digest,
            $basis,
            strlen($record['body']),
        );
        return ['type' => 'record', 'lost' => $lost] + $record;
    }

    /**
     * A course's withdrawal, unless nothing of it is out there.
     *
     * @param stdClass $row
     * @param bool $gone whether the course does not exist any more
     * @return array|null
     */
    private function prepare_tombstone(stdClass $row, bool $gone): ?array {
        $courseid = (int) $row->courseid;
        if ($row->state === publication_store::NONE) {
            $gone ? delivery_store::forget($courseid) : delivery_store::note_withdrawn($courseid);
            return null;
        }
        $tombstone = $this->engine->tombstone(extractor::local_id($courseid), $this->next_seq($row));
        $terms = delivery_store::terms($row);
        delivery_store::note_sending(
            $courseid,
            publication_store::WITHDRAWING,
            $tombstone['recordid'],
            (int) $tombstone['seq'],
            $terms,
            null,
        );
        [$named, $more] = [array_slice($terms, 0, self::MAX_TERMS), array_slice($terms, self::MAX_TERMS)];
        return ['type' => 'tombstone', 'terms' => $named, 'lost' => $more] + $tombstone;
    }

    /**
     * Sends a batch and writes down what the engine wants.
     *
     * @param array $entry
     * @param array[] $items by record id
     * @return array[] results by record id; none when nothing could be sent
     */
    private function results(array $entry, array $items): array {
        $fields = array_flip(['type', 'recordid', 'body', 'sig', 'terms', 'lost']);
        $batch = array_map(fn(array $item): array => array_intersect_key($item, $fields), array_values($items));
        try {
            $answer = $this->engine->publish($entry, $batch);
        } catch (unavailable $e) {
            throw $e;
        } catch (failure $e) {
            $this->failed($e);
            return [];
        }
        changes::apply($answer['changes']);
        return array_column($answer['results'], null, 'recordid');
    }

    /**
     * Writes down how a batch went.
     *
     * @param array[] $items by record id
     * @param array[] $results by record id
     */
    private function settle(array $items, array $results): void {
        foreach ($items as $recordid => $item) {
            $result = $results[$recordid] ?? [];
            $newer = $this->newer_seq($result);
            if ($newer !== null && $newer >= (int) $item['seq']) {
                delivery_store::raise_seq($item['courseid'], $newer);
                if (!in_array($item['courseid'], $this->again, true)) {
                    $this->again[] = $item['courseid'];
                    continue;
                }
            }
            if (($result['state'] ?? null) === 'published') {
                $this->accept($item, (int) ($result['homes'] ?? 0));
            } else {
                $homes = $item['type'] === 'record' ? (int) ($result['homes'] ?? 0) : 0;
                $this->postpone($item['courseid'], $result['problem'] ?? null, $homes);
            }
        }
    }

    /**
     * An item is stored where it belongs. Where something else was noted as sent meanwhile, that waits for the next run.
     *
     * @param array $item
     * @param int $homes at how many sites
     */
    private function accept(array $item, int $homes): void {
        if ((int) publication_store::get($item['courseid'])?->seq !== (int) $item['seq']) {
            $this->postpone($item['courseid'], null);
            return;
        }
        if ($item['type'] === 'record') {
            delivery_store::note_published($item['courseid'], $item['terms'], $homes);
            $this->report['published']++;
            return;
        }
        $item['gone'] ? delivery_store::forget($item['courseid']) : delivery_store::note_withdrawn($item['courseid']);
        $this->report['withdrawn']++;
    }

    /**
     * Whether sites join at the moment; asked once.
     *
     * @return bool
     */
    private function is_settling(): bool {
        return $this->settling ??= $this->engine->is_settling();
    }

    /**
     * A course waits for the next run.
     *
     * @param int $courseid
     * @param string|null $problem a sentence
     * @param int $homes at how many sites its record has arrived all the same
     */
    private function postpone(int $courseid, ?string $problem, int $homes = 0): void {
        $problem = $problem === null ? null : \core_text::substr($problem, 0, 255);
        delivery_store::note_postponed($courseid, $problem, !$this->is_settling(), $homes);
        $this->report['pending']++;
        if ($problem !== null) {
            $this->report['problems'][] = $problem;
        }
    }

    /**
     * The seq of what is sent next for a course.
     *
     * @param stdClass $row
     * @return int Unix ms
     */
    private function next_seq(stdClass $row): int {
        return max((int) $row->seq + 1, (int) floor(microtime(true) * 1000));
    }

    /**
     * The seq of the newer item that a refused write got back, as a restored database needs it.
     *
     * @param array $result
     * @return int|null null when there is none, or none that could be outdone
     */
    private function newer_seq(array $result): ?int {
        $newer = json_decode((string) ($result['newer']['body'] ?? ''), true);
        $seq = $newer['seq'] ?? null;
        return is_int($seq) && $seq < time() * 1000 + self::MAX_AHEAD ? $seq : null;
    }
}
