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

use local_courseglue\form\course_choice;
use local_courseglue\local\description\description;
use local_courseglue\local\publication\navigation;
use local_courseglue\local\publication\policy;
use local_courseglue\local\store\choice_store;
use local_courseglue\local\store\publication_store;
use local_courseglue\output\course_publication;
use stdClass;

/**
 * What a course's teachers see of what leaves, and who may see it.
 *
 * @package    local_courseglue
 * @category   test
 * @copyright  2026 The CourseGlue authors
 * @license    https://www.gnu.org/copyleft/gpl.html GNU GPL v3 or later
 * @covers     \local_courseglue\output\course_publication
 * @covers     \local_courseglue\local\publication\navigation
 */
final class publication_page_test extends \advanced_testcase {
    /** @var stdClass a course of members, with an address in its summary */
    private stdClass $course;

    protected function setUp(): void {
        parent::setUp();
        $this->resetAfterTest();
        set_config('publishpolicy', policy::ALL, 'local_courseglue');
        set_config('graceperiod', 0, 'local_courseglue');
        $this->course = $this->getDataGenerator()->create_course(['summary' => 'Ask jane@uni.example or joe@uni.example', 'tags' => ['cells']]);
        $this->getDataGenerator()->create_module('page', ['course' => $this->course->id, 'name' => 'Membranes']);
        $this->setUser($this->getDataGenerator()->create_and_enrol($this->course, 'editingteacher'));
    }

    public function test_the_preview_names_what_was_left_out(): void {
        $html = $this->page();
        $this->assertStringContainsString(get_string('publication:leftout', 'local_courseglue', 2), $html);
        $this->assertStringContainsString('<code dir="auto">jane@uni.example</code> <code dir="auto">joe@uni.example</code>', $html);
        $this->assertStringContainsString('Ask … or …', $html);
    }

    public function test_one_thing_is_one_thing(): void {
        update_course((object) ['id' => $this->course->id, 'summary' => 'Ask jane@uni.example']);
        $this->assertStringContainsString(get_string('publication:leftoutone', 'local_courseglue'), $this->page());
    }

    public function test_a_course_with_nothing_to_leave_out_says_nothing_of_it(): void {
        update_course((object) ['id' => $this->course->id, 'summary' => 'Ask me']);
        $this->assertStringNotContainsString('data-region="leftout"', $this->page());
    }

    public function test_the_preview_shows_what_sharing_would_send_and_that_it_is_not_sent_yet(): void {
        $html = $this->page();
        $this->assertStringContainsString('Membranes', $html);
        $this->assertStringContainsString('cells', $html);
        $this->assertStringContainsString('data-region="heldback"', $html);
        choice_store::choose((int) $this->course->id, policy::PUBLISH, true);
        $this->assertStringNotContainsString('data-region="heldback"', $this->page());
    }

    public function test_nothing_is_held_back_where_guests_enter(): void {
        set_config('guestloginbutton', 1);
        enrol_get_plugin('guest')->add_instance($this->course, ['status' => ENROL_INSTANCE_ENABLED, 'password' => '']);
        $this->assertStringNotContainsString('data-region="heldback"', $this->page());
    }

    public function test_the_way_to_the_page_is_there_for_who_may_share(): void {
        $context = \core\context\course::instance($this->course->id);
        foreach (['editingteacher' => true, 'manager' => true, 'teacher' => false, 'student' => false, 'guest' => false] as $role => $may) {
            $this->setUser($role === 'guest' ? guest_user() : $this->getDataGenerator()->create_and_enrol($this->course, $role));
            $node = new \navigation_node(['text' => 'Course', 'type' => \navigation_node::TYPE_COURSE]);
            navigation::extend_course($node, $this->course, $context);
            $this->assertSame($may, $node->get(navigation::NODE_KEY) !== false, $role);
        }
    }

    /**
     * The page as its teacher sees it.
     *
     * @return string HTML
     */
    private function page(): string {
        global $PAGE;
        $url = navigation::url((int) $this->course->id);
        $PAGE->set_url($url);
        $form = new course_choice($url->out(false), [
            'courseid' => $this->course->id,
            'policy' => policy::ALL,
            'description' => new description(),
            'inherited' => [],
        ]);
        $output = $PAGE->get_renderer('core');
        $row = publication_store::get((int) $this->course->id);
        $page = new course_publication(get_course($this->course->id), $row, $form->render());
        return $output->render_from_template('local_courseglue/course_publication', $page->export_for_template($output));
    }
}
