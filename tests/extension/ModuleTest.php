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

namespace CourseGlue\Tests;

use CourseGlue\Endpoint;
use CourseGlue\Node;
use CourseGlue\ViewWriter;
use PHPUnit\Framework\TestCase;
use ReflectionClass;
use ReflectionExtension;
use Throwable;

require_once(__DIR__ . '/Site.php');

/**
 * The extension as PHP sees it: version, INI entries, information, classes and stub.
 *
 * @copyright  2026 The CourseGlue authors
 * @license    https://www.gnu.org/copyleft/gpl.html GNU GPL v3 or later
 */
final class ModuleTest extends TestCase {
    public function test_it_has_a_version_and_an_abi(): void {
        $this->assertMatchesRegularExpression('/^\d+\.\d+\.\d+$/', phpversion('courseglue'));
        $this->assertSame(8, Node::ABI);
    }

    public function test_its_limits_have_defaults_and_can_be_set(): void {
        $this->assertSame('10', ini_get('courseglue.timeout'));
        $this->assertSame('32', ini_get('courseglue.parallel'));
        $this->assertSame('16777216', ini_get('courseglue.max_response_bytes'));
        $this->assertSame('10', ini_set('courseglue.timeout', '3'));
        $this->assertSame('3', ini_get('courseglue.timeout'));
        ini_restore('courseglue.timeout');
        $this->assertSame('10', ini_get('courseglue.timeout'));
    }

    public function test_phpinfo_tells_version_abi_protocol_and_limits(): void {
        ob_start();
        (new ReflectionExtension('courseglue'))->info();
        $information = ob_get_clean();
        $this->assertStringContainsString('Version => ' . phpversion('courseglue'), $information);
        $this->assertStringContainsString('ABI => 8', $information);
        $this->assertStringContainsString('Protocol => 1', $information);
        $this->assertStringContainsString('courseglue.parallel => 32', $information);
    }

    public function test_its_classes_are_final_and_cannot_be_copied_or_serialised(): void {
        foreach ([Endpoint::class, Node::class, ViewWriter::class] as $class) {
            $this->assertTrue((new ReflectionClass($class))->isFinal());
        }
        $node = Site::make('a.example')->node();
        foreach ([fn() => clone $node, fn() => serialize($node)] as $copy) {
            try {
                $copy();
                $this->fail('copied');
            } catch (Throwable $error) {
                $this->assertMatchesRegularExpression('/uncloneable|not allowed/', $error->getMessage());
            }
        }
    }

    public function test_the_stub_shows_the_extension_as_it_is(): void {
        $command = [...Site::php(), __DIR__ . '/../../rust-ext/php/stubs/generate.php', '--check'];
        exec(implode(' ', array_map('escapeshellarg', $command)) . ' 2>&1', $output, $status);
        $this->assertSame(0, $status, implode("\n", $output));
    }

    public static function tearDownAfterClass(): void {
        Site::clean();
    }
}
