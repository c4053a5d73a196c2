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

use local_courseglue\local\engine\engine;
use local_courseglue\local\engine\engine_factory;
use local_courseglue\local\identity\identity;
use local_courseglue\local\publication\extractor;
use local_courseglue\local\publication\policy;
use stdClass;

/**
 * What the extension makes of a course: the record as it is signed.
 *
 * @package    local_courseglue
 * @category   test
 * @copyright  2026 The CourseGlue authors
 * @license    https://www.gnu.org/copyleft/gpl.html GNU GPL v3 or later
 * @covers     \local_courseglue\local\publication\extractor
 */
final class publication_record_test extends \advanced_testcase {
    /** @var engine the extension */
    private engine $engine;

    protected function setUp(): void {
        parent::setUp();
        $this->resetAfterTest();
        if (engine_factory::problem() !== null) {
            $this->markTestSkipped('The PHP extension courseglue is not loaded.');
        }
        engine_factory::reset();
        $engine = engine_factory::get();
        identity::pin($engine->identify('https://campus.example'), $engine->generate_secret());
        engine_factory::reset();
        $this->engine = engine_factory::get();
    }

    protected function tearDown(): void {
        engine_factory::reset();
        parent::tearDown();
    }

    public function test_a_record_is_the_course_at_this_sites_address(): void {
        $course = $this->course(['fullname' => 'Marine biology', 'lang' => 'en']);
        $record = $this->record($course, 12);
        $body = json_decode($record['body'], true);
        $this->assertSame('campus.example', $body['site']);
        $this->assertSame("course/{$course->id}", $body['id']);
        $this->assertSame(12, $body['seq']);
        $this->assertSame(['en' => 'Marine biology'], $body['fullname']);
        $this->assertSame(sha1("campus.example\0course/{$course->id}"), $record['recordid']);
        $this->assertNotEmpty($record['terms']);
    }

    public function test_a_course_without_a_summary_has_a_record(): void {
        $body = json_decode($this->record($this->course(['summary' => '']), 1)['body']);
        $this->assertEquals(new stdClass(), $body->summary);
    }

    public function test_languages_stay_apart(): void {
        $course = $this->course(['lang' => 'es', 'fullname' => '{mlang en}Biology{mlang}{mlang es}Biología{mlang}']);
        $body = json_decode($this->record($course, 1)['body'], true);
        $this->assertEquals(['en' => 'Biology', 'es' => 'Biología'], $body['fullname']);
        $this->assertSame('es', $body['lang']);
    }

    public function test_a_text_for_all_other_languages_is_not_mixed_with_the_courses_own(): void {
        $course = $this->course(['lang' => 'en', 'fullname' => '{mlang en}Biology{mlang}{mlang other}Biologia{mlang}']);
        $this->assertSame(['en' => 'Biology'], json_decode($this->record($course, 1)['body'], true)['fullname']);
    }

    public function test_a_course_without_a_language_gets_the_one_it_is_written_in(): void {
        $course = $this->course([
            'lang' => '',
            'fullname' => 'Introducción a la biología celular',
            'summary' => 'Un curso para quienes empiezan a estudiar las células y sus funciones.',
        ]);
        $this->assertSame('es', json_decode($this->record($course, 1)['body'], true)['lang']);
    }

    public function test_a_large_course_fits_into_a_record_with_its_names_whole(): void {
        $course = $this->course(['fullname' => 'Marine biology', 'lang' => 'en', 'summary' => str_repeat('Many words. ', 2000)]);
        for ($i = 0; $i < 60; $i++) {
            $this->getDataGenerator()->create_module('page', ['course' => $course->id, 'name' => str_repeat("Page {$i} ", 10)]);
        }
        $record = $this->record($course, 1);
        $this->assertLessThanOrEqual(4096, strlen($record['body']));
        $body = json_decode($record['body'], true);
        $this->assertSame(['en' => 'Marine biology'], $body['fullname']);
        $this->assertNotEmpty($body['contents']);
    }

    public function test_every_kind_of_activity_fits_into_the_protocol(): void {
        $course = $this->course();
        $modules = ['assign', 'book', 'choice', 'data', 'feedback', 'folder', 'forum', 'glossary', 'lesson', 'page', 'quiz',
            'url', 'wiki', 'workshop'];
        foreach ($modules as $module) {
            $this->getDataGenerator()->create_module($module, ['course' => $course->id, 'name' => "A {$module}"]);
        }
        $contents = json_decode($this->record($course, 1)['body'], true)['contents'];
        $this->assertEqualsCanonicalizing($modules, array_column($contents, 'type'));
    }

    /**
     * A course.
     *
     * @param array $fields
     * @return stdClass
     */
    private function course(array $fields = []): stdClass {
        $this->setAdminUser();
        return get_course($this->getDataGenerator()->create_course($fields)->id);
    }

    /**
     * The record of the course, which its people shared.
     *
     * @param stdClass $course
     * @param int $seq
     * @return array
     */
    private function record(stdClass $course, int $seq): array {
        $content = (new extractor(new policy(policy::ALL)))->extract(get_course($course->id), true);
        return $this->engine->record($content, $seq);
    }
}
