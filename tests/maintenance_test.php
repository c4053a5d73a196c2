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

use core\lock\lock_config;
use core\task\manager;
use core\task\scheduled_task;
use local_courseglue\local\publication\publisher;
use local_courseglue\local\publication\sweep;
use local_courseglue\tests\membership_testcase;

/**
 * Work that cannot pile up, however often cron runs.
 *
 * @package    local_courseglue
 * @copyright  2026 The CourseGlue authors
 * @license    https://www.gnu.org/copyleft/gpl.html GNU GPL v3 or later
 * @covers     \local_courseglue\task\network_task
 * @covers     \local_courseglue\task\publish
 * @covers     \local_courseglue\task\sweep
 * @covers     \local_courseglue\task\record_history
 */
final class maintenance_test extends membership_testcase {
    /** @var int a moment: the first second of a day in the time zone of the tests */
    private const START = 1800028800;

    /**
     * The tasks that are due once a day.
     *
     * @return array
     */
    public static function daily(): array {
        return ['sweep' => [task\sweep::class], 'record_history' => [task\record_history::class]];
    }

    /**
     * How often a task runs as Moodle's scheduler has it.
     *
     * @param string $class
     * @param int $every seconds from one run of cron to the next
     * @param int $days
     * @param int[] $away the days on which cron does not run
     * @return int
     */
    private function runs(string $class, int $every, int $days, array $away = []): int {
        $task = $this->declared($class);
        $next = $task->get_next_scheduled_time(self::START);
        $runs = 0;
        for ($now = self::START; $now < self::START + $days * DAYSECS; $now += $every) {
            if ($now < $next || in_array(intdiv($now - self::START, DAYSECS), $away, true)) {
                continue;
            }
            $runs++;
            $task->set_last_run_time($now);
            $next = $task->get_next_scheduled_time($now);
        }
        return $runs;
    }

    /**
     * A task as the plugin declares it, its random times drawn.
     *
     * @param string $class
     * @return scheduled_task
     */
    private function declared(string $class): scheduled_task {
        foreach (manager::load_default_scheduled_tasks_for_component('local_courseglue') as $task) {
            if ($task instanceof $class) {
                return $task;
            }
        }
        $this->fail("$class is not declared.");
    }

    /**
     * Cron every minute, every hour and every six hours: once a day.
     *
     * @dataProvider daily
     * @param string $class
     */
    public function test_what_is_due_daily_runs_daily_however_often_cron_does(string $class): void {
        foreach ([MINSECS, HOURSECS, 6 * HOURSECS] as $every) {
            $this->assertContains($this->runs($class, $every, 8), [7, 8], "every $every seconds");
        }
    }

    /**
     * What was missed is not made up for.
     *
     * @dataProvider daily
     * @param string $class
     */
    public function test_three_days_without_cron_do_not_pile_up(string $class): void {
        $this->assertContains($this->runs($class, 5 * MINSECS, 8, [2, 3, 4]), [5, 6]);
    }

    public function test_not_every_site_works_at_the_same_minute(): void {
        $times = [];
        for ($site = 0; $site < 20; $site++) {
            $task = $this->declared(task\sweep::class);
            $times[] = $task->get_hour() . ':' . $task->get_minute();
        }
        $this->assertGreaterThan(10, count(array_unique($times)));
    }

    public function test_no_task_runs_twice_at_the_same_moment(): void {
        global $CFG;
        $this->join();
        $CFG->lock_factory = '\\core\\lock\\db_record_lock_factory';
        $factory = lock_config::get_lock_factory('local_courseglue_task');
        $busy = 'CourseGlue: ' . get_string('task:busy', 'local_courseglue') . "\n";
        foreach (['sync', 'publish', 'sweep', 'record_history'] as $name) {
            $class = '\\local_courseglue\\task\\' . $name;
            $lock = $factory->get_lock($name, 0);
            ob_start();
            (new $class())->execute();
            $this->assertSame($busy, ob_get_clean(), $name);
            $lock->release();
            ob_start();
            (new $class())->execute();
            $this->assertNotSame($busy, ob_get_clean(), $name);
        }
    }

    public function test_a_task_that_failed_leaves_nobody_waiting(): void {
        global $CFG;
        $this->join();
        $CFG->lock_factory = '\\core\\lock\\db_record_lock_factory';
        $this->engine->failure = 'It broke.';
        ob_start();
        (new task\publish())->execute();
        ob_end_clean();
        $lock = lock_config::get_lock_factory('local_courseglue_task')->get_lock('publish', 0);
        $this->assertNotFalse($lock);
        $lock->release();
    }

    public function test_a_sweep_that_was_cut_off_goes_on_with_the_next_publishing(): void {
        $this->join();
        set_config('publishpolicy', 'all', 'local_courseglue');
        set_config('graceperiod', 0, 'local_courseglue');
        for ($course = 0; $course < 3; $course++) {
            $this->getDataGenerator()->create_course();
        }
        sweep::create()->run(300, 2);
        $this->assertTrue(sweep::create()->is_unfinished());
        ob_start();
        (new task\publish())->execute();
        ob_end_clean();
        $this->assertFalse(sweep::create()->is_unfinished());
    }

    public function test_one_run_sends_no_more_than_it_can(): void {
        global $DB;
        $this->join();
        $course = $this->getDataGenerator()->create_course();
        $DB->delete_records('local_courseglue_publications');
        $DB->insert_records('local_courseglue_publications', array_map(fn(int $id): array => [
            'courseid' => $course->id + $id, 'choice' => 1, 'dirty' => 1, 'state' => 'published', 'recordid' => sha1("r$id"),
            'seq' => 5, 'terms' => '[]', 'timechecked' => $id,
        ], range(1, 2100)));
        $report = publisher::create()->run(['body' => '{}', 'sig' => '']);
        $this->assertSame(2000, $report->withdrawn);
        $this->assertSame(100, $DB->count_records('local_courseglue_publications', ['dirty' => 1]));
    }
}
