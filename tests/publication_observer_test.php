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

use core_course_category;
use local_courseglue\local\publication\policy;
use local_courseglue\local\store\publication_store;
use stdClass;

/**
 * Which of Moodle's own pages mark a course.
 *
 * @package    local_courseglue
 * @category   test
 * @copyright  2026 The CourseGlue authors
 * @license    https://www.gnu.org/copyleft/gpl.html GNU GPL v3 or later
 * @covers     \local_courseglue\observer
 * @covers     \local_courseglue\local\store\publication_marks
 */
final class publication_observer_test extends \advanced_testcase {
    /** @var stdClass a course with a row and no mark */
    private stdClass $course;

    protected function setUp(): void {
        parent::setUp();
        $this->resetAfterTest();
        // The events are told after the transaction that they happened in.
        $this->preventResetByRollback();
        $this->setAdminUser();
        set_config('publishpolicy', policy::ALL, 'local_courseglue');
        set_config('graceperiod', 0, 'local_courseglue');
        $category = $this->getDataGenerator()->create_category();
        $this->course = $this->getDataGenerator()->create_course(['category' => $category->id, 'numsections' => 1]);
        $this->clean();
    }

    public function test_a_new_course_is_marked_under_the_policy_all(): void {
        $course = $this->getDataGenerator()->create_course();
        $this->assertTrue($this->is_marked($course));
    }

    public function test_a_new_course_gets_no_row_under_the_policies_nothing_and_ask(): void {
        foreach ([policy::NONE, policy::ASK] as $site) {
            set_config('publishpolicy', $site, 'local_courseglue');
            $course = $this->getDataGenerator()->create_course();
            $this->assertNull(publication_store::get((int) $course->id));
        }
    }

    public function test_an_updated_course_is_marked(): void {
        update_course((object) ['id' => $this->course->id, 'fullname' => 'Chemistry']);
        $this->assertTrue($this->is_marked($this->course));
    }

    public function test_an_updated_course_with_a_row_is_marked_under_every_policy(): void {
        set_config('publishpolicy', policy::ASK, 'local_courseglue');
        update_course((object) ['id' => $this->course->id, 'fullname' => 'Chemistry']);
        $this->assertTrue($this->is_marked($this->course));
    }

    public function test_a_new_activity_marks_its_course(): void {
        $this->page();
        $this->assertTrue($this->is_marked($this->course));
    }

    public function test_a_hidden_activity_marks_its_course(): void {
        $page = $this->page();
        $this->clean();
        set_coursemodule_visible($page->cmid, 0);
        \core\event\course_module_updated::create_from_cm(get_coursemodule_from_id('page', $page->cmid))->trigger();
        $this->assertTrue($this->is_marked($this->course));
    }

    public function test_a_deleted_activity_marks_its_course(): void {
        $page = $this->page();
        $this->clean();
        course_delete_module($page->cmid);
        $this->assertTrue($this->is_marked($this->course));
    }

    public function test_a_renamed_section_marks_its_course(): void {
        $section = get_fast_modinfo($this->course)->get_section_info(1);
        course_update_section($this->course, $section, ['name' => 'Cells']);
        $this->assertTrue($this->is_marked($this->course));
    }

    public function test_a_hidden_section_marks_its_course(): void {
        set_section_visible($this->course->id, 1, 0);
        $this->assertTrue($this->is_marked($this->course));
    }

    public function test_a_new_way_in_marks_its_course(): void {
        enrol_get_plugin('guest')->add_instance($this->course, ['status' => ENROL_INSTANCE_ENABLED]);
        $this->assertTrue($this->is_marked($this->course));
    }

    public function test_an_override_of_the_guest_s_role_marks_its_course(): void {
        $page = $this->page();
        $context = \core\context\module::instance($page->cmid);
        $this->clean();
        assign_capability('mod/page:view', CAP_PROHIBIT, get_guest_role()->id, $context->id);
        $this->assertTrue($this->is_marked($this->course));
        $this->clean();
        unassign_capability('mod/page:view', get_guest_role()->id, $context->id);
        $this->assertTrue($this->is_marked($this->course));
    }

    public function test_a_new_tag_marks_its_course(): void {
        $context = \core\context\course::instance($this->course->id);
        \core_tag_tag::set_item_tags('core', 'course', $this->course->id, $context, ['cells']);
        $this->assertTrue($this->is_marked($this->course));
    }

    public function test_a_hidden_category_marks_the_courses_in_it_and_below(): void {
        $below = $this->getDataGenerator()->create_category(['parent' => $this->course->category]);
        $lower = $this->getDataGenerator()->create_course(['category' => $below->id]);
        $other = $this->getDataGenerator()->create_course();
        $this->clean();
        core_course_category::get($this->course->category)->hide();
        $this->assertTrue($this->is_marked($this->course));
        $this->assertTrue($this->is_marked($lower));
        $this->assertFalse($this->is_marked($other));
    }

    public function test_a_renamed_category_marks_its_courses(): void {
        core_course_category::get($this->course->category)->update(['name' => 'Science']);
        $this->assertTrue($this->is_marked($this->course));
    }

    public function test_a_deleted_course_keeps_its_row_so_that_it_can_be_withdrawn(): void {
        delete_course($this->course, false);
        $this->assertTrue($this->is_marked($this->course));
    }

    public function test_the_front_page_is_never_marked(): void {
        $this->getDataGenerator()->create_module('page', ['course' => SITEID]);
        $this->assertNull(publication_store::get((int) SITEID));
    }

    public function test_marking_works_without_the_extension(): void {
        \local_courseglue\local\engine\engine_factory::replace(
            new \local_courseglue\local\engine\missing_engine('missing'),
        );
        update_course((object) ['id' => $this->course->id, 'fullname' => 'Chemistry']);
        \local_courseglue\local\engine\engine_factory::replace(null);
        $this->assertTrue($this->is_marked($this->course));
    }

    public function test_a_mark_that_fails_does_not_break_the_page(): void {
        $event = \core\event\course_viewed::create([
            'context' => \core\context\course::instance($this->course->id),
            'courseid' => PHP_INT_MAX,
        ]);
        observer::course_changed($event);
        $this->assertDebuggingCalled();
    }

    public function test_a_changed_policy_marks_every_course(): void {
        observer::policy_changed();
        $this->assertTrue($this->is_marked($this->course));
    }

    /**
     * An activity of the course.
     *
     * @return stdClass
     */
    private function page(): stdClass {
        return $this->getDataGenerator()->create_module('page', ['course' => $this->course->id]);
    }

    /**
     * Takes back every mark.
     */
    private function clean(): void {
        global $DB;
        $DB->set_field('local_courseglue_publications', 'dirty', 0, []);
    }

    /**
     * Whether the course is marked.
     *
     * @param stdClass $course
     * @return bool
     */
    private function is_marked(stdClass $course): bool {
        return (int) (publication_store::get((int) $course->id)->dirty ?? 0) === 1;
    }
}
