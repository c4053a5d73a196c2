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
use local_courseglue\local\description\audience;
use local_courseglue\local\description\description;
use local_courseglue\local\description\level;
use local_courseglue\local\description\licence;
use local_courseglue\local\description\subject;
use local_courseglue\local\publication\described_fields;
use local_courseglue\local\publication\extractor;
use local_courseglue\local\publication\policy;
use local_courseglue\local\store\category_store;
use local_courseglue\local\store\choice_store;
use local_courseglue\local\store\description_store;
use local_courseglue\local\store\publication_store;
use stdClass;

/**
 * What is said of a course: by its teachers, by custom fields, by its category; and in which words the world understands it.
 *
 * @package    local_courseglue
 * @category   test
 * @copyright  2026 The CourseGlue authors
 * @license    https://www.gnu.org/copyleft/gpl.html GNU GPL v3 or later
 * @covers     \local_courseglue\local\description\description
 * @covers     \local_courseglue\local\description\subject
 * @covers     \local_courseglue\local\description\level
 * @covers     \local_courseglue\local\description\audience
 * @covers     \local_courseglue\local\description\licence
 * @covers     \local_courseglue\local\publication\described_fields
 * @covers     \local_courseglue\local\store\description_store
 */
final class description_test extends \advanced_testcase {
    protected function setUp(): void {
        parent::setUp();
        $this->resetAfterTest();
    }

    public function test_the_tree_of_subjects_is_whole_and_every_field_has_a_name(): void {
        $codes = subject::codes();
        $this->assertCount(11, array_filter($codes, fn(string $code): bool => strlen($code) === 2));
        $this->assertGreaterThanOrEqual(78, count(array_filter($codes, fn(string $code): bool => strlen($code) === 4)));
        foreach ($codes as $code) {
            $this->assertTrue(strlen($code) === 2 || in_array(substr($code, 0, -1), $codes, true), $code);
            $this->assertTrue(get_string_manager()->string_exists("subject_{$code}", 'local_courseglue'), $code);
        }
        foreach ([...level::EDUCATION, ...level::LANGUAGE] as $code) {
            $this->assertNotSame($code, level::label($code));
        }
        foreach (audience::CODES as $code) {
            $this->assertNotSame($code, audience::label($code));
        }
    }

    public function test_whoever_types_a_broad_field_finds_the_fields_below_it(): void {
        $options = subject::options();
        $this->assertStringContainsString('Natural sciences', $options['0511']);
        $this->assertStringContainsString('Biology (0511)', $options['0511']);
        $this->assertStringContainsString('Services / Transport / Transport services (1041)', $options['1041']);
    }

    public function test_words_that_name_a_value_become_its_code(): void {
        $this->assertSame('0511', subject::resolve('biology'));
        $this->assertSame('0511', subject::resolve(' 0511 '));
        $this->assertSame('0541', subject::resolve('Mathematics'));
        $this->assertNull(subject::resolve('Life sciences'));
        $this->assertSame('cefr:b1', level::resolve('B1'));
        $this->assertSame('isced:6', level::resolve('ISCED 6'));
        $this->assertSame('isced:7', level::resolve('master'));
        $this->assertNull(level::resolve('expert'));
        $this->assertSame('student', audience::resolve('Learners'));
    }

    /**
     * Licences as sites write them, and what SPDX calls them.
     *
     * @return array[]
     */
    public static function licences(): array {
        return [
            ['CC BY-SA 4.0', 'CC-BY-SA-4.0'],
            ['cc-nc-sa-4.0', 'CC-BY-NC-SA-4.0'],
            ['Creative Commons Attribution-NonCommercial-ShareAlike 4.0 International', 'CC-BY-NC-SA-4.0'],
            ['https://creativecommons.org/licenses/by-nd/3.0/es/', 'CC-BY-ND-3.0'],
            ['https://creativecommons.org/publicdomain/zero/1.0/', 'CC0-1.0'],
            ['https://www.gnu.org/licenses/gpl-3.0.html', 'GPL-3.0-or-later'],
            ['gpl-3.0', 'GPL-3.0-or-later'],
            ['mit', 'MIT'],
            ['cc-sa', 'CC-BY-SA-3.0'],
            ['allrightsreserved', 'LicenseRef-AllRightsReserved'],
            ['unknown', null],
            ['ask the dean', null],
            ['', null],
        ];
    }

    /**
     * A licence is an identifier of SPDX or unknown.
     *
     * @dataProvider licences
     * @param string $text
     * @param string|null $spdx
     */
    public function test_a_licence_is_an_identifier_of_spdx_or_unknown(string $text, ?string $spdx): void {
        $this->assertSame($spdx, licence::resolve($text));
    }

    public function test_every_licence_of_a_fresh_moodle_has_an_identifier(): void {
        foreach (array_keys(licence::options()) as $shortname) {
            $this->assertMatchesRegularExpression('~^(CC-|LicenseRef-AllRightsReserved$)~', (string) licence::spdx($shortname));
        }
        $this->assertArrayNotHasKey('unknown', licence::options());
    }

    public function test_a_licence_that_the_site_added_is_known_by_its_address_or_stands_for_itself(): void {
        global $CFG;
        require_once($CFG->libdir . '/licenselib.php');
        $sources = ['open' => 'https://creativecommons.org/licenses/by/4.0/deed.es', 'our_own' => 'https://uni.example/l'];
        foreach ($sources as $name => $source) {
            $licence = ['shortname' => $name, 'fullname' => $name, 'source' => $source, 'version' => 2026010100];
            \license_manager::save((object) $licence);
            \license_manager::enable($name);
        }
        $this->assertSame('CC-BY-4.0', licence::spdx('open'));
        $this->assertSame('LicenseRef-our-own', licence::spdx('our_own'));
        $this->assertArrayHasKey('our_own', licence::options());
    }

    public function test_an_identifier_is_shown_in_words(): void {
        $this->assertSame('CC BY-SA 4.0', local\search\licence::label('CC-BY-SA-4.0'));
        $this->assertSame('CC BY-SA 4.0', local\search\licence::label('cc-by-sa-4.0'));
        $this->assertSame('All rights reserved', local\search\licence::label('LicenseRef-AllRightsReserved'));
        $this->assertSame('our-own', local\search\licence::label('LicenseRef-our-own'));
        $this->assertSame('GPL-3.0-or-later', local\search\licence::label('GPL-3.0-or-later'));
    }

    public function test_what_is_no_value_is_left_out(): void {
        $this->assertTrue(description::from([
            'subject' => '9999', 'level' => 'high', 'audience' => 'all', 'licence' => '', 'workload' => '-3',
        ])->is_empty());
        $this->assertNull(description::from(['workload' => '10001'])->workload);
        $this->assertSame(30, description::from(['workload' => '30'])->workload);
    }

    public function test_the_teachers_word_comes_before_custom_fields_and_these_before_the_category(): void {
        $course = $this->course(['customfield_subject' => 'Chemistry', 'customfield_level' => 'B2']);
        (new category_store())->keep(
            (int) $course->category,
            null,
            new description('0533', 'isced:6', 'student', 'cc-4.0', 10),
        );
        $this->assertSame(
            ['subject' => '0531', 'level' => 'cefr:b2', 'audience' => 'student', 'licence' => 'CC-BY-4.0'],
            (new described_fields())->of($course, 'en'),
        );
        (new description_store())->keep((int) $course->id, new description(subject: '0511', licence: 'cc-sa-4.0'));
        $this->assertSame(
            ['subject' => '0511', 'level' => 'cefr:b2', 'audience' => 'student', 'licence' => 'CC-BY-SA-4.0'],
            (new described_fields())->of($course, 'en'),
        );
        $this->assertSame('10', (new described_fields())->inherited($course, 'en')['workload']);
    }

    public function test_the_nearest_category_s_word_holds(): void {
        $upper = $this->getDataGenerator()->create_category();
        $lower = $this->getDataGenerator()->create_category(['parent' => $upper->id]);
        $course = $this->getDataGenerator()->create_course(['category' => $lower->id]);
        (new category_store())->keep((int) $upper->id, null, new description(subject: '05', level: 'isced:6'));
        (new category_store())->keep((int) $lower->id, null, new description(subject: '0511'));
        $fields = (new described_fields())->of($course, 'en');
        $this->assertSame(['0511', 'isced:6'], [$fields['subject'], $fields['level']]);
    }

    public function test_what_the_protocol_has_no_place_for_stays_here(): void {
        $course = $this->course();
        (new description_store())->keep((int) $course->id, new description(workload: 30, contact: true, copying: true));
        $content = (new extractor(new policy(policy::ALL)))->extract($course);
        $this->assertNull($content['contact']);
        $this->assertFalse($content['backup']);
        $this->assertArrayNotHasKey('workload', $content);
        $this->assertArrayNotHasKey('copying', $content);
    }

    public function test_nobody_agrees_to_contact_or_copies_unasked(): void {
        $said = (new description_store())->get((int) $this->course()->id);
        $this->assertFalse($said->contact);
        $this->assertFalse($said->copying);
        $category = new description(contact: true, copying: true);
        $this->assertFalse($said->or($category)->contact);
    }

    public function test_a_new_word_marks_the_course_and_a_deleted_course_is_forgotten(): void {
        global $DB;
        $this->preventResetByRollback();
        $course = $this->course();
        choice_store::choose((int) $course->id, policy::PUBLISH, true);
        $DB->set_field(publication_store::TABLE, 'dirty', 0, []);
        (new description_store())->keep((int) $course->id, new description(subject: '0511'));
        $this->assertEquals(1, publication_store::get((int) $course->id)->dirty);
        $this->setAdminUser();
        delete_course($course, false);
        $this->assertSame(0, $DB->count_records(description_store::TABLE));
    }

    /**
     * A course in a category of its own, with custom fields that everybody sees.
     *
     * @param array $fields
     * @return stdClass
     */
    private function course(array $fields = []): stdClass {
        $generator = $this->getDataGenerator()->get_plugin_generator('core_customfield');
        set_config('customfields', 'subject,level', 'local_courseglue');
        $group = $generator->create_category(['component' => 'core_course', 'area' => 'course', 'itemid' => 0]);
        foreach (['subject', 'level'] as $name) {
            $generator->create_field([
                'categoryid' => $group->get('id'),
                'type' => 'text',
                'shortname' => $name,
                'name' => $name,
                'configdata' => ['visibility' => course_handler::VISIBLETOALL],
            ]);
        }
        $category = $this->getDataGenerator()->create_category();
        return get_course($this->getDataGenerator()->create_course(['category' => $category->id] + $fields)->id);
    }
}
