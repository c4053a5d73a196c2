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

use core_course\customfield\course_handler;
use core_customfield_generator;
use local_courseglue\local\calendar_date;
use local_courseglue\local\publication\content_digest;
use local_courseglue\local\publication\extractor;
use local_courseglue\local\publication\policy;
use local_courseglue\local\publication\redaction\kind;
use local_courseglue\local\store\choice_store;
use local_courseglue\local\store\publication_store;
use stdClass;

/**
 * What a record says about a course.
 *
 * @package    local_courseglue
 * @category   test
 * @copyright  2026 The CourseGlue authors
 * @license    https://www.gnu.org/copyleft/gpl.html GNU GPL v3 or later
 * @covers     \local_courseglue\local\publication\extractor
 * @covers     \local_courseglue\local\publication\extraction
 * @covers     \local_courseglue\local\publication\described_fields
 * @covers     \local_courseglue\local\publication\category_path
 * @covers     \local_courseglue\local\publication\content_digest
 */
final class publication_extractor_test extends \advanced_testcase {
    protected function setUp(): void {
        parent::setUp();
        $this->resetAfterTest();
        $this->setAdminUser();
        set_config('customfields', 'subject,level,audience,licence', 'local_courseglue');
    }

    public function test_a_record_says_what_the_course_says(): void {
        $course = $this->course([
            'fullname' => 'Biology',
            'shortname' => 'BIO',
            'summary' => '<p>Cells &amp; more</p>',
            'lang' => 'en',
            'format' => 'topics',
            'startdate' => 1700000000,
            'enddate' => 1800000000,
        ]);
        $content = $this->extract($course);
        $this->assertSame("course/{$course->id}", $content['id']);
        $this->assertSame('en', $content['lang']);
        $this->assertSame(['' => 'Biology'], $content['fullname']);
        $this->assertSame(['' => 'BIO'], $content['shortname']);
        $this->assertSame(['' => 'Cells & more'], $content['summary']);
        $this->assertSame('topics', $content['format']);
        $this->assertSame(calendar_date::of_owner(1700000000), $content['start']);
        $this->assertSame(calendar_date::of_owner(1800000000), $content['end']);
        $this->assertSame("course/view.php?id={$course->id}", $content['link']);
        $this->assertNull($content['contact']);
    }

    public function test_a_record_has_exactly_the_fields_of_the_protocol(): void {
        $this->assertEqualsCanonicalizing(
            ['id', 'lang', 'fullname', 'shortname', 'summary', 'category', 'tags', 'subject', 'level', 'audience', 'licence',
                'format', 'start', 'end', 'access', 'backup', 'contact', 'link', 'contents'],
            array_keys($this->extract($this->course())),
        );
    }

    public function test_names_in_several_languages_arrive_as_separate_languages_with_the_filters_off(): void {
        filter_set_global_state('multilang', TEXTFILTER_DISABLED);
        $content = $this->extract($this->course([
            'fullname' => '<span lang="en" class="multilang">Biology</span><span lang="es" class="multilang">Biología</span>',
            'shortname' => '{mlang en}BIO{mlang}{mlang de}BIOL{mlang}',
        ]));
        $this->assertSame(['en' => 'Biology', 'es' => 'Biología'], $content['fullname']);
        $this->assertSame(['en' => 'BIO', 'de' => 'BIOL'], $content['shortname']);
    }

    public function test_names_arrive_the_same_with_the_filters_on(): void {
        filter_set_global_state('multilang', TEXTFILTER_ON);
        filter_set_applies_to_strings('multilang', 1);
        $content = $this->extract($this->course([
            'fullname' => '<span lang="en" class="multilang">Biology</span><span lang="es" class="multilang">Biología</span>',
        ]));
        $this->assertSame(['en' => 'Biology', 'es' => 'Biología'], $content['fullname']);
    }

    public function test_a_course_without_a_language_leaves_it_to_be_detected(): void {
        $this->assertNull($this->extract($this->course(['lang' => '']))['lang']);
    }

    public function test_a_language_pack_is_named_by_its_language(): void {
        $this->assertSame('pt', $this->extract($this->course(['lang' => 'pt_br']))['lang']);
    }

    public function test_a_course_without_end_has_none(): void {
        $this->assertNull($this->extract($this->course(['enddate' => 0]))['end']);
    }

    public function test_the_category_path_goes_from_the_root_down(): void {
        $root = $this->getDataGenerator()->create_category(['name' => '{mlang en}Science{mlang}{mlang es}Ciencia{mlang}']);
        $category = $this->getDataGenerator()->create_category(['name' => 'Life', 'parent' => $root->id]);
        $content = $this->extract($this->course(['category' => $category->id]));
        $this->assertSame([['en' => 'Science', 'es' => 'Ciencia'], ['' => 'Life']], $content['category']);
    }

    public function test_tags_arrive_as_they_were_written(): void {
        $course = $this->course(['tags' => ['Zoology', 'DNA & RNA']]);
        $this->let_in('guest', $course);
        $content = $this->extract($course);
        $this->assertSame(['DNA & RNA', 'Zoology'], $content['tags']);
    }

    /**
     * Sections, activities and tags leave only where their names are public, or were shared.
     *
     * @dataProvider ways_in
     * @param string $enrol
     * @param array $fields of the enrolment
     * @param bool $leaves whether contents leave
     * @param bool $opened whether they do where the admin has added courses that anybody can join
     */
    public function test_contents_leave_where_a_guest_can_enter(string $enrol, array $fields, bool $leaves, bool $opened): void {
        set_config('registerauth', 'email');
        $course = $this->course(['fullname' => 'Biology', 'tags' => ['secrettag']]);
        $this->getDataGenerator()->create_module('page', ['course' => $course->id, 'name' => 'secretpage']);
        $this->let_in($enrol, $course, $fields);
        foreach ([[policy::ALL, false, false, false, false], [policy::ALL, false, false, false, true]] as $at => $settings) {
            $expected = $at ? $opened : $leaves;
            $content = (new extractor(new policy(...$settings)))->extract($course);
            $this->assertSame($expected, str_contains(json_encode($content), 'secrettag'));
            $this->assertSame($expected, str_contains(json_encode($content), 'secretpage'));
            $this->assertSame(['' => 'Biology'], $content['fullname']);
        }
    }

    /**
     * Ways into a course.
     *
     * @return array[]
     */
    public static function ways_in(): array {
        return [
            'guests' => ['guest', [], true, true],
            'guests with a password' => ['guest', ['password' => 'sesame'], false, false],
            'anybody registers and enrols' => ['self', [], false, true],
            'anybody registers and enrols with a key' => ['self', ['password' => 'sesame'], false, false],
            'members' => ['manual', [], false, false],
        ];
    }

    public function test_contents_leave_where_the_course_was_shared_after_the_preview(): void {
        $course = $this->course(['tags' => ['secrettag']]);
        $this->getDataGenerator()->create_module('page', ['course' => $course->id, 'name' => 'secretpage']);
        $extractor = new extractor(new policy(policy::ASK));
        $this->assertStringNotContainsString('secret', json_encode($extractor->extract($course)));
        $content = $extractor->extract($course, true);
        $this->assertSame(['secrettag'], $content['tags']);
        $this->assertSame('secretpage', $content['contents'][0]['name']['']);
    }

    public function test_only_who_saw_the_preview_shares_the_contents(): void {
        $course = (int) $this->course()->id;
        choice_store::choose($course, policy::PUBLISH);
        $this->assertFalse(choice_store::is_shared(publication_store::get($course)));
        choice_store::choose($course, policy::PUBLISH, true);
        $this->assertTrue(choice_store::is_shared(publication_store::get($course)));
        choice_store::choose($course, policy::PUBLISH);
        $this->assertTrue(choice_store::is_shared(publication_store::get($course)), 'the same choice again takes nothing back');
        foreach ([policy::NEVER, policy::UNDECIDED] as $choice) {
            choice_store::choose($course, $choice, true);
            $this->assertFalse(choice_store::is_shared(publication_store::get($course)));
            choice_store::choose($course, policy::PUBLISH);
            $this->assertFalse(choice_store::is_shared(publication_store::get($course)), 'it has to be seen anew');
            choice_store::choose($course, policy::PUBLISH, true);
        }
        $this->assertFalse(choice_store::is_shared(null));
    }

    public function test_what_reaches_a_person_is_taken_out_of_every_text(): void {
        $this->field('text', 'subject', course_handler::VISIBLETOALL);
        $category = $this->getDataGenerator()->create_category(['name' => 'Desk a@uni.example']);
        $course = $this->course([
            'fullname' => 'Biology b@uni.example',
            'shortname' => 'BIO c@uni.example',
            'summary' => '<p>Dr Jane Doe, <a href="mailto:d@uni.example">d@<b>uni</b>.example</a>, +34&nbsp;600 123 987</p>',
            'category' => $category->id,
            'tags' => ['e@uni.example', 'cells'],
            'customfield_subject' => 'Life f@uni.example',
        ]);
        course_update_section($course, get_fast_modinfo($course)->get_section_info(0), ['name' => 'Start g@uni.example']);
        $this->getDataGenerator()->create_module('page', ['course' => $course->id, 'name' => 'Page h@uni.example']);
        $extraction = (new extractor(new policy(policy::ALL)))->read($course, true);
        $this->assertStringNotContainsString('@', json_encode($extraction->content));
        $this->assertSame(['' => 'Dr Jane Doe, …, …'], $extraction->content['summary']);
        $this->assertSame(['cells'], $extraction->content['tags']);
        $this->assertSame(['Start …', 'Page …'], array_map(fn(array $entry): string => $entry['name'][''], $extraction->content['contents']));
        $this->assertEqualsCanonicalizing(
            array_map(fn(string $name): string => "{$name}@uni.example", range('a', 'h')),
            $extraction->leftout[kind::EMAIL],
        );
        $this->assertSame(['+34 600 123 987'], $extraction->leftout[kind::PHONE]);
    }

    public function test_an_address_is_taken_out_before_the_summary_is_cut(): void {
        $course = $this->course(['summary' => str_repeat('cell ', 817) . 'jane.doe@uni.example']);
        $this->assertStringNotContainsString('jane', json_encode($this->extract($course)));
    }

    public function test_a_course_whose_name_is_an_address_still_has_a_name(): void {
        $course = $this->course(['fullname' => 'jane@uni.example', 'shortname' => 'BIO']);
        $this->assertSame(['' => 'BIO'], $this->extract($course)['fullname']);
        $course = $this->course(['fullname' => 'jane@uni.example', 'shortname' => 'joe@uni.example']);
        $this->assertSame(['' => '…'], $this->extract($course)['fullname']);
    }

    public function test_what_a_filter_shows_to_some_is_in_no_text(): void {
        $this->field('text', 'subject', course_handler::VISIBLETOALL);
        $hidden = '{ifenrolled}secret{/ifenrolled}';
        $course = $this->course([
            'fullname' => "Biology {$hidden}", 'shortname' => "BIO {$hidden}", 'summary' => "Cells {$hidden}", 'tags' => ["cells {$hidden}"],
            'category' => $this->getDataGenerator()->create_category(['name' => "Life {$hidden}"])->id,
            'customfield_subject' => "Life {$hidden}",
        ]);
        $this->getDataGenerator()->create_module('page', ['course' => $course->id, 'name' => "Page {$hidden}"]);
        $content = (new extractor(new policy(policy::ALL)))->extract($course, true);
        $this->assertStringNotContainsString('secret', json_encode($content));
        $this->assertStringNotContainsString('{', implode('', [$content['fullname'][''], $content['tags'][0], $content['subject']]));
        $this->assertSame('Page', $content['contents'][0]['name']['']);
    }

    public function test_a_backup_is_offered_only_where_the_admin_said_so(): void {
        $course = $this->course();
        $this->assertFalse($this->extract($course)['backup']);
        $content = (new extractor(new policy(policy::ALL, false, false, true)))->extract($course);
        $this->assertTrue($content['backup']);
    }

    public function test_custom_fields_visible_to_everybody_are_published(): void {
        $this->field('textarea', 'Subject', course_handler::VISIBLETOALL);
        $this->field('select', 'level', course_handler::VISIBLETOALL, ['options' => "beginner\nexpert"]);
        $this->field('text', 'licence', course_handler::VISIBLETOALL);
        $content = $this->extract($this->course([
            'customfield_Subject_editor' => ['text' => 'Life <b>sciences</b>', 'format' => FORMAT_HTML],
            'customfield_level' => 2,
            'customfield_licence' => 'CC BY-SA 4.0',
        ]));
        $this->assertSame('Life sciences', $content['subject']);
        $this->assertSame('expert', $content['level']);
        $this->assertSame('CC-BY-SA-4.0', $content['licence']);
        $this->assertNull($content['audience']);
    }

    public function test_custom_fields_visible_to_teachers_or_nobody_are_not_published(): void {
        $this->field('text', 'subject', course_handler::VISIBLETOTEACHERS);
        $this->field('text', 'audience', course_handler::NOTVISIBLE);
        $content = $this->extract($this->course(['customfield_subject' => 'secret', 'customfield_audience' => 'secret']));
        $this->assertStringNotContainsString('secret', json_encode($content));
    }

    public function test_custom_fields_of_another_name_are_not_published(): void {
        $this->field('text', 'roomkey', course_handler::VISIBLETOALL);
        $content = $this->extract($this->course(['customfield_roomkey' => 'secret']));
        $this->assertStringNotContainsString('secret', json_encode($content));
    }

    public function test_a_custom_field_in_several_languages_is_published_in_the_courses(): void {
        $this->field('text', 'subject', course_handler::VISIBLETOALL);
        $content = $this->extract($this->course([
            'lang' => '',
            'customfield_subject' => '{mlang es}Vida{mlang}{mlang en}Life{mlang}',
        ]));
        $this->assertSame('Vida', $content['subject']);
    }

    public function test_a_custom_field_that_the_admin_did_not_choose_stays(): void {
        set_config('customfields', 'level,licence', 'local_courseglue');
        $this->field('text', 'subject', course_handler::VISIBLETOALL);
        $this->assertNull($this->extract($this->course(['customfield_subject' => 'Biology']))['subject']);
        set_config('customfields', 'level,subject', 'local_courseglue');
        $this->assertSame('Life', $this->extract($this->course(['customfield_subject' => 'Life']))['subject']);
    }

    public function test_moodles_names_of_licences_become_the_usual_ones(): void {
        $this->field('text', 'licence', course_handler::VISIBLETOALL);
        $content = $this->extract($this->course(['customfield_licence' => 'cc-nc-sa-4.0']));
        $this->assertSame('CC-BY-NC-SA-4.0', $content['licence']);
    }

    public function test_an_unknown_licence_is_none(): void {
        $this->field('text', 'licence', course_handler::VISIBLETOALL);
        $this->assertNull($this->extract($this->course(['customfield_licence' => 'unknown']))['licence']);
    }

    public function test_a_record_says_nothing_about_people(): void {
        $teacher = $this->getDataGenerator()->create_user(['firstname' => 'Hypatia', 'email' => 'hypatia@site.example']);
        $course = $this->course();
        $this->getDataGenerator()->enrol_user($teacher->id, $course->id, 'editingteacher');
        $this->assertStringNotContainsStringIgnoringCase('hypatia', json_encode($this->extract($course)));
    }

    public function test_a_record_does_not_depend_on_who_makes_it(): void {
        $course = $this->course(['lang' => 'es', 'summary' => 'Summary']);
        $this->getDataGenerator()->create_module('page', ['course' => $course->id, 'visible' => 0]);
        $this->getDataGenerator()->create_module('page', ['course' => $course->id]);
        $asadmin = content_digest::of($this->extract($course));
        $this->setGuestUser();
        $this->assertSame($asadmin, content_digest::of($this->extract($course)));
    }

    public function test_the_digest_does_not_depend_on_the_order_of_fields(): void {
        $digest = content_digest::of(['a' => 1, 'b' => ['x' => 1, 'y' => 2]]);
        $this->assertSame($digest, content_digest::of(['b' => ['y' => 2, 'x' => 1], 'a' => 1]));
        $this->assertNotSame(content_digest::of(['a' => [1, 2]]), content_digest::of(['a' => [2, 1]]));
    }

    /**
     * A course.
     *
     * @param array $fields
     * @return stdClass a row of the course table
     */
    private function course(array $fields = []): stdClass {
        return get_course($this->getDataGenerator()->create_course($fields)->id);
    }

    /**
     * Leaves one way into a course.
     *
     * @param string $enrol
     * @param stdClass $course
     * @param array $fields of the enrolment
     */
    private function let_in(string $enrol, stdClass $course, array $fields = []): void {
        global $DB;
        set_config('guestloginbutton', 1);
        set_config('enrol_plugins_enabled', 'manual,guest,self');
        $DB->delete_records('enrol', ['courseid' => $course->id]);
        $plugin = enrol_get_plugin($enrol);
        $plugin->add_instance($course, $fields + ['status' => ENROL_INSTANCE_ENABLED, 'password' => '', 'customint6' => 1]
            + ($enrol === 'self' ? ['customint3' => 0, 'customint5' => 0] : []));
    }

    /**
     * Makes a custom field of courses.
     *
     * @param string $type
     * @param string $shortname
     * @param int $visibility
     * @param array $config
     */
    private function field(string $type, string $shortname, int $visibility, array $config = []): void {
        /** @var core_customfield_generator $generator */
        $generator = $this->getDataGenerator()->get_plugin_generator('core_customfield');
        $category = $generator->create_category();
        $generator->create_field([
            'categoryid' => $category->get('id'),
            'type' => $type,
            'shortname' => $shortname,
            'configdata' => ['visibility' => $visibility] + $config,
        ]);
    }

    /**
     * The course's content.
     *
     * @param stdClass $course
     * @return array
     */
    private function extract(stdClass $course): array {
        return (new extractor(new policy(policy::ALL)))->extract($course);
    }
}
