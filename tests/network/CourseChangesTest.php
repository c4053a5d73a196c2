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

namespace local_courseglue\network;

/**
 * What happens to a course at its own site reaches the searches of the others.
 *
 * @package    local_courseglue
 * @copyright  2026 The CourseGlue authors
 * @license    https://www.gnu.org/copyleft/gpl.html GNU GPL v3 or later
 */
final class CourseChangesTest extends network_test_case {
    /** @var string[] A word that no other course has, by what will happen to the course that has it. */
    private const WORDS = [
        'keep' => 'quilvadora',
        'rename' => 'brontelisk',
        'hide' => 'sarvumente',
        'hidecategory' => 'dolfinarra',
        'end' => 'plexoturia',
        'delete' => 'gruntivala',
        'addpage' => 'zimbardole',
    ];

    /** @var array<string, string[]> What A and C found by each word before the changes. */
    private static array $before;

    public static function setUpBeforeClass(): void {
        $b = self::site('b');
        foreach (self::WORDS as $fate => $word) {
            $b->change('create', json_encode([
                'shortname' => "fate-$fate",
                'fullname' => ucfirst($word) . ' studies',
                'sections' => [
                    ['name' => 'Seen', 'activities' => ["Visible $word"]],
                    ['name' => 'Unseen', 'visible' => 0, 'activities' => ["Secret veltraminor $word"]],
                ],
            ]));
        }
        self::work('b');
        self::$before = array_map(self::site('a')->titles(...), self::WORDS);

        $b->change('rename', 'fate-rename', 'Drusmaveli studies');
        $b->change('addpage', 'fate-addpage', 'About hexolumine');
        foreach (['hide', 'hidecategory', 'end', 'delete'] as $fate) {
            $b->change($fate, "fate-$fate");
        }
        self::work('b');
    }

    public static function tearDownAfterClass(): void {
        foreach (['keep', 'rename', 'hide', 'hidecategory', 'end', 'addpage'] as $fate) {
            self::site('b')->try('php', 'local/courseglue/tests/network/change.php', 'delete', "fate-$fate");
        }
        self::work('b');
    }

    /**
     * Asserts what the others find by a word.
     *
     * @param string[] $titles
     * @param string $word
     */
    private function assert_others_find(array $titles, string $word): void {
        $this->assertSame($titles, self::site('a')->titles($word), 'from A');
        $this->assertSame($titles, self::site('c')->titles($word), 'from C');
    }

    public function test_a_new_course_is_found(): void {
        foreach (self::WORDS as $fate => $word) {
            $this->assertSame([ucfirst($word) . ' studies'], self::$before[$fate], $fate);
        }
    }

    public function test_a_course_that_stays_is_still_found(): void {
        $this->assert_others_find(['Quilvadora studies'], self::WORDS['keep']);
    }

    public function test_a_renamed_course_is_found_by_its_new_name(): void {
        $this->assert_others_find(['Drusmaveli studies'], 'drusmaveli');
    }

    public function test_a_renamed_course_no_longer_has_its_old_name(): void {
        // Its activity still has the word.
        $this->assert_others_find(['Drusmaveli studies'], self::WORDS['rename']);
    }

    public function test_a_hidden_course_is_gone(): void {
        $this->assert_others_find([], self::WORDS['hide']);
    }

    public function test_a_course_hidden_by_its_category_is_gone(): void {
        $this->assert_others_find([], self::WORDS['hidecategory']);
    }

    public function test_a_course_past_its_end_is_gone(): void {
        $this->assert_others_find([], self::WORDS['end']);
    }

    public function test_a_deleted_course_is_gone(): void {
        $this->assert_others_find([], self::WORDS['delete']);
    }

    public function test_a_new_activity_is_found(): void {
        $this->assert_others_find(['Zimbardole studies'], 'hexolumine');
    }

    public function test_an_activity_of_a_hidden_section_is_never_found(): void {
        $this->assert_others_find([], 'veltraminor');
    }
}
