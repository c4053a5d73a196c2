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
use local_courseglue\local\store\choice_store;
use local_courseglue\local\store\publication_marks;
use local_courseglue\local\store\publication_queue;
use local_courseglue\local\store\publication_store;
use local_courseglue\tests\membership_testcase;
use stdClass;

/**
 * What a guest may not see any more is withdrawn by the next run of cron, whoever took it away and however.
 *
 * @package    local_courseglue
 * @category   test
 * @copyright  2026 The CourseGlue authors
 * @license    https://www.gnu.org/copyleft/gpl.html GNU GPL v3 or later
 * @covers     \local_courseglue\local\publication\site_conditions
 * @covers     \local_courseglue\task\publish
 */
final class site_conditions_test extends membership_testcase {
    /** @var stdClass a course that is published, in a category of its own, which guests enter */
    private stdClass $course;

    #[\Override]
    protected function setUp(): void {
        parent::setUp();
        set_config('publishpolicy', policy::ALL, 'local_courseglue');
        set_config('graceperiod', 0, 'local_courseglue');
        set_config('registerauth', 'email');
        $category = $this->getDataGenerator()->create_category();
        $this->course = $this->getDataGenerator()->create_course(['category' => $category->id]);
        $this->join();
        $this->run_task();
        $this->assertSame(publication_store::PUBLISHED, $this->state());
    }

    public function test_nothing_is_looked_at_again_when_nothing_changed(): void {
        $this->run_task();
        $this->assertSame([], publication_queue::marked(10));
        $this->assertCount(1, $this->engine->sent());
    }

    public function test_forced_login_withdraws(): void {
        set_config('forcelogin', 1);
        $this->assert_withdrawn();
    }

    public function test_login_forced_in_config_php_withdraws(): void {
        global $CFG;
        $CFG->forcelogin = 1;
        $CFG->config_php_settings['forcelogin'] = 1;
        $this->assert_withdrawn();
    }

    public function test_a_setting_of_moodle_that_another_process_changes_reaches_a_cron_that_goes_on(): void {
        global $CFG;
        set_config('forcelogin', 1);
        // As it was when this process began.
        $CFG->forcelogin = 0;
        $this->assert_withdrawn();
    }

    public function test_a_setting_of_ours_that_another_process_changes_reaches_a_cron_that_goes_on(): void {
        global $DB;
        $setting = ['plugin' => 'local_courseglue', 'name' => 'publishpolicy'];
        $DB->set_field('config_plugins', 'value', policy::NONE, $setting);
        $this->assertSame(policy::ALL, get_config('local_courseglue', 'publishpolicy'));
        $this->assert_withdrawn();
    }

    public function test_taking_the_list_of_courses_from_guests_withdraws(): void {
        global $CFG;
        assign_capability('moodle/category:viewcourselist', CAP_PROHIBIT, $CFG->guestroleid, SYSCONTEXTID, true);
        $this->assert_withdrawn();
    }

    public function test_taking_the_list_of_a_category_from_guests_withdraws(): void {
        global $CFG;
        $context = \core\context\coursecat::instance($this->course->category);
        assign_capability('moodle/category:viewcourselist', CAP_PROHIBIT, $CFG->guestroleid, $context, true);
        $this->assert_withdrawn();
    }

    public function test_what_another_process_takes_from_guests_reaches_a_cron_that_goes_on(): void {
        $this->prohibit_elsewhere('moodle/category:viewcourselist', SYSCONTEXTID);
        $this->assert_withdrawn();
    }

    public function test_the_daily_sweep_hears_of_it_too(): void {
        $this->prohibit_elsewhere('moodle/category:viewcourselist', SYSCONTEXTID);
        (new task\sweep())->execute();
        $this->assertSame([(int) $this->course->id], publication_queue::marked(10));
    }

    public function test_an_activity_that_another_process_keeps_from_guests_reaches_a_cron_that_goes_on(): void {
        $page = $this->getDataGenerator()->create_module('page', ['course' => $this->course->id, 'name' => 'Whales']);
        $id = (int) $this->course->id;
        // With its contents: its teacher looked at the preview.
        choice_store::choose($id, policy::PUBLISH, true);
        $this->run_task();
        $this->assertStringContainsString('Whales', json_encode($this->engine->last($id)['contents']));
        $this->prohibit_elsewhere('mod/page:view', (int) \core\context\module::instance($page->cmid)->id);
        publication_marks::mark($id);
        $this->run_task();
        $this->assertStringNotContainsString('Whales', json_encode($this->engine->last($id)['contents']));
    }

    public function test_a_category_hidden_by_sql_withdraws(): void {
        global $DB;
        $DB->set_field('course_categories', 'visible', 0, ['id' => $this->course->category]);
        $this->assert_withdrawn();
    }

    public function test_a_course_hidden_by_sql_is_withdrawn(): void {
        global $DB;
        $DB->set_field('course', 'visible', 0, ['id' => $this->course->id]);
        $this->assert_withdrawn();
    }

    public function test_a_category_shown_again_is_published_again(): void {
        global $DB;
        $DB->set_field('course_categories', 'visible', 0, ['id' => $this->course->category]);
        $this->run_task();
        $DB->set_field('course_categories', 'visible', 1, ['id' => $this->course->category]);
        $this->run_task();
        $this->assertSame(publication_store::PUBLISHED, $this->state());
    }

    public function test_closing_registration_takes_back_that_anybody_gets_in(): void {
        global $DB;
        $DB->set_field('enrol', 'status', ENROL_INSTANCE_DISABLED, ['courseid' => $this->course->id, 'enrol' => 'guest']);
        $DB->set_field('enrol', 'status', ENROL_INSTANCE_ENABLED, ['courseid' => $this->course->id, 'enrol' => 'self']);
        publication_marks::mark((int) $this->course->id);
        $this->run_task();
        $this->assertSame('open', $this->engine->last((int) $this->course->id)['access']);
        set_config('registerauth', '');
        $this->run_task();
        $this->assertSame('institution', $this->engine->last((int) $this->course->id)['access']);
    }

    public function test_another_time_zone_changes_what_records_say(): void {
        global $DB;
        set_config('timezone', 'Europe/Madrid');
        $DB->set_field('course', 'startdate', make_timestamp(2027, 3, 1), ['id' => $this->course->id]);
        $this->run_task();
        $madrid = $this->engine->last((int) $this->course->id)['start'];
        set_config('timezone', 'America/New_York');
        $this->run_task();
        $this->assertSame($madrid - DAYSECS, $this->engine->last((int) $this->course->id)['start']);
    }

    /**
     * Takes a capability from guests as another process does, a page for one: this one keeps what it has read of the roles.
     *
     * @param string $capability
     * @param int $contextid
     */
    private function prohibit_elsewhere(string $capability, int $contextid): void {
        global $CFG, $DB;
        $DB->delete_records('role_capabilities', [
            'contextid' => $contextid, 'roleid' => $CFG->guestroleid, 'capability' => $capability,
        ]);
        $DB->insert_record('role_capabilities', [
            'contextid' => $contextid, 'roleid' => $CFG->guestroleid, 'capability' => $capability,
            'permission' => CAP_PROHIBIT, 'timemodified' => time(), 'modifierid' => 0,
        ]);
        \cache::make('core', 'roledefs')->delete($CFG->guestroleid);
    }

    /**
     * One run of cron withdraws the course.
     */
    private function assert_withdrawn(): void {
        $this->run_task();
        $this->assertSame(publication_store::NONE, $this->state());
        $this->assertSame('tombstone', $this->engine->last((int) $this->course->id)['type']);
    }

    /**
     * Runs the task that cron runs every minute.
     */
    private function run_task(): void {
        ob_start();
        (new task\publish())->execute();
        ob_end_clean();
    }

    /**
     * The state of the course.
     *
     * @return string
     */
    private function state(): string {
        return publication_store::get((int) $this->course->id)->state;
    }
}
