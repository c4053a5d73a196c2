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
 * What must not leave a site is found nowhere else, and what may leave is.
 *
 * The courses of the fixtures say themselves which of their words are which: "never" has those that stay.
 *
 * @package    local_courseglue
 * @copyright  2026 The CourseGlue authors
 * @license    https://www.gnu.org/copyleft/gpl.html GNU GPL v3 or later
 */
final class WhatLeavesTest extends network_test_case {
    /** @var string[] A word of the names of each such course that leaves, and by which another site finds it. */
    private const FOUND = [
        'own-301' => 'quembrale', 'own-302' => 'trelvanique', 'own-303' => 'brandovelle', 'own-304' => 'ulvermandrin',
        'own-311' => 'andolvire', 'own-312' => 'ombrevaux', 'own-313' => 'karvonelle', 'own-314' => 'elmoravind',
        'own-321' => null, 'own-322' => 'solvanteig', 'own-323' => 'ardelvont', 'own-324' => 'belvanquir',
    ];

    /** @var array[][] What each site finds by each word: site → word → hits. */
    private static array $hits = [];

    public static function setUpBeforeClass(): void {
        $words = array_filter(array_values(self::FOUND));
        foreach (fixtures::with_secrets() as $course) {
            $words = [...$words, ...array_merge(...array_values($course['never']))];
        }
        foreach (self::sites() as $key => $site) {
            self::$hits[$key] = $site->change('search', json_encode($words));
        }
    }

    /**
     * The courses that hold what must not leave.
     *
     * @return array<string, array{array}>
     */
    public static function courses(): array {
        $courses = [];
        foreach (fixtures::with_secrets() as $course) {
            $courses[$course['id']] = [$course];
        }
        return $courses;
    }

    /**
     * A course's record as sites other than its own found it by a word, before anything was changed.
     *
     * @param string $id short name
     * @param string $word
     * @return array[] site → record
     */
    private static function records(string $id, string $word): array {
        $records = [];
        foreach (self::sites() as $key => $site) {
            foreach (self::$hits[$key][$word] as $hit) {
                if (in_array($id, $hit['record']['shortname'], true) && rtrim($hit['site']['url'], '/') !== $site->url()) {
                    $records[$key] = $hit['record'];
                }
            }
        }
        return $records;
    }

    /**
     * Whether B finds a course of A by each of some words now.
     *
     * @param string $id short name
     * @param string ...$words
     * @return bool[] word → whether
     */
    private static function b_finds(string $id, string ...$words): array {
        $finds = fn(array $hits): bool => (bool) array_filter($hits, fn(array $hit): bool => in_array($id, $hit['record']['shortname'], true));
        return array_map($finds, self::site('b')->change('search', json_encode($words)));
    }

    public function test_every_fixture_says_what_is_found_of_it(): void {
        $this->assertEqualsCanonicalizing(array_keys(self::FOUND), array_keys(self::courses()));
    }

    /**
     * A search at another site does not find the course by what must not leave.
     *
     * @dataProvider courses
     * @param array $course
     */
    public function test_a_search_elsewhere_does_not_find_the_secret_words(array $course): void {
        foreach (array_merge(...array_values($course['never'])) as $word) {
            $this->assertSame([], self::records($course['id'], $word), "{$course['id']} is found by \"$word\"");
        }
    }

    /**
     * The rest of the course is found, and its record holds none of the words.
     *
     * @dataProvider courses
     * @param array $course
     */
    public function test_a_search_elsewhere_finds_the_rest(array $course): void {
        $word = self::FOUND[$course['id']];
        $records = self::records($course['id'], $word ?? $course['never']['hidden courses'][0]);
        if ($word === null) {
            $this->assertSame([], $records);
            return;
        }
        $this->assertCount(2, $records, "\"$word\" is found at both other sites");
        $found = reset($records);
        $record = json_encode($records, JSON_UNESCAPED_UNICODE | JSON_UNESCAPED_SLASHES);
        foreach (array_merge(...array_values($course['never'])) as $secret) {
            $this->assertStringNotContainsStringIgnoringCase($secret, $record);
        }
        $names = json_encode(array_column($found['contents'], 'name'), JSON_UNESCAPED_UNICODE);
        $entered = $course['access'] === 'guest';
        $this->assertSame($entered, str_contains(mb_strtolower($names), $word), 'contents leave where a guest can enter');
        $this->assertSame($entered, $found['tags'] !== []);
    }

    public function test_contents_leave_once_a_teacher_shared_the_course_after_the_preview(): void {
        $a = self::site('a');
        $a->change('teach', 'own-301', 'teacher');
        $teacher = (new visitor($a))->log_in($a->described['teacher']);
        $id = $a->change('idof', 'own-301')['id'];
        $page = $teacher->open("/local/courseglue/course.php?id=$id")['body'];
        $this->assertStringContainsString('farquandole', $page, 'the preview shows what would leave');
        $this->assertStringContainsString('data-region="heldback"', $page, 'and that it does not yet');
        try {
            $this->choose($teacher, $id, $page, 1);
            $this->assertSame(['farquandole' => true, 'vandorquil' => true], self::b_finds('own-301', 'farquandole', 'vandorquil'));
            $this->assertStringNotContainsString('data-region="heldback"', $teacher->open("/local/courseglue/course.php?id=$id")['body']);
        } finally {
            $this->choose($teacher, $id, $page, 0);
        }
        $finds = self::b_finds('own-301', 'farquandole', 'vandorquil');
        $this->assertSame(['farquandole' => false, 'vandorquil' => false], $finds, 'once it is not shared any more');
    }

    public function test_the_admin_may_add_contents_of_courses_that_anybody_can_join(): void {
        $a = self::site('a');
        try {
            $a->command('set', 'local_courseglue', 'opencontents', '1');
            self::work('a');
            $this->assertSame(['tarvolunte' => true], self::b_finds('own-303', 'tarvolunte'), 'open registration and self-enrolment');
            $this->assertSame(['pelquorine' => false], self::b_finds('own-302', 'pelquorine'), 'a key is needed');
            $this->assertSame(['farquandole' => false], self::b_finds('own-301', 'farquandole'), 'members only');
        } finally {
            $a->command('set', 'local_courseglue', 'opencontents', '0');
            self::work('a');
        }
        $this->assertSame(['tarvolunte' => false], self::b_finds('own-303', 'tarvolunte'));
    }

    public function test_the_preview_names_what_was_left_out(): void {
        $b = self::site('b');
        $b->change('teach', 'own-312', 'teacher');
        $teacher = (new visitor($b))->log_in($b->described['teacher']);
        $page = $teacher->open('/local/courseglue/course.php?id=' . $b->change('idof', 'own-312')['id'])['body'];
        $this->assertSame(1, preg_match('~data-region="leftout">.*?</div>~s', $page, $leftout), 'a list of what was left out');
        foreach (['jane.pelvarquid@uni.example', '+34611918273', '用户@例子.公司', '٠١٢٣٤٥٦٧٨٩', 'desk@morvenquil.example'] as $thing) {
            $this->assertStringContainsString($thing, $leftout[0]);
        }
        $this->assertMatchesRegularExpression('~1[0-9] things were left out~', $leftout[0]);
    }

    /**
     * Submits the choice on a course's page, and lets the sites work.
     *
     * @param visitor $teacher
     * @param int $id
     * @param string $page the page as it was opened
     * @param int $choice
     */
    private function choose(visitor $teacher, int $id, string $page, int $choice): void {
        $this->assertSame(1, preg_match('/name="sesskey"[^>]*value="([^"]+)"/', $page, $sesskey));
        $teacher->open("/local/courseglue/course.php?id=$id", [
            'id' => $id, 'choice' => $choice, 'sesskey' => $sesskey[1], '_qf__local_courseglue_form_course_choice' => 1, 'submitbutton' => 'Save',
        ]);
        self::work('a');
    }
}
