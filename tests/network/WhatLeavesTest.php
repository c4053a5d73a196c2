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
     * A course's record as another site finds it by a word.
     *
     * @param string $id short name
     * @param string $word
     * @return array|null where it was found and what: asked, record
     */
    private function record(string $id, string $word): ?array {
        foreach (self::sites() as $key => $site) {
            foreach ($site->search($word)['hits'] as $hit) {
                if (in_array($id, $hit['record']['shortname'], true) && $hit['site']['url'] !== $site->url()) {
                    return ['asked' => $key, 'record' => $hit['record']];
                }
            }
        }
        return null;
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
            $this->assertNull($this->record($course['id'], $word), "{$course['id']} is found by \"$word\"");
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
        $found = $this->record($course['id'], $word ?? $course['never']['hidden courses'][0]);
        if ($word === null) {
            $this->assertNull($found);
            return;
        }
        $this->assertNotNull($found, "\"$word\" is found elsewhere");
        $record = json_encode($found['record'], JSON_UNESCAPED_UNICODE | JSON_UNESCAPED_SLASHES);
        foreach (array_merge(...array_values($course['never'])) as $secret) {
            $this->assertStringNotContainsStringIgnoringCase($secret, $record);
        }
        $names = json_encode(array_column($found['record']['contents'], 'name'), JSON_UNESCAPED_UNICODE);
        $entered = $course['access'] === 'guest';
        $this->assertSame($entered, str_contains(mb_strtolower($names), $word), 'contents leave where a guest can enter');
        $this->assertSame($entered, $found['record']['tags'] !== []);
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
            $this->assertNotNull($this->record('own-301', 'farquandole'), 'an activity of a shared course');
            $this->assertNotNull($this->record('own-301', 'vandorquil'), 'a tag of a shared course');
            $this->assertStringNotContainsString('data-region="heldback"', $teacher->open("/local/courseglue/course.php?id=$id")['body']);
        } finally {
            $this->choose($teacher, $id, $page, 0);
        }
        $this->assertNull($this->record('own-301', 'farquandole'), 'once it is not shared any more');
    }

    public function test_the_admin_may_add_contents_of_courses_that_anybody_can_join(): void {
        $a = self::site('a');
        try {
            $a->command('set', 'local_courseglue', 'opencontents', '1');
            self::work('a');
            $this->assertNotNull($this->record('own-303', 'tarvolunte'), 'open registration and self-enrolment');
            $this->assertNull($this->record('own-302', 'pelquorine'), 'a key is needed');
            $this->assertNull($this->record('own-301', 'farquandole'), 'members only');
        } finally {
            $a->command('set', 'local_courseglue', 'opencontents', '0');
            self::work('a');
        }
        $this->assertNull($this->record('own-303', 'tarvolunte'));
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
