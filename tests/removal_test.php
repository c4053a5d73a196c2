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

use local_courseglue\local\engine\engine_factory;
use local_courseglue\local\engine\missing_engine;
use local_courseglue\local\identity\instance_id;
use local_courseglue\local\membership\leaving;
use local_courseglue\local\membership\membership;
use local_courseglue\local\membership\removal;
use local_courseglue\tests\membership_testcase;

/**
 * Uninstalling takes along what this site left elsewhere, or says what it could not take.
 *
 * @package    local_courseglue
 * @copyright  2026 The CourseGlue authors
 * @license    https://www.gnu.org/copyleft/gpl.html GNU GPL v3 or later
 * @covers     \local_courseglue\local\membership\removal
 * @covers     \local_courseglue\local\membership\leaving
 * @covers     ::xmldb_local_courseglue_uninstall
 */
final class removal_test extends membership_testcase {
    /**
     * A course that other sites list.
     *
     * @return int its id
     */
    private function listed(): int {
        global $DB;
        $course = $this->getDataGenerator()->create_course();
        $DB->insert_record('local_courseglue_publications', (object) [
            'courseid' => $course->id, 'choice' => 1, 'recordid' => sha1('r' . $course->id), 'seq' => 5,
            'terms' => json_encode([sha1('t')]), 'state' => 'published', 'timechecked' => 1,
        ]);
        return (int) $course->id;
    }

    public function test_uninstalling_withdraws_every_course_first_and_says_so(): void {
        require_once(__DIR__ . '/../db/uninstall.php');
        $this->join();
        $course = $this->listed();
        $this->expectOutputString("This site has left. Withdrawn courses: 1.\n");
        $this->assertTrue(xmldb_local_courseglue_uninstall());
        $this->assertSame('tombstone', $this->engine->last($course)['type']);
        $this->assertSame(membership::NONE, membership::state());
        $this->assertNull(instance_id::read());
    }

    public function test_a_network_out_of_reach_does_not_keep_anybody_from_uninstalling(): void {
        $this->join();
        $this->listed();
        $this->engine->failure = 'Nobody is there.';
        $sentences = removal::run();
        $this->assertContains(get_string('leave:pending', 'local_courseglue', 1), $sentences);
        $this->assertStringContainsString('Nobody is there.', implode(' ', $sentences));
        $this->assertNull(instance_id::read());
    }

    public function test_the_others_are_given_a_minute_to_hear_of_it(): void {
        $this->join();
        removal::run();
        [$deadline, $after] = $this->engine->deadlines;
        $this->assertEqualsWithDelta(time() + MINSECS, $deadline, 5);
        $this->assertNull($after);
    }

    public function test_when_the_time_is_over_nothing_more_is_begun(): void {
        $this->join();
        $this->listed();
        $summary = leaving::run(0);
        $this->assertSame([], $this->engine->batches);
        $this->assertSame([0, 1], [$summary['withdrawn'], $summary['pending']]);
        $this->assertSame(membership::NONE, membership::state());
    }

    public function test_a_copy_withdraws_nothing_of_the_original(): void {
        global $CFG;
        $this->join();
        $this->listed();
        $CFG->noemailever = true;
        $this->assertStringContainsString('looks like a copy', removal::run()[0]);
        $this->assertSame([], $this->engine->batches);
    }

    public function test_without_the_extension_it_says_what_stays_listed(): void {
        $this->join();
        $this->listed();
        engine_factory::replace(new missing_engine('missing'));
        $this->assertStringContainsString('could not withdraw', removal::run()[0]);
        $this->assertNull(instance_id::read());
    }

    public function test_a_site_that_never_joined_has_nothing_to_withdraw(): void {
        $this->assertSame([get_string('uninstall:notjoined', 'local_courseglue')], removal::run());
        $this->assertSame([], $this->engine->exchanged);
    }
}
