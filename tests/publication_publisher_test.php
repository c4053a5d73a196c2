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

namespace local_courseglue;

use local_courseglue\local\publication\policy;
use local_courseglue\local\publication\publisher;
use local_courseglue\local\publication\publishing_report;
use local_courseglue\local\store\choice_store;
use local_courseglue\local\store\delivery_store;
use local_courseglue\local\store\publication_marks;
use local_courseglue\local\store\publication_queue;
use local_courseglue\local\store\publication_store;
use local_courseglue\tests\fake_engine;
use stdClass;

/**
 * What is sent, when, and what is remembered of it.
 *
 * @package    local_courseglue
 * @category   test
 * @copyright  2026 The CourseGlue authors
 * @license    https://www.gnu.org/copyleft/gpl.html GNU GPL v3 or later
 * @covers     \local_courseglue\local\publication\publisher
 * @covers     \local_courseglue\local\publication\batch_results
 * @covers     \local_courseglue\local\publication\publishing_run
 * @covers     \local_courseglue\local\store\delivery_store
 */
final class publication_publisher_test extends \advanced_testcase {
    /** @var fake_engine what was sent */
    private fake_engine $engine;

    protected function setUp(): void {
        parent::setUp();
        $this->resetAfterTest();
        $this->setAdminUser();
        set_config('publishpolicy', policy::ALL, 'local_courseglue');
        set_config('graceperiod', 0, 'local_courseglue');
        $this->engine = new fake_engine();
    }

    public function test_a_new_course_is_sent_and_known_as_published(): void {
        $course = $this->course('Biology');
        $report = $this->publish();
        $this->assertSame(['published' => 1, 'withdrawn' => 0, 'pending' => 0, 'problems' => []], get_object_vars($report));
        $this->assertSame('record', $this->engine->last((int) $course->id)['type']);
        $row = publication_store::get((int) $course->id);
        $this->assertSame(publication_store::PUBLISHED, $row->state);
        $this->assertEquals(0, $row->dirty);
        $this->assertSame(sha1("site.example\0course/{$course->id}"), $row->recordid);
        $this->assertSame([$this->term('biology')], delivery_store::terms($row));
    }

    public function test_an_unchanged_course_sends_nothing(): void {
        $course = $this->course('Biology');
        $this->publish();
        publication_marks::mark((int) $course->id);
        $this->publish();
        $this->assertCount(1, $this->engine->sent());
        $this->assertEquals(0, publication_store::get((int) $course->id)->dirty);
    }

    public function test_a_renamed_course_sends_a_new_record_and_the_terms_it_lost(): void {
        $course = $this->course('Marine biology');
        $this->publish();
        $first = $this->engine->last((int) $course->id);
        $this->change($course, ['fullname' => 'Marine chemistry']);
        $this->publish();
        $second = $this->engine->last((int) $course->id);
        $this->assertSame('Marine chemistry', $second['fullname']['']);
        $this->assertGreaterThan($first['seq'], $second['seq']);
        $this->assertSame([$this->term('biology')], $second['lost']);
        $this->assertSame(
            [$this->term('marine'), $this->term('chemistry')],
            delivery_store::terms(publication_store::get((int) $course->id)),
        );
    }

    public function test_terms_are_remembered_until_every_home_has_let_them_go(): void {
        $course = $this->course('Biology');
        $this->publish();
        $this->change($course, ['fullname' => 'Chemistry']);
        $this->engine->results["course/{$course->id}"] = [$this->unanswered()];
        $this->publish();
        $this->change($course, ['fullname' => 'Physics']);
        $this->publish();
        $this->assertEqualsCanonicalizing(
            [$this->term('biology'), $this->term('chemistry')],
            $this->engine->last((int) $course->id)['lost'],
        );
        $this->assertSame([$this->term('physics')], delivery_store::terms(publication_store::get((int) $course->id)));
    }

    public function test_a_course_that_a_home_did_not_answer_for_is_sent_again(): void {
        $course = $this->course('Biology');
        $this->engine->results["course/{$course->id}"] = [$this->unanswered()];
        $report = $this->publish();
        $this->assertSame(1, $report->pending);
        $this->assertSame(['No home answered.'], $report->problems);
        $row = publication_store::get((int) $course->id);
        $this->assertSame(publication_store::PENDING, $row->state);
        $this->assertSame('No home answered.', $row->problem);
        $this->assertSame(1, $this->publish()->published);
        $row = publication_store::get((int) $course->id);
        $this->assertSame(publication_store::PUBLISHED, $row->state);
        $this->assertNull($row->problem);
    }

    public function test_a_batch_that_could_not_be_sent_at_all_is_sent_again(): void {
        $course = $this->course('Biology');
        $this->engine->failure = 'The network is down.';
        $report = $this->publish();
        $this->assertSame(['The network is down.'], $report->problems);
        $this->assertSame(publication_store::PENDING, publication_store::get((int) $course->id)->state);
        $this->engine->failure = null;
        $this->assertSame(1, $this->publish()->published);
    }

    public function test_a_write_refused_for_a_newer_item_is_sent_again_above_it(): void {
        $course = $this->course('Biology');
        $newer = (time() + HOURSECS) * 1000;
        $this->engine->results["course/{$course->id}"] = [[
            'state' => 'pending',
            'homes' => 0,
            'problem' => 'A newer item is stored.',
            'newer' => ['body' => json_encode(['id' => "course/{$course->id}", 'seq' => $newer]), 'sig' => ''],
        ]];
        $this->assertSame(1, $this->publish()->published);
        $this->assertSame($newer + 2, $this->engine->last((int) $course->id)['seq']);
        $this->assertEquals($newer + 2, publication_store::get((int) $course->id)->seq);
    }

    public function test_a_newer_item_from_too_far_in_the_future_is_outdone_from_the_present(): void {
        $course = $this->course('Biology');
        $newer = (time() + YEARSECS) * 1000;
        $this->engine->results["course/{$course->id}"] = [[
            'state' => 'pending',
            'homes' => 0,
            'problem' => 'A newer item is stored.',
            'newer' => ['body' => json_encode(['seq' => $newer]), 'sig' => ''],
        ]];
        $this->publish();
        $this->assertEqualsWithDelta(time() * 1000, publication_store::get((int) $course->id)->seq, 60_000);
    }

    /**
     * How far ahead a clock may be, in days, before it is put right.
     *
     * @return array
     */
    public static function jumps(): array {
        return ['five days' => [5], 'sixty days' => [60]];
    }

    /**
     * What was signed while the clock was wrong keeps nothing from being published and withdrawn.
     *
     * @dataProvider jumps
     * @param int $days
     */
    public function test_a_clock_that_was_wrong_blocks_nothing_once_it_is_right(int $days): void {
        global $DB;
        [$course, $hidden] = [$this->course('Biology'), $this->course('Chemistry')];
        $this->publish();
        // A run then: nobody accepted what it sent.
        $ahead = time() + $days * DAYSECS;
        foreach ([[$course, 'pending'], [$hidden, 'withdrawing']] as [$one, $state]) {
            $DB->update_record('local_courseglue_publications', (object) [
                'id' => publication_store::get((int) $one->id)->id, 'state' => $state, 'seq' => $ahead * 1000, 'tries' => 1,
                'timechecked' => $ahead, 'timewaiting' => $ahead, 'problem' => 'The clock is wrong.', 'dirty' => 0,
            ]);
        }
        $this->change($hidden, ['visible' => 0]);
        $report = $this->publish();
        $this->assertSame([1, 1, 0], [$report->published, $report->withdrawn, $report->pending]);
        foreach ([$course, $hidden] as $one) {
            $this->assertEqualsWithDelta(time() * 1000, publication_store::get((int) $one->id)->seq, 60_000);
        }
    }

    public function test_every_seq_is_above_the_last_one_even_if_the_clock_went_back(): void {
        global $DB;
        $course = $this->course('Biology');
        $this->publish();
        $ahead = (time() + DAYSECS) * 1000;
        $DB->set_field('local_courseglue_publications', 'seq', $ahead, ['courseid' => $course->id]);
        $this->change($course, ['fullname' => 'Chemistry']);
        $this->publish();
        $this->assertSame($ahead + 2, $this->engine->last((int) $course->id)['seq']);
    }

    public function test_a_hidden_course_is_withdrawn_with_the_terms_it_had(): void {
        $course = $this->course('Biology');
        $this->publish();
        $this->change($course, ['visible' => 0]);
        $this->assertSame(1, $this->publish()->withdrawn);
        $last = $this->engine->last((int) $course->id);
        $this->assertSame('tombstone', $last['type']);
        $this->assertSame([[$this->term('biology')], []], [$last['terms'], $last['lost']]);
        $row = publication_store::get((int) $course->id);
        $this->assertSame(publication_store::NONE, $row->state);
        $this->assertNull($row->recordid);
        $this->assertNotNull($row->seq);
    }

    public function test_a_course_that_is_shown_again_is_published_above_its_withdrawal(): void {
        $course = $this->course('Biology');
        $this->publish();
        $this->change($course, ['visible' => 0]);
        $this->publish();
        $tombstone = $this->engine->last((int) $course->id);
        $this->change($course, ['visible' => 1]);
        $this->publish();
        $record = $this->engine->last((int) $course->id);
        $this->assertSame('record', $record['type']);
        $this->assertGreaterThan($tombstone['seq'], $record['seq']);
    }

    public function test_a_deleted_course_is_withdrawn_and_forgotten(): void {
        $course = $this->course('Biology');
        $this->publish();
        $this->delete($course);
        $this->assertSame(1, $this->publish()->withdrawn);
        $this->assertSame('tombstone', $this->engine->last((int) $course->id)['type']);
        $this->assertNull(publication_store::get((int) $course->id));
    }

    public function test_a_deleted_course_is_remembered_until_its_withdrawal_is_stored(): void {
        $course = $this->course('Biology');
        $this->publish();
        $this->delete($course);
        $this->engine->results["course/{$course->id}"] = [$this->unanswered()];
        $this->publish();
        $this->assertSame(publication_store::WITHDRAWING, publication_store::get((int) $course->id)->state);
        $this->publish();
        $this->assertNull(publication_store::get((int) $course->id));
    }

    public function test_a_deleted_course_that_was_never_published_sends_nothing(): void {
        $course = $this->course('Biology', ['visible' => 0]);
        $this->delete($course);
        $this->publish();
        $this->assertSame([], $this->engine->sent());
        $this->assertNull(publication_store::get((int) $course->id));
    }

    public function test_a_course_whose_teachers_say_never_is_withdrawn(): void {
        $course = $this->course('Biology');
        $this->publish();
        choice_store::choose((int) $course->id, policy::NEVER);
        $this->assertSame(1, $this->publish()->withdrawn);
        $this->assertEquals(policy::NEVER, publication_store::get((int) $course->id)->choice);
    }

    public function test_a_course_is_published_under_the_policy_ask_once_its_teachers_say_so(): void {
        set_config('publishpolicy', policy::ASK, 'local_courseglue');
        $course = $this->course('Biology');
        $this->publish();
        $this->assertSame([], $this->engine->sent());
        choice_store::choose((int) $course->id, policy::PUBLISH);
        $this->assertSame(1, $this->publish()->published);
    }

    public function test_everything_is_withdrawn_when_the_policy_becomes_nothing(): void {
        $this->course('Biology');
        $this->course('Chemistry');
        $this->assertSame(2, $this->publish()->published);
        set_config('publishpolicy', policy::NONE, 'local_courseglue');
        observer::policy_changed();
        $this->assertSame(2, $this->publish()->withdrawn);
    }

    public function test_leaving_withdraws_everything_that_is_out_there(): void {
        $this->course('Biology');
        $pending = $this->course('Chemistry');
        $this->course('Hidden', ['visible' => 0]);
        $this->engine->results["course/{$pending->id}"] = [$this->unanswered()];
        $this->publish();
        $report = $this->publisher()->withdraw_all(['body' => '{}', 'sig' => '']);
        $this->assertSame(2, $report->withdrawn);
        $this->assertSame([], publication_queue::outstanding());
    }

    public function test_a_course_that_is_taken_back_after_it_was_read_does_not_leave(): void {
        $course = $this->course('Biology');
        $other = $this->course('Chemistry');
        $this->engine->whilerecording = function () use ($course): void {
            $this->engine->whilerecording = null;
            choice_store::choose((int) $course->id, policy::NEVER);
        };
        $report = $this->publish();
        $this->assertSame([1, 1], [$report->published, $report->pending]);
        $this->assertNull($this->engine->last((int) $course->id));
        $this->assertNotNull($this->engine->last((int) $other->id));
        $row = publication_store::get((int) $course->id);
        $this->assertEquals(policy::NEVER, $row->choice);
        $this->assertEquals(1, $row->dirty);
        $this->assertSame(1, $this->publish()->withdrawn);
    }

    public function test_a_damaged_course_does_not_keep_the_others_from_being_published(): void {
        $damaged = $this->course('Biology');
        $this->course('Chemistry');
        $this->engine->whilerecording = function (array $content) use ($damaged): void {
            if ($content['id'] === "course/{$damaged->id}") {
                throw new \moodle_exception('invalidcourse');
            }
        };
        $report = $this->publish();
        $this->assertSame(1, $report->published);
        $this->assertStringContainsString((string) $damaged->id, $report->problems[0]);
    }

    public function test_an_edit_made_while_its_record_is_being_sent_is_sent_by_the_next_run(): void {
        $course = $this->course('Biology');
        $this->engine->whilesending = function () use ($course): void {
            $this->engine->whilesending = null;
            $this->change($course, ['fullname' => 'Chemistry']);
        };
        $this->publish();
        $this->assertEquals(1, publication_store::get((int) $course->id)->dirty);
        $this->assertSame(1, $this->publish()->published);
        $this->assertSame('Chemistry', $this->engine->last((int) $course->id)['fullname']['']);
    }

    public function test_a_course_whose_seq_changed_while_it_was_being_sent_stays_pending(): void {
        $course = $this->course('Biology');
        $this->engine->whilesending = fn() => delivery_store::raise_seq((int) $course->id, (time() + HOURSECS) * 1000);
        $this->assertSame(1, $this->publish()->pending);
        $this->assertSame(publication_store::PENDING, publication_store::get((int) $course->id)->state);
        $this->engine->whilesending = null;
        $this->assertSame(1, $this->publish()->published);
    }

    public function test_courses_of_a_run_that_was_killed_are_sent_by_the_next(): void {
        $this->course('Biology');
        $this->course('Chemistry');
        $this->engine->whilesending = fn() => throw new \RuntimeException('killed');
        try {
            $this->publish();
            $this->fail('The run goes on.');
        } catch (\RuntimeException $e) {
            $this->assertSame('killed', $e->getMessage());
        }
        $this->engine->whilesending = null;
        $this->assertSame(2, $this->publish()->published);
    }

    public function test_courses_that_the_engine_had_no_time_for_are_sent_by_the_next_run(): void {
        $done = $this->course('Biology');
        $left = $this->course('Chemistry');
        $this->engine->results["course/{$left->id}"] = [$this->unanswered()];
        $report = $this->publish();
        $this->assertSame([1, 1], [$report->published, $report->pending]);
        $this->assertSame(1, $this->publish()->published);
        $this->assertCount(3, $this->engine->sent());
        $this->assertSame(publication_store::PUBLISHED, publication_store::get((int) $done->id)->state);
    }

    public function test_waiting_courses_go_in_one_batch_up_to_a_thousand(): void {
        $this->gone_courses(1001);
        $this->assertSame(1001, $this->publish()->withdrawn);
        $this->assertSame([1000, 1], array_map('count', $this->engine->batches));
    }

    public function test_where_nobody_answers_few_are_tried_again(): void {
        $this->gone_courses(120, publication_store::WITHDRAWING, publication_store::CLEAN);
        $this->engine->failure = 'The network is down.';
        $this->assertSame(120, $this->publish()->pending);
        $this->engine->failure = null;
        $this->assertSame(120, $this->publish()->withdrawn);
        $this->assertSame([50, 70], array_map('count', $this->engine->batches));
    }

    public function test_another_identity_publishes_everything_anew_and_keeps_the_choices(): void {
        $course = $this->course('Biology');
        choice_store::choose((int) $course->id, policy::PUBLISH);
        $this->publish();
        delivery_store::forget_all();
        $this->assertEquals(policy::PUBLISH, publication_store::get((int) $course->id)->choice);
        $this->assertSame(1, $this->publish()->published);
    }

    public function test_states_are_counted(): void {
        $this->course('Biology');
        $this->course('Chemistry');
        $this->course('Hidden', ['visible' => 0]);
        $this->publish();
        $this->assertEquals(['published' => 2, 'none' => 1], publication_store::count_by_state());
    }

    /**
     * A course, marked; events wait for the end of the test's transaction.
     *
     * @param string $fullname
     * @param array $fields
     * @return stdClass
     */
    private function course(string $fullname, array $fields = []): stdClass {
        $course = $this->getDataGenerator()->create_course($fields + ['fullname' => $fullname, 'lang' => 'en']);
        if (policy::current()->covers((int) $course->category)) {
            publication_marks::mark((int) $course->id);
        }
        return $course;
    }

    /**
     * Courses that were published and are gone, of which nothing has to be made to send something for them.
     *
     * @param int $count
     * @param string $state
     * @param int $dirty
     */
    private function gone_courses(int $count, string $state = publication_store::PUBLISHED, int $dirty = 1): void {
        global $DB;
        $rows = array_map(fn(int $i): array => [
            'courseid' => 1000000 + $i,
            'choice' => policy::UNDECIDED,
            'dirty' => $dirty,
            'state' => $state,
            'seq' => 1,
            'terms' => json_encode([$this->term('biology')]),
            'timechecked' => 0,
        ], range(1, $count));
        $DB->insert_records(publication_store::TABLE, $rows);
    }

    /**
     * Changes a course and marks it.
     *
     * @param stdClass $course
     * @param array $fields
     */
    private function change(stdClass $course, array $fields): void {
        update_course((object) (['id' => $course->id] + $fields));
        publication_marks::mark((int) $course->id);
    }

    /**
     * Deletes a course and marks it.
     *
     * @param stdClass $course
     */
    private function delete(stdClass $course): void {
        delete_course($course, false);
        publication_marks::mark_known((int) $course->id);
    }

    /**
     * A publisher with the policy that is set now.
     *
     * @return publisher
     */
    private function publisher(): publisher {
        return new publisher($this->engine);
    }

    /**
     * Runs the publisher once.
     *
     * @return publishing_report
     */
    private function publish(): publishing_report {
        return $this->publisher()->run(['body' => '{}', 'sig' => '']);
    }

    /**
     * The result of a course that no home answered for.
     *
     * @return array
     */
    private function unanswered(): array {
        return ['state' => 'pending', 'homes' => 0, 'problem' => 'No home answered.', 'newer' => null];
    }

    /**
     * The fake engine's key of a term.
     *
     * @param string $term
     * @return string
     */
    private function term(string $term): string {
        return substr(sha1("term\0{$term}"), 0, 12);
    }
}
