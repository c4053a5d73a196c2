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

use local_courseglue\local\publication\contents;
use stdClass;

/**
 * Which sections and activities of a course are published, clause by clause.
 *
 * @package    local_courseglue
 * @category   test
 * @copyright  2026 The CourseGlue authors
 * @license    https://www.gnu.org/copyleft/gpl.html GNU GPL v3 or later
 * @covers     \local_courseglue\local\publication\contents
 * @covers     \local_courseglue\local\publication\given_names
 */
final class publication_contents_test extends \advanced_testcase {
    /** @var string An availability rule. */
    private const RULE = '{"op":"&","c":[{"type":"date","d":">=","t":1}],"showc":[true]}';

    /** @var stdClass a course with the sections Cells and Genes */
    private stdClass $course;

    protected function setUp(): void {
        parent::setUp();
        $this->resetAfterTest();
        $this->setAdminUser();
        set_config('enableavailability', 1);
        $this->course = $this->getDataGenerator()->create_course(['format' => 'topics', 'numsections' => 3]);
        $this->section(1, ['name' => 'Cells']);
        $this->section(2, ['name' => 'Genes']);
    }

    public function test_sections_and_activities_are_listed_in_the_order_of_the_course(): void {
        $this->activity('page', 'Nucleotides', 2);
        $this->activity('page', 'Welcome', 0);
        $this->activity('forum', 'Membranes', 1);
        $this->activity('page', 'Mitosis', 1);
        $this->assertSame(['Welcome', 'Cells', 'Membranes', 'Mitosis', 'Genes', 'Nucleotides'], $this->names());
    }

    public function test_an_entry_has_a_type_a_name_and_a_link(): void {
        $page = $this->activity('page', 'Mitosis', 1);
        $section = get_fast_modinfo($this->course)->get_section_info(1);
        $this->assertSame([
            ['type' => 'section', 'name' => ['' => 'Cells'], 'link' => "course/section.php?id={$section->id}"],
            ['type' => 'page', 'name' => ['' => 'Mitosis'], 'link' => "mod/page/view.php?id={$page->cmid}"],
        ], array_slice($this->entries(), 0, 2));
    }

    public function test_names_in_several_languages_arrive_as_separate_languages(): void {
        $this->section(1, ['name' => '{mlang en}Cells{mlang}{mlang es}Células{mlang}']);
        $this->activity('page', '<span lang="en" class="multilang">A</span><span lang="es" class="multilang">B</span>', 1);
        $names = array_column($this->entries(), 'name');
        $this->assertSame(['en' => 'Cells', 'es' => 'Células'], $names[0]);
        $this->assertSame(['en' => 'A', 'es' => 'B'], $names[1]);
    }

    public function test_a_section_nobody_named_is_not_listed_but_its_activities_are(): void {
        $this->activity('page', 'Appendix', 3);
        $this->assertSame(['Cells', 'Genes', 'Appendix'], $this->names());
    }

    public function test_the_first_section_is_listed_when_it_is_named(): void {
        $this->section(0, ['name' => 'Start here']);
        $this->assertSame(['Start here', 'Cells', 'Genes'], $this->names());
    }

    public function test_a_hidden_activity_is_not_listed(): void {
        $this->activity('page', 'Exam', 1, ['visible' => 0]);
        $this->assertNotContains('Exam', $this->names());
    }

    public function test_a_hidden_section_and_its_activities_are_not_listed(): void {
        $this->activity('page', 'Mitosis', 1);
        set_section_visible($this->course->id, 1, 0);
        $this->assertSame(['Genes'], $this->names());
    }

    public function test_an_activity_that_says_visible_in_a_hidden_section_is_not_listed(): void {
        global $DB;
        $page = $this->activity('page', 'Mitosis', 1);
        set_section_visible($this->course->id, 1, 0);
        $DB->set_field('course_modules', 'visible', 1, ['id' => $page->cmid]);
        rebuild_course_cache((int) $this->course->id, true);
        $this->assertSame(['Genes'], $this->names());
    }

    public function test_an_activity_that_is_available_but_not_on_the_course_page_is_not_listed(): void {
        set_config('allowstealth', 1);
        $page = $this->activity('page', 'Stealth', 1);
        set_coursemodule_visible($page->cmid, 1, 0);
        $this->assertNotContains('Stealth', $this->names());
    }

    public function test_an_activity_under_an_availability_rule_is_not_listed(): void {
        $this->activity('page', 'Later', 1, ['availability' => self::RULE]);
        $this->assertNotContains('Later', $this->names());
    }

    public function test_an_activity_under_a_rule_is_not_listed_where_rules_are_switched_off(): void {
        $this->activity('page', 'Later', 1, ['availability' => self::RULE]);
        set_config('enableavailability', 0);
        $this->assertNotContains('Later', $this->names());
    }

    public function test_an_empty_set_of_rules_is_no_rule(): void {
        $this->activity('page', 'Now', 1, ['availability' => '{"op":"&","c":[],"showc":[]}']);
        $this->assertContains('Now', $this->names());
    }

    public function test_a_section_under_an_availability_rule_and_its_activities_are_not_listed(): void {
        $this->activity('page', 'Mitosis', 1);
        $this->section(1, ['availability' => self::RULE]);
        $this->assertSame(['Genes'], $this->names());
    }

    public function test_an_activity_in_a_group_mode_is_not_listed(): void {
        $this->activity('forum', 'Separate', 1, ['groupmode' => SEPARATEGROUPS]);
        $this->activity('forum', 'Visible', 1, ['groupmode' => VISIBLEGROUPS]);
        $this->assertSame(['Cells', 'Genes'], $this->names());
    }

    public function test_activities_with_groups_are_not_listed_where_the_course_forces_a_group_mode(): void {
        $this->activity('forum', 'Discussion', 1);
        $this->activity('page', 'Reading', 1);
        update_course((object) ['id' => $this->course->id, 'groupmode' => SEPARATEGROUPS, 'groupmodeforce' => 1]);
        $this->assertSame(['Cells', 'Reading', 'Genes'], $this->names());
    }

    public function test_an_activity_that_is_being_deleted_is_not_listed(): void {
        global $DB;
        $page = $this->activity('page', 'Mitosis', 1);
        $DB->set_field('course_modules', 'deletioninprogress', 1, ['id' => $page->cmid]);
        rebuild_course_cache((int) $this->course->id, true);
        $this->assertNotContains('Mitosis', $this->names());
    }

    public function test_a_label_is_listed_under_its_title_with_a_link_to_its_place(): void {
        $label = $this->activity('label', 'Reading list', 1, ['intro' => '<p>Ask me for the books of the week</p>']);
        $section = get_fast_modinfo($this->course)->get_section_info(1);
        $entry = $this->entries()[1];
        $this->assertSame('label', $entry['type']);
        $this->assertSame(['' => 'Reading list'], $entry['name']);
        $this->assertSame("course/section.php?id={$section->id}#module-{$label->cmid}", $entry['link']);
    }

    /**
     * A label that has no title is called by its text, which is inside of it.
     *
     * @dataProvider texts_of_labels
     * @param string $text
     * @param int $format
     */
    public function test_a_label_without_a_title_has_no_name(string $text, int $format = 1): void {
        filter_set_global_state('multilang', TEXTFILTER_ON);
        filter_set_applies_to_strings('multilang', true);
        $label = $this->activity('label', '', 1, ['intro' => $text, 'introformat' => $format, 'name' => null]);
        $this->assertNotSame('', get_coursemodule_from_id('label', $label->cmid)->name, 'Moodle made one up');
        $this->assertSame(['Cells', 'Genes'], $this->names());
    }

    /**
     * Texts that Moodle makes names of.
     *
     * @return array[]
     */
    public static function texts_of_labels(): array {
        return [
            'short' => ['<p>Reading list</p>'],
            'cut' => ['<p>Reading list for the week, with everything that you need for the exam on Friday</p>'],
            'several paragraphs' => ['<h3>This week</h3><p>Read <b>chapter</b> one</p><ul><li>and two</li></ul>'],
            'a link' => ['<p>Zoom: <a href="https://zoom.us/j/1?pwd=2">click here to join</a></p>'],
            'a link without a name' => ['<p>https://zoom.us/j/123?pwd=abc</p>'],
            'entities' => ['<p>Fish &amp; chips&nbsp;&eacute;tude</p>'],
            'a picture' => ['<p><img src="@@PLUGINFILE@@/Jane_Doe.jpg" alt="Jane Doe"></p>'],
            'two languages' => [
                '<span lang="en" class="multilang">Reading list</span><span lang="es" class="multilang">Lecturas</span>',
            ],
            'tags of a filter that is not here' => ['{mlang en}Reading list{mlang}{mlang es}Lecturas de la semana{mlang}'],
            'plain' => ["Reading list\nand more", 2],
            'markdown' => ["# Reading list\n\n* one\n* two", 4],
            'no Latin letters' => ['<p>Материалы к занятию: главы первая и вторая</p>'],
        ];
    }

    public function test_a_label_that_is_called_by_a_text_that_was_there_before_has_no_name(): void {
        global $DB;
        $text = '<p>Jane Doe is ill, ask John for the answers of the exam, which are in room 12</p>';
        $label = $this->activity('label', '', 1, ['intro' => $text, 'name' => null]);
        $DB->set_field('label', 'intro', '<p>The answers are below</p>', ['id' => $label->id]);
        $this->assertSame(['Cells', 'Genes'], $this->names());
    }

    public function test_what_is_called_by_its_file_has_no_name(): void {
        global $USER;
        $draft = file_get_unused_draft_itemid();
        get_file_storage()->create_file_from_string([
            'contextid' => \core\context\user::instance($USER->id)->id, 'component' => 'user', 'filearea' => 'draft',
            'itemid' => $draft, 'filepath' => '/', 'filename' => 'Grades_of_Jane_Doe.txt',
        ], 'text');
        $this->activity('resource', 'Grades of Jane Doe', 1, ['files' => $draft]);
        $this->activity('resource', 'How we give grades', 1);
        $this->assertSame(['Cells', 'How we give grades', 'Genes'], $this->names());
    }

    public function test_names_that_moodle_gives_by_itself_are_none(): void {
        $this->activity('forum', get_string('namenews', 'forum'), 1, ['type' => 'news']);
        $this->activity('page', 'Page', 1);
        $this->subsection(get_string('quickcreatename', 'subsection'));
        $this->assertSame(['Cells', 'Page', 'Genes'], $this->names());
    }

    /**
     * What the guest's role may not see is not listed, wherever it is overridden.
     *
     * @dataProvider view_capabilities
     * @param string $module
     * @param string $capability
     */
    public function test_an_activity_is_asked_about_with_the_guests_own_role(string $module, string $capability): void {
        $closed = $this->activity($module, 'Closed', 1);
        $this->activity($module, 'Open', 1);
        $this->assertSame(['Cells', 'Closed', 'Open', 'Genes'], $this->names());
        assign_capability($capability, CAP_PROHIBIT, get_guest_role()->id, \core\context\module::instance($closed->cmid)->id);
        $this->assertSame(['Cells', 'Open', 'Genes'], $this->names());
        assign_capability($capability, CAP_PREVENT, get_guest_role()->id, \core\context\course::instance($this->course->id)->id);
        $this->assertSame(['Cells', 'Genes'], $this->names());
    }

    /**
     * Modules with the capability to see them, which is not called alike in all.
     *
     * @return array[]
     */
    public static function view_capabilities(): array {
        return ['page' => ['page', 'mod/page:view'], 'quiz' => ['quiz', 'mod/quiz:view'], 'wiki' => ['wiki', 'mod/wiki:viewpage']];
    }

    public function test_what_a_guest_may_see_does_not_depend_on_who_asks(): void {
        $closed = $this->activity('page', 'Closed', 1);
        assign_capability('mod/page:view', CAP_PROHIBIT, get_guest_role()->id, \core\context\module::instance($closed->cmid)->id);
        $teacher = $this->getDataGenerator()->create_and_enrol($this->course, 'editingteacher');
        foreach ([get_admin(), $teacher, guest_user()] as $user) {
            $this->setUser($user);
            $this->assertSame(['Cells', 'Genes'], $this->names());
        }
    }

    public function test_a_label_without_a_telling_name_is_not_listed(): void {
        global $DB;
        $label = $this->activity('label', '', 1);
        foreach ([get_string('modulename', 'label'), '* * *', '2'] as $name) {
            $DB->set_field('label', 'name', $name, ['id' => $label->id]);
            rebuild_course_cache((int) $this->course->id, true);
            $this->assertSame(['Cells', 'Genes'], $this->names());
        }
    }

    public function test_a_subsection_and_its_activities_are_listed_in_their_place(): void {
        $this->activity('page', 'Before', 1);
        $this->subsection('Organelles');
        $this->activity('page', 'Mitochondria', $this->subsection_number('Organelles'));
        $this->activity('page', 'After', 1);
        $this->assertSame(['Cells', 'Before', 'Organelles', 'Mitochondria', 'After', 'Genes'], $this->names());
        $this->assertSame('section', $this->entries()[2]['type']);
    }

    public function test_a_hidden_subsection_and_its_activities_are_not_listed(): void {
        $subsection = $this->subsection('Organelles');
        $this->activity('page', 'Mitochondria', $this->subsection_number('Organelles'));
        set_coursemodule_visible($subsection->cmid, 0);
        $this->assertSame(['Cells', 'Genes'], $this->names());
    }

    public function test_a_subsection_of_a_hidden_section_is_not_listed(): void {
        $this->subsection('Organelles');
        $this->activity('page', 'Mitochondria', $this->subsection_number('Organelles'));
        set_section_visible($this->course->id, 1, 0);
        $this->assertSame(['Genes'], $this->names());
    }

    public function test_a_subsection_of_a_section_under_a_rule_is_not_listed(): void {
        $this->subsection('Organelles');
        $this->activity('page', 'Mitochondria', $this->subsection_number('Organelles'));
        $this->section(1, ['availability' => self::RULE]);
        $this->assertSame(['Genes'], $this->names());
    }

    public function test_a_subsection_under_a_rule_is_not_listed(): void {
        global $DB;
        $subsection = $this->subsection('Organelles');
        $this->activity('page', 'Mitochondria', $this->subsection_number('Organelles'));
        $DB->set_field('course_modules', 'availability', self::RULE, ['id' => $subsection->cmid]);
        rebuild_course_cache((int) $this->course->id, true);
        $this->assertSame(['Cells', 'Genes'], $this->names());
    }

    public function test_a_question_bank_is_not_listed(): void {
        if (!defined('FEATURE_CAN_DISPLAY')) {
            $this->markTestSkipped('This Moodle has no question bank modules.');
        }
        $this->getDataGenerator()->create_module('qbank', ['course' => $this->course->id, 'name' => 'Secret questions']);
        $this->assertNotContains('Secret questions', $this->names());
    }

    public function test_links_are_relative_and_safe(): void {
        $this->activity('page', 'Mitosis', 1);
        $this->activity('label', 'Reading list', 1, ['intro' => 'Ask me']);
        foreach (array_column($this->entries(), 'link') as $link) {
            $this->assertMatchesRegularExpression('~^(course|mod)/[a-z/]+\.php\?id=\d+(#module-\d+)?$~D', $link);
        }
    }

    public function test_a_course_without_sections_links_to_itself(): void {
        $course = $this->getDataGenerator()->create_course(['format' => 'social']);
        $this->course = $course;
        $this->section(0, ['name' => 'Talk']);
        $this->assertSame("course/view.php?id={$course->id}", $this->entries()[0]['link']);
    }

    /**
     * Changes a section.
     *
     * @param int $number
     * @param array $fields
     */
    private function section(int $number, array $fields): void {
        $section = get_fast_modinfo($this->course)->get_section_info($number);
        course_update_section($this->course, $section, $fields);
    }

    /**
     * Makes an activity.
     *
     * @param string $module
     * @param string $name
     * @param int $section
     * @param array $fields
     * @return stdClass
     */
    private function activity(string $module, string $name, int $section, array $fields = []): stdClass {
        return $this->getDataGenerator()->create_module(
            $module,
            $fields + ['course' => $this->course->id, 'name' => $name, 'section' => $section],
        );
    }

    /**
     * Makes a subsection of the first section.
     *
     * @param string $name
     * @return stdClass
     */
    private function subsection(string $name): stdClass {
        if (\core_component::get_plugin_directory('mod', 'subsection') === null) {
            $this->markTestSkipped('This Moodle has no subsections.');
        }
        \core\plugininfo\mod::enable_plugin('subsection', 1);
        return $this->activity('subsection', $name, 1);
    }

    /**
     * The number of a subsection.
     *
     * @param string $name
     * @return int
     */
    private function subsection_number(string $name): int {
        foreach (get_fast_modinfo($this->course)->get_section_info_all() as $section) {
            if ($section->is_delegated() && $section->name === $name) {
                return (int) $section->sectionnum;
            }
        }
        $this->fail("There is no subsection {$name}.");
    }

    /**
     * The names of the course's public contents, in the unknown language.
     *
     * @return string[]
     */
    private function names(): array {
        return array_map(fn(array $entry): string => reset($entry['name']), $this->entries());
    }

    /**
     * The course's public contents.
     *
     * @return array[]
     */
    private function entries(): array {
        return contents::of(get_course($this->course->id));
    }
}
