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

namespace local_courseglue\local\search;

/**
 * Who may search.
 *
 * @package    local_courseglue
 * @copyright  2026 The CourseGlue authors
 * @license    https://www.gnu.org/copyleft/gpl.html GNU GPL v3 or later
 */
final class permission_test extends \advanced_testcase {
    /**
     * A teacher of one course, who holds nothing in the system, may search; their student may not.
     *
     * @covers \local_courseglue\local\search\permission::granted
     */
    public function test_a_teacher_of_any_course_may_search(): void {
        $this->resetAfterTest();
        $course = $this->getDataGenerator()->create_course();
        $teacher = $this->getDataGenerator()->create_and_enrol($course, 'editingteacher');
        $student = $this->getDataGenerator()->create_and_enrol($course, 'student');

        $this->setUser($teacher);
        $this->assertTrue(permission::granted());
        $this->setUser($student);
        $this->assertFalse(permission::granted());
        $this->setGuestUser();
        $this->assertFalse(permission::granted());
    }

    /**
     * Course creators may search, wherever they hold that role: also in a category that has no course yet.
     *
     * @covers \local_courseglue\local\search\permission::granted
     */
    public function test_a_course_creator_may_search(): void {
        $this->resetAfterTest();
        $category = $this->getDataGenerator()->create_category();
        $below = $this->getDataGenerator()->create_category(['parent' => $category->id]);
        foreach ([\context_system::instance(), $category->get_context(), $below->get_context()] as $context) {
            $creator = $this->getDataGenerator()->create_user();
            $this->getDataGenerator()->role_assign('coursecreator', $creator->id, $context->id);
            $this->setUser($creator);
            $this->assertTrue(permission::granted(), $context->get_context_name());
        }
    }

    /**
     * A role in a category that does not have the capability is of no use, and somebody without any role may not search.
     *
     * @covers \local_courseglue\local\search\permission::granted
     */
    public function test_other_roles_may_not_search(): void {
        $this->resetAfterTest();
        $category = $this->getDataGenerator()->create_category();
        $user = $this->getDataGenerator()->create_user();
        $this->setUser($user);
        $this->assertFalse(permission::granted());
        $role = $this->getDataGenerator()->create_role(['archetype' => '']);
        role_assign($role, $user->id, $category->get_context()->id);
        $this->setUser($user);
        $this->assertFalse(permission::granted());
    }

    /**
     * The answer costs no query the second time.
     *
     * @covers \local_courseglue\local\search\permission::granted
     */
    public function test_the_answer_is_kept(): void {
        global $DB;
        $this->resetAfterTest();
        $course = $this->getDataGenerator()->create_course();
        foreach (['editingteacher', 'student'] as $role) {
            $this->setUser($this->getDataGenerator()->create_and_enrol($course, $role));
            permission::granted();
            $reads = $DB->perf_get_reads();
            permission::granted();
            $this->assertSame($reads, $DB->perf_get_reads());
        }
    }

    /**
     * Who becomes a teacher may search without logging in again.
     *
     * @covers \local_courseglue\local\search\permission::granted
     */
    public function test_a_new_role_counts_at_once(): void {
        $this->resetAfterTest();
        $course = $this->getDataGenerator()->create_course();
        $user = $this->getDataGenerator()->create_and_enrol($course, 'student');
        $this->setUser($user);
        $this->assertFalse(permission::granted());
        $this->waitForSecond();
        $this->getDataGenerator()->enrol_user($user->id, $course->id, 'editingteacher');
        $this->assertTrue(permission::granted());
    }

    /**
     * Who may not search is refused.
     *
     * @covers \local_courseglue\local\search\permission::require
     */
    public function test_a_student_is_refused(): void {
        $this->resetAfterTest();
        $course = $this->getDataGenerator()->create_course();
        $this->setUser($this->getDataGenerator()->create_and_enrol($course, 'student'));
        $this->expectException(\required_capability_exception::class);
        permission::require();
    }
}
