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

use core\check\result;
use core\lock\lock;
use core\task\manager;
use core\task\scheduled_task;
use local_courseglue\local\engine\engine_factory;
use local_courseglue\local\engine\missing_engine;
use local_courseglue\local\engine\unavailable;
use local_courseglue\local\publication\extractor;
use local_courseglue\local\publication\policy;
use local_courseglue\local\status;
use local_courseglue\local\store\choice_store;
use local_courseglue\local\store\delivery_store;
use local_courseglue\local\store\publication_marks;
use local_courseglue\local\store\state_store;
use local_courseglue\tests\membership_testcase;

/**
 * Faults do not hide: a task that failed fails for Moodle, what is stuck is said, and what waits is counted.
 *
 * @package    local_courseglue
 * @category   test
 * @copyright  2026 The CourseGlue authors
 * @license    https://www.gnu.org/copyleft/gpl.html GNU GPL v3 or later
 * @covers     \local_courseglue\task\network_task
 * @covers     \local_courseglue\task\publish
 * @covers     \local_courseglue\check\publishing
 * @covers     \local_courseglue\check\reachability
 * @covers     \local_courseglue\local\status
 */
final class faults_show_test extends membership_testcase {
    #[\Override]
    protected function setUp(): void {
        parent::setUp();
        set_config('publishpolicy', policy::ALL, 'local_courseglue');
        set_config('graceperiod', 0, 'local_courseglue');
    }

    public function test_an_engine_that_fails_fails_the_task_for_moodle(): void {
        $course = $this->getDataGenerator()->create_course();
        $this->join();
        publication_marks::mark((int) $course->id);
        $this->engine->failure = 'The engine is broken.';
        $task = $this->cron(task\publish::class);
        $this->assertGreaterThan(0, $task->get_fail_delay());
        $this->engine->failure = null;
        $task = $this->cron(task\publish::class);
        $this->assertSame(0, (int) $task->get_fail_delay());
    }

    public function test_a_site_in_the_network_without_its_extension_fails_every_task(): void {
        $this->join();
        engine_factory::replace(new missing_engine('missing'));
        foreach ([task\sync::class, task\publish::class, task\sweep::class, task\record_history::class] as $task) {
            $this->assertGreaterThan(0, $this->cron($task)->get_fail_delay(), $task);
        }
    }

    public function test_a_site_that_has_not_joined_fails_nothing(): void {
        engine_factory::replace(new missing_engine('missing'));
        $this->assertSame(0, (int) $this->cron(task\publish::class)->get_fail_delay());
    }

    public function test_a_copy_fails_nothing(): void {
        global $CFG;
        $this->join();
        $CFG->noemailever = true;
        $this->assertSame(0, (int) $this->cron(task\publish::class)->get_fail_delay());
    }

    public function test_a_home_that_does_not_answer_fails_nothing_and_is_said_after_a_day(): void {
        $course = $this->getDataGenerator()->create_course();
        $this->join();
        publication_marks::mark((int) $course->id);
        $no = ['state' => 'pending', 'homes' => 0, 'problem' => 'No home <b>answered</b>.', 'newer' => null];
        $this->engine->results["course/{$course->id}"] = [$no, $no];
        $this->assertSame(0, (int) $this->cron(task\publish::class)->get_fail_delay());
        $this->assertSame([result::OK, 1], [$this->check()->get_status(), status::of_this_site()['pending']]);

        $this->wait(DAYSECS + 1);
        $this->assertSame(result::WARNING, $this->check()->get_status());
        $this->assertSame('No home &lt;b&gt;answered&lt;/b&gt;.', $this->check()->get_details());

        $this->engine->results = [];
        $this->cron(task\publish::class);
        $this->assertSame([result::OK, 0], [$this->check()->get_status(), status::of_this_site()['pending']]);
    }

    public function test_a_course_that_cannot_be_sent_waits(): void {
        $course = $this->getDataGenerator()->create_course();
        $this->join();
        publication_marks::mark((int) $course->id);
        $this->engine->whilerecording = fn(): never => throw new \RuntimeException('It is damaged.');
        $this->cron(task\publish::class);
        $this->assertSame(1, status::of_this_site()['pending']);
        $this->wait(DAYSECS + 1);
        $this->assertSame(result::WARNING, $this->check()->get_status());
        $this->assertStringContainsString('It is damaged.', $this->check()->get_details());
    }

    public function test_a_database_that_answers_to_no_course_fails_the_task_and_one_damaged_course_does_not(): void {
        $damaged = (int) $this->getDataGenerator()->create_course()->id;
        $this->join();
        publication_marks::mark($damaged);
        $this->engine->whilerecording = function (array $content) use ($damaged): void {
            if ($content['id'] === extractor::local_id($damaged)) {
                throw new \dml_read_exception('You have an error in your SQL syntax');
            }
        };
        $this->assertGreaterThan(0, $this->cron(task\publish::class)->get_fail_delay());
        $this->assertSame(1, status::of_this_site()['pending']);
        publication_marks::mark($damaged);
        publication_marks::mark((int) $this->getDataGenerator()->create_course()->id);
        $this->assertSame(0, (int) $this->cron(task\publish::class)->get_fail_delay());
        $this->assertSame(1, status::of_this_site()['pending']);
    }

    public function test_a_course_that_nobody_looked_at_yet_waits(): void {
        $this->join();
        publication_marks::mark((int) $this->getDataGenerator()->create_course()->id);
        choice_store::choose((int) $this->getDataGenerator()->create_course()->id, policy::NEVER);
        $this->assertSame(1, status::of_this_site()['pending']);
    }

    public function test_the_check_and_the_status_count_the_same_courses(): void {
        $this->join();
        publication_marks::mark((int) $this->getDataGenerator()->create_course(['visible' => 0])->id);
        $this->assertSame(0, status::of_this_site()['pending']);
        $this->assertSame(get_string('check:publishing:ok', 'local_courseglue'), $this->check()->get_summary());
        delivery_store::forget((int) $this->getDataGenerator()->create_course()->id);
        $this->assertSame(1, status::of_this_site()['pending'], 'no task has seen it');
        $this->assertSame(get_string('check:publishing:waiting', 'local_courseglue', 1), $this->check()->get_summary());
    }

    public function test_what_was_chosen_long_before_the_site_joined_is_not_stuck(): void {
        publication_marks::mark((int) $this->getDataGenerator()->create_course()->id);
        $this->wait(10 * DAYSECS);
        $this->join();
        $this->assertSame([result::OK, 1], [$this->check()->get_status(), status::of_this_site()['pending']]);
        $this->wait(DAYSECS + 1);
        state_store::set(task\publish::LAST, (string) time());
        $this->assertSame(result::WARNING, $this->check()->get_status());
    }

    public function test_where_moodle_does_not_let_it_ask_itself_nothing_is_claimed(): void {
        global $CFG;
        $this->join();
        set_config('curlsecurityblockedhosts', parse_url($CFG->wwwroot, PHP_URL_HOST));
        $check = (new check\reachability())->get_result();
        $this->resetDebugging();
        $this->assertSame(result::UNKNOWN, $check->get_status());
        $this->assertStringContainsString('blocked', $check->get_summary());
    }

    public function test_publishing_that_does_not_run_is_said_after_a_day(): void {
        $this->join();
        $this->cron(task\publish::class);
        $this->assertSame(result::OK, $this->check()->get_status());
        state_store::set(task\publish::LAST, (string) (time() - 2 * DAYSECS));
        $this->assertSame(result::OK, $this->check()->get_status(), 'it joined a moment ago');
        state_store::set('membership', ['state' => 'joined', 'since' => time() - 2 * DAYSECS]);
        $this->assertSame(result::ERROR, $this->check()->get_status());
    }

    public function test_the_status_says_what_every_check_says(): void {
        global $CFG;
        require_once($CFG->dirroot . '/local/courseglue/lib.php');
        $this->join();
        state_store::set('lastsync', (string) (time() - 2 * DAYSECS));
        $status = status::of_this_site();
        $this->assertSame(
            array_map(fn(\core\check\check $check): string => $check->get_id(), local_courseglue_status_checks()),
            array_column($status['checks'], 'id'),
        );
        $late = (new check\sync())->get_result()->get_summary();
        $this->assertContains($late, array_column($status['checks'], 'summary'));
        $this->assertContains($late, $status['problems']);
    }

    public function test_a_broken_extension_throws_what_is_wrong(): void {
        $this->join();
        engine_factory::replace(new missing_engine('abi'));
        $this->expectException(unavailable::class);
        $this->expectExceptionMessage(get_string('engine:abi', 'local_courseglue'));
        (new task\sync())->execute();
    }

    /**
     * Lets time pass for what waits.
     *
     * @param int $seconds
     */
    private function wait(int $seconds): void {
        global $DB;
        $DB->execute(
            'UPDATE {local_courseglue_publications} SET timewaiting = timewaiting - ?, timechecked = timechecked - ?',
            [$seconds, $seconds],
        );
        $membership = state_store::get_array('membership');
        if ($membership !== null) {
            state_store::set('membership', ['since' => $membership['since'] - $seconds] + $membership);
        }
    }

    /**
     * What the check of publishing says.
     *
     * @return result
     */
    private function check(): result {
        return (new check\publishing())->get_result();
    }

    /**
     * Runs a task, and has Moodle keep how it went, as cron does.
     *
     * @param string $class
     * @return scheduled_task as Moodle keeps it afterwards
     */
    private function cron(string $class): scheduled_task {
        $task = manager::get_scheduled_task($class);
        $task->set_lock($this->createStub(lock::class));
        manager::scheduled_task_starting($task);
        ob_start();
        try {
            $task->execute();
            manager::scheduled_task_complete($task);
        } catch (\Throwable $e) {
            manager::scheduled_task_failed($task);
        }
        ob_end_clean();
        return manager::get_scheduled_task($class);
    }
}
