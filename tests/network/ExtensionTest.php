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
 * Without the extension, or with one of another ABI, Moodle works on and says what is missing.
 *
 * @group      alone
 * @package    local_courseglue
 * @copyright  2026 The CourseGlue authors
 * @license    https://www.gnu.org/copyleft/gpl.html GNU GPL v3 or later
 */
final class ExtensionTest extends network_test_case {
    protected function tearDown(): void {
        self::site('a')->command('extension', 'default');
    }

    /**
     * The site as it is then.
     *
     * @param string $extension none or a file
     * @param string $sentence what the admin is told
     */
    private function assert_moodle_works_on(string $extension, string $sentence): void {
        $a = self::site('a');
        $a->command('extension', $extension);
        $errors = $a->errors();
        $admin = (new visitor($a))->log_in($a->described['admin']);

        $pages = [
            '/', '/?redirect=0', '/my/courses.php', '/course/index.php', '/course/view.php?id=' . $this->any_course($admin),
            '/admin/search.php', '/admin/index.php?cache=1', '/report/status/index.php', '/admin/environment.php',
            '/admin/settings.php?section=local_courseglue_settings', '/admin/tool/task/scheduledtasks.php',
        ];
        foreach ($pages as $path) {
            $page = $admin->open($path);
            $this->assertSame(200, $page['status'], $path);
            $this->assertStringNotContainsString('class="errorbox', $page['body'], $path);
        }
        foreach (['index', 'statistics', 'join'] as $own) {
            $page = $admin->open("/local/courseglue/$own.php");
            $this->assertSame(200, $page['status'], $own);
            $this->assertStringContainsString($sentence, html_entity_decode($page['body']), $own);
        }
        $teacher = (new visitor($a))->log_in($a->described['teacher']);
        $this->assertStringContainsString(
            'tell your site administrator',
            $teacher->open('/local/courseglue/index.php?words=marine')['body'],
        );
        $this->assertSame(503, $a->get('describe')->status);
        $this->assertSame('unavailable', $a->get('describe')->fault());
        $this->assertSame($errors, $a->errors(), 'PHP has nothing to warn of');
    }

    /**
     * Asserts that a task says in one line what is missing.
     *
     * @param string $sentence
     */
    private function assert_cron_says(string $sentence): void {
        foreach (['sync', 'publish'] as $task) {
            $class = "\\local_courseglue\\task\\$task";
            $ran = self::site('a')->command('php', 'admin/cli/scheduled_task.php', "--execute=$class", '--force');
            $log = $ran->stdout . $ran->stderr;
            $this->assertSame(1, substr_count($log, $sentence), $log);
            $this->assertStringNotContainsString('Exception', $log);
        }
    }

    /**
     * A course that is there.
     *
     * @param visitor $admin
     * @return int
     */
    private function any_course(visitor $admin): int {
        // The first course that was made here has the id 2: 1 is the front page.
        $page = $admin->open('/my/courses.php')['body'] . $admin->open('/?redirect=0')['body'] . 'course/view.php?id=2';
        $this->assertSame(1, preg_match('~course/view\.php\?id=(\d+)~', $page, $course));
        return (int) $course[1];
    }

    public function test_moodle_works_without_the_extension(): void {
        $sentence = 'The PHP extension courseglue is not loaded on this server';
        $this->assert_moodle_works_on('none', $sentence);
        $this->assert_cron_says($sentence);
    }

    public function test_moodle_works_with_an_extension_of_another_abi(): void {
        $file = (string) getenv('COURSEGLUE_OTHER_ABI');
        if (!is_file($file)) {
            $this->markTestSkipped('COURSEGLUE_OTHER_ABI names no extension of another ABI: run this by scripts/test network.');
        }
        $sentence = 'does not match this version of the plugin';
        $this->assert_moodle_works_on($file, $sentence);
        $this->assert_cron_says($sentence);
    }

    public function test_it_goes_on_when_the_extension_is_back(): void {
        $a = self::site('a');
        $a->command('extension', 'none');
        $a->command('extension', 'default');
        $this->assertSame(200, $a->get('describe')->status);
        $this->assertContains('Marine Biology of the Baltic', $a->titles('marine biology baltic'));
    }
}
