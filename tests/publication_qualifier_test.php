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
use local_courseglue\local\publication\qualifier;
use local_courseglue\local\publication\verdict;
use stdClass;

/**
 * Which courses qualify, clause by clause.
 *
 * @package    local_courseglue
 * @category   test
 * @copyright  2026 The CourseGlue authors
 * @license    https://www.gnu.org/copyleft/gpl.html GNU GPL v3 or later
 * @covers     \local_courseglue\local\publication\qualifier
 * @covers     \local_courseglue\local\publication\policy
 */
final class publication_qualifier_test extends \advanced_testcase {
    protected function setUp(): void {
        parent::setUp();
        $this->resetAfterTest();
        // As cron does: nothing may depend on the current user.
        $this->setAdminUser();
    }

    public function test_a_visible_course_qualifies(): void {
        $this->assertNull($this->reason($this->course()));
    }

    public function test_the_front_page_does_not_qualify(): void {
        $this->assertSame(verdict::SITE_COURSE, $this->reason(get_site()));
    }

    public function test_a_hidden_course_does_not_qualify_although_the_current_user_sees_it(): void {
        $this->assertSame(verdict::HIDDEN, $this->reason($this->course(['visible' => 0])));
    }

    public function test_a_course_in_a_hidden_category_does_not_qualify(): void {
        $category = $this->getDataGenerator()->create_category();
        $course = $this->course(['category' => $category->id]);
        $category->hide();
        $this->assertSame(verdict::HIDDEN, $this->reason($this->fresh($course)));
    }

    public function test_a_course_in_a_category_hidden_by_sql_does_not_qualify(): void {
        global $DB;
        $category = $this->getDataGenerator()->create_category();
        $course = $this->course(['category' => $category->id]);
        $this->assertNull($this->reason($course));
        $DB->set_field('course_categories', 'visible', 0, ['id' => $category->id]);
        $this->assertSame(verdict::HIDDEN_CATEGORY, $this->reason($this->fresh($course)));
    }

    public function test_a_course_below_a_hidden_parent_category_does_not_qualify(): void {
        global $DB;
        $grandparent = $this->getDataGenerator()->create_category();
        $parent = $this->getDataGenerator()->create_category(['parent' => $grandparent->id]);
        $category = $this->getDataGenerator()->create_category(['parent' => $parent->id]);
        $course = $this->course(['category' => $category->id]);
        $this->assertNull($this->reason($course));
        $DB->set_field('course_categories', 'visible', 0, ['id' => $grandparent->id]);
        $this->assertSame(verdict::HIDDEN_CATEGORY, $this->reason($course));
    }

    public function test_a_course_that_was_shown_again_below_a_hidden_category_does_not_qualify(): void {
        global $DB;
        $parent = $this->getDataGenerator()->create_category();
        $category = $this->getDataGenerator()->create_category(['parent' => $parent->id]);
        $course = $this->course(['category' => $category->id]);
        $parent->hide();
        $DB->set_field('course', 'visible', 1, ['id' => $course->id]);
        $this->assertSame(verdict::HIDDEN_CATEGORY, $this->reason($this->fresh($course)));
    }

    public function test_a_course_whose_category_guests_may_not_list_does_not_qualify(): void {
        global $CFG;
        $category = $this->getDataGenerator()->create_category();
        $course = $this->course(['category' => $category->id]);
        $context = \core\context\coursecat::instance($category->id);
        assign_capability('moodle/category:viewcourselist', CAP_PROHIBIT, $CFG->guestroleid, $context->id, true);
        accesslib_clear_all_caches_for_unit_testing();
        $this->assertSame(verdict::NOT_LISTED, $this->reason($course));
    }

    public function test_nothing_hidden_qualifies_where_guests_may_see_it(): void {
        global $CFG, $DB;
        $category = $this->getDataGenerator()->create_category();
        $below = $this->course(['category' => $category->id]);
        $DB->set_field('course_categories', 'visible', 0, ['id' => $category->id]);
        foreach (['moodle/course:viewhiddencourses', 'moodle/category:viewhiddencategories'] as $capability) {
            assign_capability($capability, CAP_ALLOW, $CFG->guestroleid, \core\context\system::instance()->id, true);
        }
        accesslib_clear_all_caches_for_unit_testing();
        $this->assertSame(verdict::HIDDEN, $this->reason($this->course(['visible' => 0])));
        $this->assertSame(verdict::HIDDEN_CATEGORY, $this->reason($below));
    }

    public function test_a_course_past_its_end_date_does_not_qualify(): void {
        $this->assertSame(verdict::ENDED, $this->reason($this->course(['enddate' => time() - 1])));
    }

    public function test_a_course_past_its_end_date_qualifies_where_the_admin_keeps_ended_courses(): void {
        $course = $this->course(['enddate' => time() - 1]);
        $this->assertNull($this->reason($course, new policy(policy::ALL, true)));
    }

    public function test_a_course_before_its_end_date_qualifies(): void {
        $this->assertNull($this->reason($this->course(['enddate' => time() + DAYSECS])));
    }

    public function test_no_course_qualifies_under_the_policy_nothing_even_if_its_teachers_want_it(): void {
        $nothing = new policy(policy::NONE);
        $this->assertSame(verdict::POLICY_NONE, $this->reason($this->course(), $nothing));
        $this->assertSame(verdict::POLICY_NONE, $this->reason($this->course(), $nothing, policy::PUBLISH));
    }

    public function test_nothing_is_the_policy_of_a_site_that_set_none(): void {
        unset_config('publishpolicy', 'local_courseglue');
        $this->assertSame(policy::NONE, policy::current()->site);
    }

    public function test_a_policy_that_does_not_exist_is_nothing(): void {
        set_config('publishpolicy', 'everything', 'local_courseglue');
        $this->assertSame(policy::NONE, policy::current()->site);
    }

    public function test_a_course_nobody_decided_about_does_not_qualify_under_the_policy_ask(): void {
        $this->assertSame(verdict::UNDECIDED, $this->reason($this->course(), new policy(policy::ASK)));
    }

    public function test_a_course_whose_teachers_want_it_qualifies_under_the_policy_ask(): void {
        $this->assertNull($this->reason($this->course(), new policy(policy::ASK), policy::PUBLISH));
    }

    public function test_never_wins_under_every_policy(): void {
        foreach ([policy::NONE, policy::ASK, policy::ALL] as $site) {
            $reason = $this->reason($this->course(), new policy($site), policy::NEVER);
            $this->assertSame(verdict::CHOICE_NEVER, $reason);
        }
    }

    public function test_no_course_qualifies_on_a_site_that_forces_login(): void {
        set_config('forcelogin', 1);
        $this->assertSame(verdict::FORCE_LOGIN, $this->reason($this->course()));
    }

    public function test_courses_qualify_in_spite_of_forcelogin_where_the_admin_said_so(): void {
        set_config('forcelogin', 1);
        $this->assertNull($this->reason($this->course(), new policy(policy::ALL, false, true)));
    }

    public function test_a_hidden_course_does_not_qualify_in_spite_of_forcelogin(): void {
        set_config('forcelogin', 1);
        $reason = $this->reason($this->course(['visible' => 0]), new policy(policy::ALL, false, true));
        $this->assertSame(verdict::HIDDEN, $reason);
    }

    public function test_every_reason_has_its_words_and_says_what_would_change_it(): void {
        foreach ((new \ReflectionClass(verdict::class))->getConstants() as $reason) {
            $this->assertTrue(get_string_manager()->string_exists("because:{$reason}", 'local_courseglue'), $reason);
            $this->assertTrue(get_string_manager()->string_exists("remedy:{$reason}", 'local_courseglue'), $reason);
        }
    }

    /**
     * A course.
     *
     * @param array $fields
     * @return stdClass
     */
    private function course(array $fields = []): stdClass {
        return $this->getDataGenerator()->create_course($fields + ['startdate' => time() - YEARSECS]);
    }

    /**
     * The course as it is in the database now.
     *
     * @param stdClass $course
     * @return stdClass
     */
    private function fresh(stdClass $course): stdClass {
        global $DB;
        return $DB->get_record('course', ['id' => $course->id], '*', MUST_EXIST);
    }

    /**
     * Why the course does not qualify.
     *
     * @param stdClass $course
     * @param policy|null $policy every course, by default
     * @param int $choice
     * @return string|null
     */
    private function reason(stdClass $course, ?policy $policy = null, int $choice = policy::UNDECIDED): ?string {
        return (new qualifier($policy ?? new policy(policy::ALL)))->check($course, $choice)->reason;
    }
}
