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

use context_system;
use local_courseglue\local\engine\engine_factory;
use local_courseglue\local\engine\extension_guide;
use local_courseglue\local\engine\missing_engine;
use local_courseglue\local\obstacle;

/**
 * Where there is no extension, the pages say how to get it for this server.
 *
 * @package    local_courseglue
 * @copyright  2026 The CourseGlue authors
 * @license    https://www.gnu.org/copyleft/gpl.html GNU GPL v3 or later
 * @covers     \local_courseglue\local\engine\extension_guide
 * @covers     \local_courseglue\local\obstacle
 */
final class extension_guide_test extends \advanced_testcase {
    #[\Override]
    protected function tearDown(): void {
        engine_factory::replace(null);
        parent::tearDown();
    }

    /**
     * A server.
     *
     * @param array $other what is not as usual there
     * @return extension_guide
     */
    private function server(array $other = []): extension_guide {
        return new extension_guide(...$other + [
            'php' => '8.3',
            'threadsafe' => false,
            'system' => 'Linux',
            'machine' => 'aarch64',
            'bindir' => '/opt/php/bin',
            'directory' => '/opt/php/lib/20230831',
            'inifiles' => ['/opt/php/fpm/conf.d/90-courseglue.ini', '/opt/php/cli/conf.d/90-courseglue.ini'],
            'isappended' => false,
        ]);
    }

    public function test_three_lines_get_it(): void {
        $this->assertSame([
            'PHP=/opt/php/bin/php PHP_CONFIG=/opt/php/bin/php-config cargo build --release --locked -p courseglue-php',
            'sudo install -m 0644 target/release/libcourseglue.so /opt/php/lib/20230831/courseglue.so',
            "echo 'extension=courseglue' | sudo tee /opt/php/fpm/conf.d/90-courseglue.ini /opt/php/cli/conf.d/90-courseglue.ini",
        ], $this->server()->lines());
    }

    public function test_it_says_what_it_has_to_fit(): void {
        foreach (['8.3', 'not thread safe', 'aarch64', '/opt/php/lib/20230831'] as $fact) {
            $this->assertStringContainsString($fact, $this->server()->server());
        }
    }

    public function test_a_file_with_other_settings_is_appended_to(): void {
        $lines = $this->server(['inifiles' => ['/etc/php.ini'], 'isappended' => true])->lines();
        $this->assertSame("echo 'extension=courseglue' | sudo tee -a /etc/php.ini", $lines[2]);
    }

    public function test_odd_directories_do_not_break_the_lines(): void {
        $lines = $this->server(['directory' => "/opt/my php's/ext"])->lines();
        $this->assertStringEndsWith(escapeshellarg("/opt/my php's/ext/courseglue.so"), $lines[1]);
    }

    public function test_where_it_cannot_be_had_no_lines_pretend_that_it_can(): void {
        foreach ([['threadsafe' => true], ['system' => 'Windows']] as $other) {
            $this->assertSame([], $this->server($other)->lines());
            $this->assertNotNull($this->server($other)->problem());
        }
    }

    public function test_the_lines_are_for_the_php_that_runs(): void {
        $lines = extension_guide::here()->lines();
        $this->assertCount(3, $lines);
        $this->assertStringContainsString((ini_get('extension_dir') ?: PHP_EXTENSION_DIR) . '/courseglue.so', $lines[1]);
        $this->assertStringContainsString(PHP_MAJOR_VERSION . '.' . PHP_MINOR_VERSION, extension_guide::here()->server());
        $this->assertStringContainsString(php_uname('m'), extension_guide::here()->server());
        $this->assertFileIsReadable(substr(explode(' ', $lines[0])[1], strlen('PHP_CONFIG=')));
    }

    /**
     * What the environment may say of where PHP reads its settings.
     *
     * @return array
     */
    public static function environments(): array {
        $own = PHP_CONFIG_FILE_SCAN_DIR;
        return [
            'nothing' => ['PHP_INI_SCAN_DIR', rtrim($own, '/') . '/90-courseglue.ini'],
            'another directory' => ['PHP_INI_SCAN_DIR=/opt/ini', '/opt/ini/90-courseglue.ini'],
            'a further directory' => ["PHP_INI_SCAN_DIR=:/opt/ini", '/opt/ini/90-courseglue.ini'],
            'the last one is its own' => ['PHP_INI_SCAN_DIR=/opt/ini:', rtrim($own, '/') . '/90-courseglue.ini'],
            'none' => ['PHP_INI_SCAN_DIR=', ' -a ' . (php_ini_loaded_file() ?: PHP_CONFIG_FILE_PATH . '/php.ini')],
        ];
    }

    /**
     * The line goes to where PHP reads it.
     *
     * @dataProvider environments
     * @param string $environment
     * @param string $file
     */
    public function test_the_line_goes_to_where_this_php_reads_it(string $environment, string $file): void {
        $before = getenv('PHP_INI_SCAN_DIR');
        putenv($environment);
        try {
            $this->assertStringContainsString($file, extension_guide::here()->lines()[2]);
        } finally {
            putenv($before === false ? 'PHP_INI_SCAN_DIR' : "PHP_INI_SCAN_DIR={$before}");
        }
    }

    public function test_managers_get_the_lines_and_teachers_do_not(): void {
        global $DB, $OUTPUT;
        $this->resetAfterTest();
        foreach (['missing', 'abi'] as $problem) {
            engine_factory::replace(new missing_engine($problem));
            $manager = $this->getDataGenerator()->create_user();
            $managerrole = $DB->get_field('role', 'id', ['shortname' => 'manager']);
            role_assign($managerrole, $manager->id, context_system::instance()->id);
            $this->setUser($manager);
            $shown = $OUTPUT->render_from_template('local_courseglue/notice', obstacle::find()->export());
            $this->assertStringContainsString('cargo build', $shown);
            $this->assertStringContainsString('extension=courseglue', $shown);
            $course = $this->getDataGenerator()->create_course();
            $this->setUser($this->getDataGenerator()->create_and_enrol($course, 'editingteacher'));
            $shown = $OUTPUT->render_from_template('local_courseglue/notice', obstacle::find()->export());
            $this->assertStringNotContainsString('cargo build', $shown);
        }
    }
}
