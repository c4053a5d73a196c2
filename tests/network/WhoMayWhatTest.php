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
 * Who gets to which page and sees the way to it, on the oldest and the newest Moodle; and PHP has nothing to warn of for anybody.
 *
 * @package    local_courseglue
 * @copyright  2026 The CourseGlue authors
 * @license    https://www.gnu.org/copyleft/gpl.html GNU GPL v3 or later
 */
final class WhoMayWhatTest extends network_test_case {
    /** @var string Of everybody. */
    private const PASSWORD = 'CourseGlue-Who-1';

    /** @var string Short name of the course that the people of a course are in. */
    private const COURSE = 'who-may-what';

    /** @var array<string, string> The site for each version. */
    private const VERSIONS = ['the oldest Moodle' => 'a', 'the newest Moodle' => 'c'];

    /** @var array<string, array{string, string}> Path of a page, with the ids of the course and its category, and its body's id. */
    private const PAGES = [
        'search' => ['/local/courseglue/index.php', 'page-local-courseglue-index'],
        'course' => ['/local/courseglue/course.php?id=COURSE', 'page-local-courseglue-course'],
        'category' => ['/local/courseglue/category.php?id=CATEGORY', 'page-local-courseglue-category'],
        'join' => ['/local/courseglue/join.php', 'page-admin-local-courseglue-join'],
        'courses' => ['/local/courseglue/courses.php', 'page-admin-local-courseglue-courses'],
        'settings' => ['/admin/settings.php?section=local_courseglue_settings', 'page-admin-setting-local_courseglue_settings'],
        'statistics' => ['/local/courseglue/statistics.php', 'page-admin-local-courseglue-statistics'],
    ];

    /** @var array<string, string[]> The pages that somebody gets to; all others are refused. */
    private const MATRIX = [
        'admin' => ['search', 'course', 'category', 'join', 'courses', 'settings', 'statistics'],
        'manager' => ['search', 'course', 'category', 'join', 'courses', 'settings', 'statistics'],
        // Roles with one capability each, and without Moodle's own to see the site administration.
        'keeper' => ['category', 'join', 'courses', 'settings'],
        'statistician' => ['statistics'],
        // Roles in a category, of which one has no course.
        'categorymanager' => ['search', 'course', 'category'],
        'categorycreator' => ['search'],
        'creator' => ['search'],
        'editingteacher' => ['search', 'course'],
        'teacher' => ['search'],
        'student' => [],
        'user' => [],
        'guest' => [],
        'nobody' => [],
    ];

    /** @var array<string, int> Id of the course by site. */
    private static array $courses = [];

    /** @var array<string, int> Id of its category by site. */
    private static array $categories = [];

    /** @var visitor[] Who is logged in already, by site and name. */
    private static array $visitors = [];

    public static function setUpBeforeClass(): void {
        foreach (self::VERSIONS as $key) {
            $site = self::site($key);
            self::$courses[$key] = $site->change('create', json_encode([
                'shortname' => self::COURSE, 'fullname' => 'Who may what', 'sections' => [],
            ]))['id'];
            self::$categories[$key] = $site->change('categoryof', self::COURSE)['id'];
            $site->change('people', self::COURSE, self::PASSWORD);
            $site->command('set', 'core', 'allowthemechangeonurl', '1');
        }
    }

    public static function tearDownAfterClass(): void {
        self::$visitors = [];
        foreach (self::VERSIONS as $key) {
            $site = self::site($key);
            $site->change('nopeople');
            $site->change('delete', self::COURSE);
            $site->command('set', 'core', 'allowthemechangeonurl', '0');
        }
    }

    /**
     * Somebody, on a site.
     *
     * @param string $key
     * @param string $who
     * @return visitor
     */
    private static function visitor(string $key, string $who): visitor {
        $site = self::site($key);
        $visitor = new visitor($site);
        return self::$visitors["$key $who"] ??= match ($who) {
            'admin' => $visitor->log_in($site->described['admin']),
            'guest' => $visitor->enter_as_guest(),
            'nobody' => $visitor,
            default => $visitor->log_in(['username' => "who-$who", 'password' => self::PASSWORD]),
        };
    }

    /**
     * Everybody on every version.
     *
     * @return array
     */
    public static function everybody(): array {
        $everybody = [];
        foreach (self::VERSIONS as $version => $key) {
            foreach (array_keys(self::MATRIX) as $who) {
                $everybody["$who on $version"] = [$key, $who];
            }
        }
        return $everybody;
    }

    /**
     * Whether a page shows what it is for.
     *
     * @param array $answer
     * @param string $id of its body
     * @return bool
     */
    private static function is_shown(array $answer, string $id): bool {
        return $answer['status'] === 200 && preg_match("~<body\s+id=\"$id\"~", $answer['body']) === 1
            && !str_contains($answer['body'], 'class="errorbox');
    }

    public function test_the_front_page_is_no_course(): void {
        foreach (self::VERSIONS as $version => $key) {
            $answer = self::visitor($key, 'manager')->open('/local/courseglue/course.php?id=1');
            $this->assertStringContainsString('The front page is not a course', $answer['body'], $version);
            $this->assertStringNotContainsString('name="choice"', $answer['body'], $version);
        }
    }

    /**
     * The matrix.
     *
     * @dataProvider everybody
     * @param string $key
     * @param string $who
     */
    public function test_everybody_gets_to_their_pages_and_to_no_others(string $key, string $who): void {
        $complaints = self::site($key)->complaints();
        $visitor = self::visitor($key, $who);
        $ids = ['COURSE' => (string) self::$courses[$key], 'CATEGORY' => (string) self::$categories[$key]];
        $shown = [];
        foreach (self::PAGES as $page => [$path, $id]) {
            if (self::is_shown($visitor->open(strtr($path, $ids)), $id)) {
                $shown[] = $page;
            }
        }
        $this->assertSame(self::MATRIX[$who], $shown);
        $this->assertSame($complaints, self::site($key)->complaints(), 'PHP has nothing to warn of');
    }

    /**
     * Whoever may search sees the way to the search in every theme, and nobody else does.
     *
     * @dataProvider everybody
     * @param string $key
     * @param string $who
     */
    public function test_everybody_sees_the_way_to_their_pages_and_to_no_others(string $key, string $who): void {
        $complaints = self::site($key)->complaints();
        $may = self::MATRIX[$who];
        $visitor = self::visitor($key, $who);
        // Moodle's own theme comes last, and stays for the rest of the session.
        foreach (['classic', 'boost'] as $theme) {
            $page = $visitor->open("/?redirect=0&theme=$theme")['body'];
            $this->assertSame($theme === 'classic', str_contains($page, 'data-block="navigation"'), "$theme: it is that theme");
            $way = preg_match('~href="[^"]*/local/courseglue/index\.php"~', $page) === 1;
            $this->assertSame(in_array('search', $may, true), $way, "$theme: the search");

            $page = $visitor->open('/course/view.php?id=' . self::$courses[$key])['body'];
            $way = str_contains($page, 'local/courseglue/course.php');
            $this->assertSame(in_array('course', $may, true), $way, "$theme: the course");
        }
        $this->assertSame($complaints, self::site($key)->complaints(), 'PHP has nothing to warn of');
    }

    /**
     * Versions.
     *
     * @return array
     */
    public static function versions(): array {
        return array_map(fn(string $key): array => [$key], self::VERSIONS);
    }

    /**
     * The site administration leads a manager to the pages: where the statistics are, are Moodle's other reports.
     *
     * @dataProvider versions
     * @param string $key
     */
    public function test_the_site_administration_leads_managers_there(string $key): void {
        $complaints = self::site($key)->complaints();
        $visitor = self::visitor($key, 'manager');
        // Moodle's overview of all categories; and that of the reports, where the statistics are.
        $overview = $visitor->open('/admin/search.php')['body'];
        $reports = $visitor->open('/admin/category.php?category=reports')['body'];
        $pages = ['courseglue/join.php', 'courseglue/courses.php', 'section=local_courseglue_settings', 'courseglue/statistics.php'];
        foreach ($pages as $link) {
            $this->assertTrue(str_contains($overview, $link), $link);
        }
        $this->assertTrue(str_contains($reports, 'courseglue/statistics.php'));
        $this->assertFalse(str_contains($reports, 'courseglue/join.php'));
        $this->assertSame($complaints, self::site($key)->complaints(), 'PHP has nothing to warn of');
    }

    /**
     * A manager decides what is published, and not how the server is reached; the log tells who decided.
     *
     * @dataProvider versions
     * @param string $key
     */
    public function test_a_manager_saves_what_is_published_and_nothing_of_the_server(string $key): void {
        $site = self::site($key);
        $path = self::PAGES['settings'][0];
        $admin = self::visitor($key, 'admin')->open($path)['body'];
        $visitor = self::visitor($key, 'manager');
        $page = $visitor->open($path)['body'];
        $offers = ['publishpolicy' => true, 'publishended' => true, 'allowhttp' => false, 'cafile' => false];
        foreach ($offers as $setting => $offered) {
            $this->assertSame($offered, str_contains($page, "s_local_courseglue_$setting"), $setting);
            $this->assertStringContainsString("s_local_courseglue_$setting", $admin);
        }
        $this->assertSame(1, preg_match('~"sesskey":"(\w+)"~', $page, $sesskey));
        $told = count($site->change('log'));
        $fields = ['section' => 'local_courseglue_settings', 'sesskey' => $sesskey[1], 'action' => 'save-settings'];
        try {
            $fields += ['s_local_courseglue_publishended' => '1', 's_local_courseglue_ratelimit' => '17'];
            $saved = $visitor->open($path, $fields);
            $this->assertSame(200, $saved['status']);
            $this->assertSame('1', $this->setting($site, 'publishended'));
            $this->assertNotSame('17', $this->setting($site, 'ratelimit'));
            $this->assertSame(
                [['event' => 'sharing_settings_changed', 'user' => 'who-manager']],
                array_slice($site->change('log'), $told),
            );
        } finally {
            $site->command('set', 'local_courseglue', 'publishended', '0');
        }
    }

    /**
     * A setting as it is.
     *
     * @param site $site
     * @param string $name
     * @return string
     */
    private function setting(site $site, string $name): string {
        return $site->command('php', 'admin/cli/cfg.php', '--component=local_courseglue', "--name=$name")->output();
    }
}
