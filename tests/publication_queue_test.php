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

use local_courseglue\local\publication\pacer;
use local_courseglue\local\publication\policy;
use local_courseglue\local\publication\publisher;
use local_courseglue\local\publication\publishing_report;
use local_courseglue\local\store\publication_marks;
use local_courseglue\local\store\publication_store;
use local_courseglue\tests\fake_engine;

/**
 * What a run sends first, and how much of what nobody answers for it tries again.
 *
 * @package    local_courseglue
 * @category   test
 * @copyright  2026 The CourseGlue authors
 * @license    https://www.gnu.org/copyleft/gpl.html GNU GPL v3 or later
 * @covers     \local_courseglue\local\store\publication_queue
 * @covers     \local_courseglue\local\publication\publisher
 */
final class publication_queue_test extends \advanced_testcase {
    /** @var fake_engine what was sent */
    private fake_engine $engine;

    #[\Override]
    protected function setUp(): void {
        parent::setUp();
        $this->resetAfterTest();
        set_config('publishpolicy', policy::ALL, 'local_courseglue');
        set_config('graceperiod', 0, 'local_courseglue');
        $this->engine = new fake_engine();
    }

    public function test_where_nobody_answers_one_batch_a_run_is_tried_again(): void {
        $this->courses(120);
        $this->engine->failure = 'The network is down.';
        $this->assertSame(120, $this->run_publisher()->pending);
        $this->assertCount(120, $this->looked_at());
        $this->assertSame(120, $this->run_publisher()->pending);
        $this->assertCount(50, $this->looked_at());
    }

    public function test_once_somebody_answers_everything_is_tried_again(): void {
        $this->courses(120);
        $this->engine->failure = 'The network is down.';
        $this->run_publisher();
        $this->engine->failure = null;
        $report = $this->run_publisher();
        $this->assertSame(['published' => 120, 'withdrawn' => 0, 'pending' => 0, 'problems' => []], get_object_vars($report));
    }

    public function test_a_course_that_changed_goes_before_those_that_nobody_answers_for(): void {
        [$silent] = $this->courses(1);
        $no = ['state' => 'pending', 'homes' => 0, 'problem' => 'No home answered.', 'newer' => null];
        $this->engine->results["course/{$silent}"] = [$no, $no];
        $this->run_publisher();
        $this->looked_at();
        [$changed] = $this->courses(1);
        $this->assertSame(1, $this->run_publisher()->published);
        $this->assertSame([$changed, $silent], $this->looked_at());
    }

    public function test_a_course_that_some_home_never_answers_for_is_sent_less_and_less_often(): void {
        global $DB;
        [$course] = $this->courses(1);
        $no = ['state' => 'pending', 'homes' => 1, 'problem' => 'A home is gone.', 'newer' => null];
        $this->engine->results["course/{$course}"] = array_fill(0, 100, $no);
        $sent = [];
        for ($minute = 0; $minute < 180; $minute++) {
            $this->run_publisher();
            if ($this->looked_at()) {
                $sent[] = $minute;
            }
            $DB->execute('UPDATE {local_courseglue_publications} SET timechecked = timechecked - 60');
        }
        $this->assertSame([0, 1, 2, 7, 37, 157], $sent);

        publication_marks::mark($course);
        $this->run_publisher();
        $this->assertSame([$course], $this->looked_at());
        $this->engine->results = [];
        publication_marks::mark($course);
        $this->assertSame(1, $this->run_publisher()->published);
        $this->assertSame(0, (int) publication_store::get($course)->tries);
    }

    public function test_a_course_that_waited_while_nobody_was_there_is_sent_when_sites_join(): void {
        [$course] = $this->courses(1);
        $no = ['state' => 'pending', 'homes' => 0, 'problem' => 'No other site is known yet.', 'newer' => null];
        $this->engine->results["course/{$course}"] = array_fill(0, 3, $no);
        for ($run = 0; $run < 3; $run++) {
            $this->run_publisher();
        }
        $this->looked_at();
        $this->run_publisher();
        $this->assertSame([], $this->looked_at());

        $this->engine->settling = true;
        $this->assertSame(1, $this->run_publisher()->published);
        $this->assertSame([$course], $this->looked_at());
    }

    /**
     * Courses that are marked.
     *
     * @param int $number
     * @return int[] their ids
     */
    private function courses(int $number): array {
        $courseids = [];
        for ($i = 0; $i < $number; $i++) {
            $courseids[] = (int) $this->getDataGenerator()->create_course()->id;
            publication_marks::mark(end($courseids));
        }
        return $courseids;
    }

    /**
     * The courses of which a record was made since this was last asked.
     *
     * @return int[] their ids, in order
     */
    private function looked_at(): array {
        $courseids = array_map(fn(string $id): int => (int) substr($id, strlen('course/')), array_keys($this->engine->contents));
        $this->engine->contents = [];
        return $courseids;
    }

    /**
     * Runs the publisher once.
     *
     * @return publishing_report
     */
    private function run_publisher(): publishing_report {
        return (new publisher($this->engine, new pacer(fn(): float => 0.0)))->run(['body' => '{}', 'sig' => '']);
    }
}
