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

use core\context\course as course_context;
use core\context\system as system_context;
use core_reportbuilder\external\systemreports\retrieve;
use core_reportbuilder\local\filters\select;
use core_reportbuilder\system_report_factory;
use core_reportbuilder\table\system_report_table;
use local_courseglue\local\membership\exchange;
use local_courseglue\local\publication\bulk_choice;
use local_courseglue\local\publication\course_form;
use local_courseglue\local\publication\policy;
use local_courseglue\local\publication\qualifier;
use local_courseglue\local\publication\sharing_status;
use local_courseglue\local\schedule;
use local_courseglue\local\store\choice_store;
use local_courseglue\local\store\publication_marks;
use local_courseglue\local\store\publication_store;
use local_courseglue\local\store\state_store;
use local_courseglue\output\course_publication;
use local_courseglue\reportbuilder\local\systemreports\courses;
use local_courseglue\tests\membership_testcase;
use stdClass;

defined('MOODLE_INTERNAL') || die();

require_once(__DIR__ . '/classes/membership_testcase.php');

/**
 * What teachers and managers see of sharing, and what they can do: as themselves, not as an administrator.
 *
 * @package    local_courseglue
 * @category   test
 * @copyright  2026 The CourseGlue authors
 * @license    https://www.gnu.org/copyleft/gpl.html GNU GPL v3 or later
 * @covers     \local_courseglue\local\publication\course_form
 * @covers     \local_courseglue\local\publication\sharing_status
 * @covers     \local_courseglue\local\publication\bulk_choice
 * @covers     \local_courseglue\local\schedule
 * @covers     \local_courseglue\output\course_publication
 * @covers     \local_courseglue\reportbuilder\local\systemreports\courses
 */
final class sharing_pages_test extends membership_testcase {
    /** @var stdClass a course */
    private stdClass $course;

    /** @var stdClass its teacher */
    private stdClass $teacher;

    #[\Override]
    protected function setUp(): void {
        parent::setUp();
        set_config('publishpolicy', policy::ASK, 'local_courseglue');
        set_config('lastcronstart', time(), 'tool_task');
        set_config('lastcroninterval', MINSECS, 'tool_task');
        $this->course = get_course($this->getDataGenerator()->create_course(['fullname' => 'Marine biology', 'enddate' => 0])->id);
        $this->teacher = $this->getDataGenerator()->create_and_enrol($this->course, 'editingteacher');
    }

    public function test_a_teacher_chooses_in_the_course_s_settings(): void {
        $this->setUser($this->teacher);
        $form = $this->settings_form();
        $this->assertTrue($form->elementExists(course_form::FIELD));
        $this->assertSame([(string) policy::UNDECIDED], array_map('strval', (array) $form->getElementValue(course_form::FIELD)));
        update_course((object) ['id' => $this->course->id, course_form::FIELD => (string) policy::NEVER]);
        $this->assertSame(policy::NEVER, choice_store::get((int) $this->course->id));
        $value = $this->settings_form()->getElementValue(course_form::FIELD);
        $this->assertSame([(string) policy::NEVER], array_map('strval', (array) $value));
    }

    public function test_a_choice_in_the_settings_saw_no_preview(): void {
        $this->setUser($this->teacher);
        update_course((object) ['id' => $this->course->id, course_form::FIELD => (string) policy::PUBLISH]);
        $this->assertFalse(choice_store::is_shared(publication_store::get((int) $this->course->id)));
    }

    public function test_saving_the_settings_again_takes_no_approval_back(): void {
        $this->setUser($this->teacher);
        choice_store::choose((int) $this->course->id, policy::PUBLISH, true);
        update_course((object) ['id' => $this->course->id, course_form::FIELD => (string) policy::PUBLISH]);
        $this->assertTrue(choice_store::is_shared(publication_store::get((int) $this->course->id)));
    }

    public function test_who_may_not_decide_sees_no_choice_and_makes_none(): void {
        role_change_permission(
            $this->teacher_role(),
            course_context::instance($this->course->id),
            \local_courseglue\local\publication\permission::COURSE,
            CAP_PREVENT,
        );
        $this->setUser($this->teacher);
        $this->assertFalse($this->settings_form()->elementExists(course_form::FIELD));
        update_course((object) ['id' => $this->course->id, course_form::FIELD => (string) policy::PUBLISH]);
        $this->assertSame(policy::UNDECIDED, choice_store::get((int) $this->course->id));
    }

    public function test_the_settings_refuse_what_is_no_choice(): void {
        $this->setUser($this->teacher);
        $errors = $this->settings_errors([course_form::FIELD => '7']);
        $this->assertArrayHasKey(course_form::FIELD, $errors);
        $this->assertArrayNotHasKey(course_form::FIELD, $this->settings_errors([course_form::FIELD => '1']));
    }

    public function test_the_creator_of_a_course_chooses_for_it(): void {
        global $DB;
        $creator = $this->getDataGenerator()->create_user();
        $role = $DB->get_field('role', 'id', ['shortname' => 'coursecreator'], MUST_EXIST);
        role_assign($role, $creator->id, system_context::instance()->id);
        $this->setUser($creator);
        $this->assertTrue($this->settings_form((object) ['id' => null])->elementExists(course_form::FIELD));
        $course = create_course((object) [
            'fullname' => 'New',
            'shortname' => 'new',
            'category' => $this->course->category,
            course_form::FIELD => (string) policy::NEVER,
        ]);
        $this->assertSame(policy::NEVER, choice_store::get((int) $course->id));
    }

    public function test_a_course_that_is_not_shared_says_why_and_what_would_change_it(): void {
        $this->join();
        $this->setUser($this->teacher);
        $this->assertSame('Not shared, because nobody has chosen to share it.', $this->sharing_status()->headline());
        $this->assertSame(['Choose "Share" below to share it.'], $this->sharing_status()->details());
        choice_store::choose((int) $this->course->id, policy::NEVER);
        $this->assertSame('Not shared, because its teachers chose "Never share".', $this->sharing_status()->headline());
    }

    public function test_before_the_site_joined_nothing_is_shared_whatever_was_chosen(): void {
        $this->setUser($this->teacher);
        choice_store::choose((int) $this->course->id, policy::PUBLISH, true);
        $this->assertSame('Not shared, because this site has not joined CourseGlue.', $this->sharing_status()->headline());
    }

    public function test_a_shared_course_says_since_when_and_at_how_many_sites_it_is_found(): void {
        $this->join();
        $this->setUser($this->teacher);
        choice_store::choose((int) $this->course->id, policy::PUBLISH, true);
        $this->assertSame('Not shared yet: it is sent within a few minutes.', $this->sharing_status()->headline());
        $this->publish();
        $status = $this->sharing_status();
        $this->assertTrue($status->is_found());
        $this->assertStringStartsWith('Shared since ', $status->headline());
        $details = implode(' ', $status->details());
        $this->assertStringContainsString('2 sites store it', $details);
        $this->assertStringContainsString('stays shared until', $details);
    }

    public function test_since_when_a_course_is_shared_does_not_change_with_its_text(): void {
        global $DB;
        $this->join();
        choice_store::choose((int) $this->course->id, policy::PUBLISH, true);
        $this->publish();
        $DB->set_field(publication_store::TABLE, 'timeshared', 1234567890, ['courseid' => $this->course->id]);
        $DB->set_field('course', 'fullname', 'Renamed', ['id' => $this->course->id]);
        publication_marks::mark((int) $this->course->id);
        $this->assertStringContainsString('Changes are sent within a few minutes', implode(' ', $this->sharing_status()->details()));
        $this->publish();
        $this->assertEquals(1234567890, publication_store::get((int) $this->course->id)->timeshared);
        choice_store::choose((int) $this->course->id, policy::NEVER);
        $this->publish();
        $this->assertNull(publication_store::get((int) $this->course->id)->timeshared);
    }

    public function test_a_course_that_was_refused_is_found_until_the_others_were_told(): void {
        $this->join();
        choice_store::choose((int) $this->course->id, policy::PUBLISH, true);
        $this->publish();
        choice_store::choose((int) $this->course->id, policy::NEVER);
        $status = $this->sharing_status();
        $this->assertTrue($status->is_found());
        $this->assertSame('No longer shared, because its teachers chose "Never share".', $status->headline());
        $this->assertStringContainsString('Until then teachers can still find it', implode(' ', $status->details()));
        $this->publish();
        $this->assertFalse($this->sharing_status()->is_found());
    }

    public function test_a_record_that_reached_one_site_of_two_is_found_there(): void {
        $this->join();
        choice_store::choose((int) $this->course->id, policy::PUBLISH, true);
        $this->engine->results["course/{$this->course->id}"] = [
            ['state' => 'pending', 'homes' => 1, 'problem' => 'No home answered', 'newer' => null],
        ];
        $this->publish();
        $details = implode(' ', $this->sharing_status()->details());
        $this->assertTrue($this->sharing_status()->is_found());
        $this->assertStringContainsString('one site stores it', $details);
        $this->assertStringContainsString('No home answered', $details);
    }

    public function test_a_site_that_was_silent_for_too_long_does_not_say_that_it_is_found(): void {
        $this->join();
        choice_store::choose((int) $this->course->id, policy::PUBLISH, true);
        $this->publish();
        state_store::set(exchange::LAST, (string) (time() - 48 * DAYSECS));
        $this->assertFalse($this->sharing_status()->is_found());
        $this->assertStringContainsString('have forgotten its courses', implode(' ', $this->sharing_status()->details()));
    }

    public function test_a_course_that_waits_says_until_when(): void {
        $this->join();
        set_config('publishpolicy', policy::ALL, 'local_courseglue');
        $this->assertStringContainsString('its teachers are told first, within a few minutes', $this->sharing_status()->headline());
        publication_marks::mark((int) $this->course->id);
        $this->publish();
        $until = userdate(time() + DAYSECS, get_string('strftimedate', 'langconfig'));
        $this->assertStringContainsString($until, $this->sharing_status()->headline());
        $this->assertSame(sharing_status::WAITING, $this->sharing_status()->state);
    }

    public function test_when_something_happens_is_said_in_people_s_words(): void {
        $this->assertSame('within a few minutes', schedule::next('publish'));
        $task = \core\task\manager::get_scheduled_task('\\local_courseglue\\task\\publish');
        set_config('lastcroninterval', 30 * MINSECS, 'tool_task');
        $this->assertSame('in about 30 minutes', schedule::next('publish'));
        set_config('lastcroninterval', 6 * HOURSECS, 'tool_task');
        $this->assertStringStartsWith('at about ', schedule::next('publish'));
        set_config('lastcronstart', time() - 3 * DAYSECS, 'tool_task');
        $this->assertStringContainsString('3 days ago', schedule::next('publish'));
        unset_config('lastcronstart', 'tool_task');
        $this->assertStringContainsString('has never done so far', schedule::next('publish'));
        $task->set_disabled(true);
        \core\task\manager::configure_scheduled_task($task);
        $this->assertStringContainsString('send changed courses', schedule::next('publish'));
    }

    public function test_the_page_shows_words_and_not_codes(): void {
        global $PAGE;
        $this->join();
        $this->setUser($this->teacher);
        (new local\store\description_store())->keep(
            (int) $this->course->id,
            new local\description\description('0511', 'cefr:b1', 'teacher', 'cc-sa-4.0'),
        );
        $page = new course_publication($this->course, null, '');
        $html = $PAGE->get_renderer('core')->render_from_template(
            'local_courseglue/course_publication',
            $page->export_for_template($PAGE->get_renderer('core')),
        );
        foreach (['Biology', 'B1, intermediate', 'Teachers', 'CC BY-SA 4.0'] as $words) {
            $this->assertStringContainsString($words, $html);
        }
    }

    public function test_a_manager_sees_every_course_with_its_state_and_why_not(): void {
        $this->join();
        choice_store::choose((int) $this->course->id, policy::PUBLISH, true);
        $this->publish();
        $never = $this->getDataGenerator()->create_course(['fullname' => 'Exam']);
        choice_store::choose((int) $never->id, policy::NEVER);
        $this->getDataGenerator()->create_course(['fullname' => 'Hidden', 'visible' => 0]);
        $this->setUser($this->manager());
        $rows = $this->report();
        $this->assertSame(['Exam', 'Hidden', 'Marine biology'], array_column($rows, 0));
        $this->assertSame(['Never share', 'Not shared', 'its teachers chose "Never share"'], array_slice($rows[0], 2, 3));
        $this->assertSame(['Share', 'Shared', ''], array_slice($rows[2], 2, 3));
        $this->assertNotSame('', $rows[2][5]);
        $this->assertSame('2', $rows[2][6]);
        $this->assertGreaterThan(100, (int) $rows[2][7]);
    }

    public function test_a_manager_filters_by_state_and_choice(): void {
        $this->join();
        choice_store::choose((int) $this->course->id, policy::PUBLISH, true);
        $this->publish();
        $this->getDataGenerator()->create_course(['fullname' => 'Other']);
        $this->setUser($this->manager());
        $this->filter(['course:state_operator' => select::EQUAL_TO, 'course:state_value' => sharing_status::SHARED]);
        $this->assertSame(['Marine biology'], array_column($this->report(), 0));
        $this->filter(['course:state_operator' => select::EQUAL_TO, 'course:state_value' => sharing_status::NOT_SHARED]);
        $this->assertSame(['Other'], array_column($this->report(), 0));
        $this->filter(['course:choice_operator' => select::EQUAL_TO, 'course:choice_value' => (string) policy::PUBLISH]);
        $this->assertSame(['Marine biology'], array_column($this->report(), 0));
    }

    public function test_a_teacher_does_not_see_the_list_of_all_courses(): void {
        $this->setUser($this->teacher);
        $this->expectException(\core_reportbuilder\exception\report_access_exception::class);
        $this->report();
    }

    public function test_what_teachers_write_is_no_formula_in_the_file_of_the_list(): void {
        global $PAGE;
        $this->getDataGenerator()->create_course([
            'fullname' => '=HYPERLINK("https://x.example","Open")',
            'category' => $this->getDataGenerator()->create_category(['name' => '@SUM(1)'])->id,
        ]);
        $this->setUser($this->manager());
        $this->assertSame('=HYPERLINK("https://x.example","Open")', $this->report()[0][0]);
        $_GET['download'] = 'csv';
        $id = system_report_factory::create(courses::class, system_context::instance())->get_report_persistent()->get('id');
        $table = system_report_table::create((int) $id, []);
        $PAGE->set_url('/reportbuilder/download.php');
        $table->define_baseurl($PAGE->url);
        $table->setup();
        $table->query_db(10, false);
        $row = $table->format_row($table->rawdata->current());
        $cells = array_slice(array_keys($table->columns), 1, 2);
        $texts = array_map(fn(string $cell): string => html_entity_decode(strip_tags((string) $row[$cell])), $cells);
        unset($_GET['download']);
        $this->assertSame(['\'=HYPERLINK("https://x.example","Open")', "'@SUM(1)"], $texts);
    }

    public function test_a_manager_decides_about_many_courses_at_once(): void {
        $ids = [(int) $this->course->id, (int) $this->getDataGenerator()->create_course()->id];
        $this->setUser($this->manager());
        foreach ([policy::PUBLISH, policy::NEVER, policy::UNDECIDED] as $choice) {
            $this->assertSame(['changed' => 2, 'refused' => 1], bulk_choice::make([...$ids, (int) SITEID], $choice));
            $this->assertSame([$choice, $choice], array_map(choice_store::get(...), $ids));
        }
        bulk_choice::make($ids, policy::PUBLISH);
        $this->assertFalse(choice_store::is_shared(publication_store::get($ids[0])));
    }

    public function test_nobody_decides_in_bulk_about_a_course_of_others(): void {
        $other = (int) $this->getDataGenerator()->create_course()->id;
        $this->setUser($this->teacher);
        $report = bulk_choice::make([(int) $this->course->id, $other], policy::NEVER);
        $this->assertSame(['changed' => 1, 'refused' => 1], $report);
        $this->assertSame(policy::UNDECIDED, choice_store::get($other));
    }

    /**
     * The form of the course's settings as the current user sees it.
     *
     * @param stdClass|null $course null for the course of the test
     * @return \MoodleQuickForm
     */
    private function settings_form(?stdClass $course = null): \MoodleQuickForm {
        $settings = $this->settings($course);
        return (new \ReflectionProperty(\moodleform::class, '_form'))->getValue($settings);
    }

    /**
     * What the form of the course's settings says is wrong.
     *
     * @param array $data
     * @return string[] by field
     */
    private function settings_errors(array $data): array {
        $data += ['shortname' => 'x', 'fullname' => 'x', 'startdate' => 0, 'enddate' => 0, 'idnumber' => '',
            'category' => $this->course->category, 'format' => 'topics', 'id' => $this->course->id];
        return $this->settings(null)->validation($data, []);
    }

    /**
     * The form of a course's settings.
     *
     * @param stdClass|null $course null for the course of the test
     * @return \course_edit_form
     */
    private function settings(?stdClass $course): \course_edit_form {
        global $CFG, $DB, $PAGE;
        require_once($CFG->dirroot . '/course/edit_form.php');
        $course ??= get_course($this->course->id);
        $course->category = $this->course->category;
        $PAGE->set_url('/course/edit.php');
        $PAGE->set_context(system_context::instance());
        return new \course_edit_form(null, [
            'course' => $course,
            'category' => $DB->get_record('course_categories', ['id' => $this->course->category], '*', MUST_EXIST),
            'editoroptions' => ['maxfiles' => 0, 'context' => null, 'noclean' => true],
            'returnto' => 0,
            'returnurl' => '',
        ]);
    }

    /**
     * The sharing status of the course.
     *
     * @return sharing_status
     */
    private function sharing_status(): sharing_status {
        $policy = policy::current();
        $row = publication_store::get((int) $this->course->id);
        return sharing_status::of($policy, new qualifier($policy), get_course($this->course->id), $row);
    }

    /**
     * Sends what is marked.
     */
    private function publish(): void {
        (new local\publication\publisher($this->engine))->run(['body' => '{}', 'sig' => '']);
    }

    /**
     * Somebody who manages the site.
     *
     * @return stdClass
     */
    private function manager(): stdClass {
        global $DB;
        $user = $this->getDataGenerator()->create_user();
        $role = $DB->get_field('role', 'id', ['shortname' => 'manager'], MUST_EXIST);
        role_assign($role, $user->id, system_context::instance()->id);
        return $user;
    }

    /**
     * The id of the role of teachers.
     *
     * @return int
     */
    private function teacher_role(): int {
        global $DB;
        return (int) $DB->get_field('role', 'id', ['shortname' => 'editingteacher'], MUST_EXIST);
    }

    /**
     * Filters the report for the current user.
     *
     * @param array $values
     */
    private function filter(array $values): void {
        system_report_factory::create(courses::class, system_context::instance())->set_filter_values($values);
    }

    /**
     * The rows of the report as the current user sees them, without markup and without what can be clicked.
     *
     * @return string[][]
     */
    private function report(): array {
        $report = retrieve::execute(courses::class, ['contextid' => system_context::instance()->id], '', '', 0, [], 0, 50);
        return array_map(
            fn(array $row): array => array_map(
                fn(mixed $cell): string => trim(html_entity_decode(strip_tags((string) $cell))),
                array_slice(array_values(((array) $row)['columns']), 0, 8),
            ),
            array_map(fn(mixed $row): array => (array) $row, $report['data']['rows']),
        );
    }
}
