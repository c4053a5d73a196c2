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

use local_courseglue\local\membership\joining;
use local_courseglue\local\membership\leaving;
use local_courseglue\local\membership\membership;
use local_courseglue\local\membership\preview;
use local_courseglue\local\publication\policy;
use local_courseglue\local\publication\publisher;
use local_courseglue\local\publication\publishing_report;
use local_courseglue\local\publication\waiting_courses;
use local_courseglue\local\status;
use local_courseglue\local\store\choice_store;
use local_courseglue\local\store\delivery_store;
use local_courseglue\local\store\publication_marks;
use local_courseglue\tests\membership_testcase;

/**
 * The number of courses that wait to be sent is the true one.
 *
 * @package    local_courseglue
 * @copyright  2026 The CourseGlue authors
 * @license    https://www.gnu.org/copyleft/gpl.html GNU GPL v3 or later
 * @covers     \local_courseglue\local\publication\waiting_courses
 */
final class publication_waiting_courses_test extends membership_testcase {
    /**
     * Runs the publisher.
     *
     * @return publishing_report
     */
    private function publish(): publishing_report {
        return publisher::create()->run(membership::entry());
    }

    public function test_after_rejoining_everything_waits_that_is_to_be_sent_again(): void {
        set_config('publishpolicy', policy::ALL, 'local_courseglue');
        set_config('graceperiod', 0, 'local_courseglue');
        $generator = $this->getDataGenerator();
        $courses = [$generator->create_course(), $generator->create_course(), $generator->create_course()];
        $never = $generator->create_course();
        $hidden = $generator->create_course(['visible' => 0]);
        choice_store::choose((int) $never->id, policy::NEVER);
        array_map(fn($course) => publication_marks::mark((int) $course->id), [...$courses, $hidden]);
        $this->join();
        $this->assertSame(3, waiting_courses::count());
        $this->publish();
        $this->assertSame(0, waiting_courses::count());
        leaving::run();
        joining::run('https://other.example', preview::make()->digest());
        $this->assertSame(3, waiting_courses::count());
        $this->assertSame(3, status::of_this_site()['pending']);
        $this->publish();
        $this->assertSame(0, waiting_courses::count());
        $this->assertSame(3, status::of_this_site()['published']);
    }

    public function test_what_some_home_did_not_take_waits(): void {
        set_config('publishpolicy', policy::ASK, 'local_courseglue');
        $course = $this->getDataGenerator()->create_course();
        $this->getDataGenerator()->create_course();
        $this->join();
        $this->assertSame(0, waiting_courses::count(), 'nobody chose anything');
        choice_store::choose((int) $course->id, policy::PUBLISH);
        $this->assertSame(1, waiting_courses::count());
        $this->engine->results["course/{$course->id}"] = [
            ['state' => 'pending', 'homes' => 0, 'problem' => null, 'newer' => null],
        ];
        $this->publish();
        $this->assertSame(1, waiting_courses::count());
    }

    public function test_courses_that_no_task_has_seen_yet_wait(): void {
        set_config('publishpolicy', policy::ALL, 'local_courseglue');
        set_config('graceperiod', 0, 'local_courseglue');
        $this->getDataGenerator()->create_course();
        delivery_store::forget((int) $this->getDataGenerator()->create_course()->id);
        $this->join();
        $this->assertSame(2, waiting_courses::count());
        set_config('publishpolicy', policy::NONE, 'local_courseglue');
        $this->assertSame(0, waiting_courses::count());
    }
}
