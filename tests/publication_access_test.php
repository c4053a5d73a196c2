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

use local_courseglue\local\publication\access;
use stdClass;

/**
 * How a visitor gets into a course.
 *
 * @package    local_courseglue
 * @category   test
 * @copyright  2026 The CourseGlue authors
 * @license    https://www.gnu.org/copyleft/gpl.html GNU GPL v3 or later
 * @covers     \local_courseglue\local\publication\access
 * @covers     \local_courseglue\local\publication\visitor
 */
final class publication_access_test extends \advanced_testcase {
    /** @var stdClass a course with no way in */
    private stdClass $course;

    protected function setUp(): void {
        global $DB;
        parent::setUp();
        $this->resetAfterTest();
        $this->setAdminUser();
        $this->course = $this->getDataGenerator()->create_course();
        $DB->delete_records('enrol', ['courseid' => $this->course->id]);
        set_config('enrol_plugins_enabled', 'manual,guest,self,fee,paypal,cohort');
        set_config('guestloginbutton', 1);
        set_config('autologinguests', 0);
        set_config('registerauth', 'email');
        set_config('allowemailaddresses', '');
    }

    public function test_a_course_without_a_way_in_is_for_this_institution(): void {
        $this->assertSame(access::INSTITUTION, $this->access());
    }

    public function test_manual_enrolment_is_for_this_institution(): void {
        $this->enrolment('manual');
        $this->assertSame(access::INSTITUTION, $this->access());
    }

    public function test_guest_access_lets_guests_in(): void {
        $this->enrolment('guest');
        $this->assertSame(access::GUEST, $this->access());
    }

    public function test_guest_access_with_a_password_is_told_apart(): void {
        $this->enrolment('guest', ['password' => 'sesame']);
        $this->assertSame(access::GUEST_PASSWORD, $this->access());
    }

    public function test_guest_access_that_is_disabled_lets_nobody_in(): void {
        $this->enrolment('guest', ['status' => ENROL_INSTANCE_DISABLED]);
        $this->assertSame(access::INSTITUTION, $this->access());
    }

    public function test_guest_access_of_a_disabled_plugin_lets_nobody_in(): void {
        set_config('enrol_plugins_enabled', 'manual,self');
        $this->enrolment('guest');
        $this->assertSame(access::INSTITUTION, $this->access());
    }

    public function test_guest_access_where_guests_cannot_log_in_is_open_to_whoever_registers(): void {
        set_config('guestloginbutton', 0);
        $this->enrolment('guest');
        $this->assertSame(access::OPEN, $this->access());
    }

    public function test_guest_access_where_nobody_from_outside_can_log_in_is_for_this_institution(): void {
        set_config('guestloginbutton', 0);
        set_config('registerauth', '');
        $this->enrolment('guest');
        $this->assertSame(access::INSTITUTION, $this->access());
    }

    public function test_guests_who_are_logged_in_automatically_get_in(): void {
        set_config('guestloginbutton', 0);
        set_config('autologinguests', 1);
        $this->enrolment('guest');
        $this->assertSame(access::GUEST, $this->access());
    }

    public function test_self_enrolment_is_open_to_visitors(): void {
        $this->enrolment('self');
        $this->assertSame(access::OPEN, $this->access());
    }

    public function test_self_enrolment_with_a_key_needs_the_key(): void {
        $this->enrolment('self', ['password' => 'sesame']);
        $this->assertSame(access::KEY, $this->access());
    }

    public function test_self_enrolment_is_closed_where_visitors_cannot_register(): void {
        set_config('registerauth', '');
        $this->enrolment('self');
        $this->assertSame(access::INSTITUTION, $this->access());
    }

    public function test_self_enrolment_is_closed_where_only_own_addresses_register(): void {
        set_config('allowemailaddresses', 'school.example');
        $this->enrolment('self');
        $this->assertSame(access::INSTITUTION, $this->access());
    }

    public function test_self_enrolment_that_is_disabled_is_closed(): void {
        $this->enrolment('self', ['status' => ENROL_INSTANCE_DISABLED]);
        $this->assertSame(access::INSTITUTION, $this->access());
    }

    public function test_self_enrolment_that_takes_no_new_enrolments_is_closed(): void {
        $this->enrolment('self', ['customint6' => 0]);
        $this->assertSame(access::INSTITUTION, $this->access());
    }

    public function test_self_enrolment_is_closed_before_it_starts(): void {
        $this->enrolment('self', ['enrolstartdate' => time() + DAYSECS]);
        $this->assertSame(access::INSTITUTION, $this->access());
    }

    public function test_self_enrolment_is_closed_after_it_ended(): void {
        $this->enrolment('self', ['enrolenddate' => time() - 1]);
        $this->assertSame(access::INSTITUTION, $this->access());
    }

    public function test_self_enrolment_is_open_within_its_dates(): void {
        $this->enrolment('self', ['enrolstartdate' => time() - 1, 'enrolenddate' => time() + DAYSECS]);
        $this->assertSame(access::OPEN, $this->access());
    }

    public function test_self_enrolment_for_a_cohort_is_closed(): void {
        $cohort = $this->getDataGenerator()->create_cohort();
        $this->enrolment('self', ['customint5' => $cohort->id]);
        $this->assertSame(access::INSTITUTION, $this->access());
    }

    public function test_self_enrolment_is_closed_when_its_places_are_taken(): void {
        $instance = $this->enrolment('self', ['customint3' => 2]);
        enrol_get_plugin('self')->enrol_user($instance, $this->getDataGenerator()->create_user()->id);
        $this->assertSame(access::OPEN, $this->access());
        enrol_get_plugin('self')->enrol_user($instance, $this->getDataGenerator()->create_user()->id);
        $this->assertSame(access::INSTITUTION, $this->access());
    }

    public function test_self_enrolment_is_closed_to_those_whose_role_forbids_it(): void {
        global $CFG;
        $this->enrolment('self');
        $context = \core\context\course::instance($this->course->id);
        assign_capability('enrol/self:enrolself', CAP_PROHIBIT, $CFG->defaultuserroleid, $context->id, true);
        accesslib_clear_all_caches_for_unit_testing();
        $this->assertSame(access::INSTITUTION, $this->access());
    }

    public function test_the_current_users_own_enrolment_does_not_close_it(): void {
        $instance = $this->enrolment('self');
        enrol_get_plugin('self')->enrol_user($instance, get_admin()->id);
        $this->assertSame(access::OPEN, $this->access());
    }

    public function test_a_fee_is_paid_access(): void {
        $this->enrolment('fee', ['cost' => 10, 'currency' => 'EUR']);
        $this->assertSame(access::PAID, $this->access());
    }

    public function test_paypal_is_paid_access(): void {
        $this->enrolment('paypal', ['cost' => '10', 'currency' => 'EUR']);
        $this->assertSame(access::PAID, $this->access());
    }

    public function test_a_fee_without_a_price_lets_nobody_in(): void {
        $this->enrolment('fee', ['cost' => 0]);
        $this->assertSame(access::INSTITUTION, $this->access());
    }

    public function test_a_fee_is_closed_where_visitors_cannot_register(): void {
        set_config('registerauth', '');
        $this->enrolment('fee', ['cost' => 10]);
        $this->assertSame(access::INSTITUTION, $this->access());
    }

    public function test_the_easiest_way_in_counts(): void {
        $this->enrolment('fee', ['cost' => 10]);
        $this->assertSame(access::PAID, $this->access());
        $this->enrolment('self', ['password' => 'sesame']);
        $this->assertSame(access::KEY, $this->access());
        $this->enrolment('guest');
        $this->assertSame(access::GUEST, $this->access());
    }

    /**
     * Adds a way in.
     *
     * @param string $plugin
     * @param array $fields
     * @return stdClass the instance
     */
    private function enrolment(string $plugin, array $fields = []): stdClass {
        global $DB;
        $fields += ['status' => ENROL_INSTANCE_ENABLED, 'password' => ''];
        if ($plugin === 'self') {
            $studentrole = $DB->get_field('role', 'id', ['shortname' => 'student']);
            $fields += ['roleid' => $studentrole, 'customint3' => 0, 'customint5' => 0, 'customint6' => 1];
        }
        $id = enrol_get_plugin($plugin)->add_instance($this->course, $fields);
        return $DB->get_record('enrol', ['id' => $id], '*', MUST_EXIST);
    }

    /**
     * How a visitor gets in.
     *
     * @return string
     */
    private function access(): string {
        return (new access())->of((int) $this->course->id);
    }
}
