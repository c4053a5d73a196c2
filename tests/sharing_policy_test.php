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

use core\context\coursecat as category_context;
use local_courseglue\local\description\description;
use local_courseglue\local\publication\navigation;
use local_courseglue\local\publication\permission;
use local_courseglue\local\publication\policy;
use local_courseglue\local\publication\publisher;
use local_courseglue\local\publication\qualifier;
use local_courseglue\local\publication\sweep;
use local_courseglue\local\publication\verdict;
use local_courseglue\local\store\category_store;
use local_courseglue\local\store\choice_store;
use local_courseglue\local\store\publication_marks;
use local_courseglue\local\store\publication_store;
use local_courseglue\tests\fake_engine;
use stdClass;

/**
 * Who decides: the site, its categories, the course; and how long what nobody chose waits.
 *
 * @package    local_courseglue
 * @category   test
 * @copyright  2026 The CourseGlue authors
 * @license    https://www.gnu.org/copyleft/gpl.html GNU GPL v3 or later
 * @covers     \local_courseglue\local\publication\policy
 * @covers     \local_courseglue\local\publication\category_policies
 * @covers     \local_courseglue\local\publication\announcement
 * @covers     \local_courseglue\local\store\category_store
 */
final class sharing_policy_test extends \advanced_testcase {
    /** @var fake_engine what was sent */
    private fake_engine $engine;

    protected function setUp(): void {
        parent::setUp();
        $this->resetAfterTest();
        $this->preventResetByRollback();
        $this->engine = new fake_engine();
    }

    /**
     * What comes of each policy of the site, a category, the one below it, and each choice.
     *
     * @return array[] site, category, below, choice, and the reason
     */
    public static function decisions(): array {
        return [
            'the site alone' => [policy::ALL, null, null, policy::UNDECIDED, null],
            'a category narrows it' => [policy::ALL, policy::ASK, null, policy::UNDECIDED, verdict::UNDECIDED],
            'a category shares nothing' => [policy::ALL, policy::NONE, null, policy::PUBLISH, verdict::CATEGORY_NONE],
            'a category shares more' => [policy::NONE, policy::ALL, null, policy::UNDECIDED, null],
            'a category asks where the site shares nothing' => [policy::NONE, policy::ASK, null, policy::PUBLISH, null],
            'the one below overrides' => [policy::NONE, policy::NONE, policy::ALL, policy::UNDECIDED, null],
            'the one below narrows' => [policy::ALL, policy::ALL, policy::NONE, policy::PUBLISH, verdict::CATEGORY_NONE],
            'never wins over all' => [policy::ALL, policy::ALL, policy::ALL, policy::NEVER, verdict::CHOICE_NEVER],
            'never is the reason where nothing is shared' => [policy::NONE, null, null, policy::NEVER, verdict::CHOICE_NEVER],
            'share needs somebody who lets it' => [policy::NONE, null, null, policy::PUBLISH, verdict::POLICY_NONE],
        ];
    }

    /**
     * The nearest decision holds, and "never" over all.
     *
     * @dataProvider decisions
     * @param string $site
     * @param string|null $category
     * @param string|null $below
     * @param int $choice
     * @param string|null $reason
     */
    public function test_the_nearest_decision_holds(
        string $site,
        ?string $category,
        ?string $below,
        int $choice,
        ?string $reason,
    ): void {
        set_config('publishpolicy', $site, 'local_courseglue');
        set_config('graceperiod', 0, 'local_courseglue');
        $upper = $this->getDataGenerator()->create_category();
        $lower = $this->getDataGenerator()->create_category(['parent' => $upper->id]);
        $course = $this->getDataGenerator()->create_course(['category' => $lower->id]);
        (new category_store())->keep((int) $upper->id, $category, new description());
        (new category_store())->keep((int) $lower->id, $below, new description());
        $this->assertSame($reason, (new qualifier(policy::current()))->check($course, $choice)->reason);
    }

    public function test_a_course_without_a_row_in_a_category_that_shares_all_is_found_and_sent(): void {
        set_config('graceperiod', 0, 'local_courseglue');
        $category = $this->getDataGenerator()->create_category();
        $course = $this->getDataGenerator()->create_course(['category' => $category->id]);
        $other = $this->getDataGenerator()->create_course();
        $this->assertNull(publication_store::get((int) $course->id));
        (new category_store())->keep((int) $category->id, policy::ALL, new description());
        $this->publish();
        $this->assertSame('record', $this->engine->last((int) $course->id)['type']);
        $this->assertNull($this->engine->last((int) $other->id));
    }

    public function test_a_category_that_shares_nothing_any_more_withdraws_its_courses(): void {
        set_config('publishpolicy', policy::ALL, 'local_courseglue');
        set_config('graceperiod', 0, 'local_courseglue');
        $category = $this->getDataGenerator()->create_category();
        $below = $this->getDataGenerator()->create_category(['parent' => $category->id]);
        $course = $this->getDataGenerator()->create_course(['category' => $below->id]);
        $this->publish();
        (new category_store())->keep((int) $category->id, policy::NONE, new description());
        (new publisher($this->engine))->run(['body' => '{}', 'sig' => '']);
        $this->assertSame('tombstone', $this->engine->last((int) $course->id)['type']);
    }

    public function test_a_course_moved_into_a_category_that_shares_nothing_is_withdrawn(): void {
        set_config('publishpolicy', policy::ALL, 'local_courseglue');
        set_config('graceperiod', 0, 'local_courseglue');
        $closed = $this->getDataGenerator()->create_category();
        (new category_store())->keep((int) $closed->id, policy::NONE, new description());
        $course = $this->getDataGenerator()->create_course();
        $this->publish();
        $this->setAdminUser();
        move_courses([$course->id], $closed->id);
        $this->publish();
        $this->assertSame('tombstone', $this->engine->last((int) $course->id)['type']);
    }

    public function test_a_category_moved_below_one_that_shares_nothing_is_withdrawn(): void {
        $from = $this->getDataGenerator()->create_category();
        $to = $this->getDataGenerator()->create_category();
        $inner = $this->getDataGenerator()->create_category(['parent' => $from->id]);
        $store = new category_store();
        $store->keep((int) $from->id, policy::ALL, new description());
        $store->keep((int) $to->id, policy::NONE, new description());
        set_config('graceperiod', 0, 'local_courseglue');
        $course = $this->getDataGenerator()->create_course(['category' => $inner->id]);
        $this->publish();
        $this->assertSame('record', $this->engine->last((int) $course->id)['type']);
        \core_course_category::get($inner->id, MUST_EXIST, true)->change_parent((int) $to->id);
        $this->publish();
        $this->assertSame('tombstone', $this->engine->last((int) $course->id)['type']);
    }

    /**
     * A policy that is not offered is none, whatever a manager of the category sends.
     */
    public function test_a_manager_of_a_category_sends_no_policy_that_is_not_offered(): void {
        \local_courseglue\form\category_policy::mock_submit(['id' => 1, 'policy' => policy::ALL]);
        $form = new \local_courseglue\form\category_policy(null, [
            'categoryid' => 1, 'above' => '', 'policies' => [policy::NONE], 'description' => new description(), 'inherited' => [],
        ]);
        $this->assertNotSame(policy::ALL, $form->get_data()->policy ?? null);
    }

    public function test_a_deleted_category_decides_nothing(): void {
        global $DB;
        $category = $this->getDataGenerator()->create_category();
        (new category_store())->keep((int) $category->id, policy::ALL, new description());
        $this->setAdminUser();
        $category->delete_full(false);
        $this->assertSame([], (new category_store())->policies());
        $this->assertSame(0, $DB->count_records(category_store::TABLE));
    }

    public function test_who_manages_a_category_may_narrow_its_policy_and_who_manages_the_site_may_widen_it(): void {
        set_config('publishpolicy', policy::ASK, 'local_courseglue');
        $category = $this->getDataGenerator()->create_category();
        $this->setUser($this->manager_of(category_context::instance($category->id)));
        $this->assertSame([policy::NONE, policy::ASK], permission::policies(policy::current(), 0));
        $this->setUser($this->manager_of(\core\context\system::instance()));
        $this->assertSame(policy::POLICIES, permission::policies(policy::current(), 0));
    }

    public function test_a_new_course_waits_and_its_teachers_are_told_once(): void {
        set_config('publishpolicy', policy::ALL, 'local_courseglue');
        $course = $this->getDataGenerator()->create_course(['fullname' => 'Marine biology']);
        $teacher = $this->getDataGenerator()->create_and_enrol($course, 'editingteacher');
        $this->getDataGenerator()->create_and_enrol($course, 'student');
        $messages = $this->messages_of(fn() => $this->publish());
        $this->assertSame([], $this->engine->batches);
        $this->assertSame([(int) $teacher->id], array_map('intval', array_column($messages, 'useridto')));
        $this->assertSame('sharing', $messages[0]->eventtype);
        $this->assertSame(navigation::url((int) $course->id)->out(false), $messages[0]->contexturl);
        $this->assertStringContainsString('Marine biology', $messages[0]->subject);
        $this->assertStringContainsString('Never share', $messages[0]->fullmessage);
        $this->assertStringContainsString(navigation::url((int) $course->id)->out(), $messages[0]->fullmessagehtml);

        update_course((object) ['id' => $course->id, 'fullname' => 'Marine biology II']);
        $this->assertSame([], $this->messages_of(fn() => $this->publish()));
        $this->assertSame([], $this->engine->batches);
    }

    public function test_the_first_teacher_of_a_course_that_had_none_is_told_and_has_the_whole_time(): void {
        global $DB;
        set_config('publishpolicy', policy::ALL, 'local_courseglue');
        $course = $this->getDataGenerator()->create_course();
        $this->assertSame([], $this->messages_of(fn() => $this->publish()));
        $past = time() - DAYSECS - 1;
        $DB->set_field(publication_store::TABLE, 'timetold', $past, ['courseid' => $course->id]);
        $DB->set_field(publication_store::TABLE, 'timechecked', $past, ['courseid' => $course->id]);
        $this->getDataGenerator()->create_and_enrol($course, 'student');
        $this->assertSame($past, (int) publication_store::get((int) $course->id)->timetold, 'students decide nothing');
        $teacher = $this->getDataGenerator()->create_and_enrol($course, 'editingteacher');
        $messages = $this->messages_of(fn() => $this->publish());
        $this->assertSame([(int) $teacher->id], array_map('intval', array_column($messages, 'useridto')));
        $this->assertSame([], $this->engine->batches);
        $this->getDataGenerator()->create_and_enrol($course, 'editingteacher');
        $this->assertSame([], $this->messages_of(fn() => $this->publish()), 'somebody was told');
    }

    public function test_a_course_that_waited_is_sent_without_anybody_touching_it(): void {
        global $DB;
        set_config('publishpolicy', policy::ALL, 'local_courseglue');
        $course = $this->getDataGenerator()->create_course();
        $this->publish();
        $past = time() - DAYSECS - 1;
        $DB->set_field(publication_store::TABLE, 'timetold', $past, ['courseid' => $course->id]);
        $DB->set_field(publication_store::TABLE, 'timechecked', $past, ['courseid' => $course->id]);
        (new publisher($this->engine))->run(['body' => '{}', 'sig' => '']);
        $this->assertSame('record', $this->engine->last((int) $course->id)['type']);
    }

    public function test_a_course_that_waits_is_not_sent_before_its_time(): void {
        global $DB;
        set_config('publishpolicy', policy::ALL, 'local_courseglue');
        $course = $this->getDataGenerator()->create_course();
        $this->publish();
        $past = time() - DAYSECS + MINSECS;
        $DB->set_field(publication_store::TABLE, 'timetold', $past, ['courseid' => $course->id]);
        publication_marks::mark((int) $course->id);
        $this->publish();
        $this->assertSame([], $this->engine->batches);
    }

    public function test_a_course_whose_teacher_says_no_in_time_is_never_sent(): void {
        global $DB;
        set_config('publishpolicy', policy::ALL, 'local_courseglue');
        $course = $this->getDataGenerator()->create_course();
        $this->publish();
        choice_store::choose((int) $course->id, policy::NEVER);
        $DB->set_field(publication_store::TABLE, 'timetold', 1, ['courseid' => $course->id]);
        $this->publish();
        $this->assertSame([], $this->engine->batches);
    }

    public function test_a_course_that_its_teachers_share_does_not_wait(): void {
        set_config('publishpolicy', policy::ALL, 'local_courseglue');
        $course = $this->getDataGenerator()->create_course();
        $this->getDataGenerator()->create_and_enrol($course, 'editingteacher');
        choice_store::choose((int) $course->id, policy::PUBLISH, true);
        $this->assertSame([], $this->messages_of(fn() => $this->publish()));
        $this->assertSame('record', $this->engine->last((int) $course->id)['type']);
    }

    public function test_without_a_grace_period_teachers_are_told_that_their_course_is_shared(): void {
        set_config('publishpolicy', policy::ALL, 'local_courseglue');
        set_config('graceperiod', 0, 'local_courseglue');
        $course = $this->getDataGenerator()->create_course();
        $this->getDataGenerator()->create_and_enrol($course, 'editingteacher');
        $messages = $this->messages_of(fn() => $this->publish());
        $this->assertCount(1, $messages);
        $this->assertStringContainsString('is shared', $messages[0]->subject);
        $this->assertSame('record', $this->engine->last((int) $course->id)['type']);
        update_course((object) ['id' => $course->id, 'fullname' => 'Renamed']);
        $this->assertSame([], $this->messages_of(fn() => $this->publish()));
    }

    public function test_who_teaches_several_courses_gets_one_notification(): void {
        set_config('publishpolicy', policy::ALL, 'local_courseglue');
        $teacher = $this->getDataGenerator()->create_user();
        foreach (['One', 'Two'] as $name) {
            $course = $this->getDataGenerator()->create_course(['fullname' => $name]);
            $this->getDataGenerator()->enrol_user($teacher->id, $course->id, 'editingteacher');
        }
        $messages = $this->messages_of(fn() => $this->publish());
        $this->assertCount(1, $messages);
        $this->assertStringContainsString('One', $messages[0]->fullmessage);
        $this->assertStringContainsString('Two', $messages[0]->fullmessage);
    }

    public function test_a_hidden_course_is_no_matter_for_a_notification(): void {
        set_config('publishpolicy', policy::ALL, 'local_courseglue');
        $course = $this->getDataGenerator()->create_course(['visible' => 0]);
        $this->getDataGenerator()->create_and_enrol($course, 'editingteacher');
        $this->assertSame([], $this->messages_of(fn() => $this->publish()));
    }

    public function test_a_new_grace_period_withdraws_nothing_that_is_out_there(): void {
        set_config('publishpolicy', policy::ALL, 'local_courseglue');
        set_config('graceperiod', 0, 'local_courseglue');
        $course = $this->getDataGenerator()->create_course();
        $this->publish();
        set_config('graceperiod', WEEKSECS, 'local_courseglue');
        publication_marks::mark((int) $course->id);
        $this->publish();
        $this->assertSame('record', $this->engine->last((int) $course->id)['type']);
        $this->assertSame(publication_store::PUBLISHED, publication_store::get((int) $course->id)->state);
    }

    public function test_only_a_choice_under_the_preview_is_an_approval(): void {
        $course = (int) $this->getDataGenerator()->create_course()->id;
        choice_store::choose($course, policy::PUBLISH);
        $this->assertFalse(choice_store::is_shared(publication_store::get($course)));
        choice_store::choose($course, policy::PUBLISH, true);
        $this->assertTrue(choice_store::is_shared(publication_store::get($course)));
        choice_store::choose($course, policy::PUBLISH);
        $this->assertTrue(choice_store::is_shared(publication_store::get($course)));
        choice_store::choose($course, policy::NEVER, true);
        $this->assertFalse(choice_store::is_shared(publication_store::get($course)));
    }

    /**
     * Somebody who is a manager in a context.
     *
     * @param \core\context $context
     * @return stdClass
     */
    private function manager_of(\core\context $context): stdClass {
        global $DB;
        $user = $this->getDataGenerator()->create_user();
        role_assign($DB->get_field('role', 'id', ['shortname' => 'manager'], MUST_EXIST), $user->id, $context->id);
        return $user;
    }

    /**
     * The notifications that some work leads to.
     *
     * @param callable $work
     * @return stdClass[]
     */
    private function messages_of(callable $work): array {
        $sink = $this->redirectMessages();
        $work();
        $messages = $sink->get_messages();
        $sink->close();
        return $messages;
    }

    /**
     * Looks at every course, as the tasks do, and sends what has to be.
     */
    private function publish(): void {
        sweep::create()->run();
        (new publisher($this->engine))->run(['body' => '{}', 'sig' => '']);
    }
}
