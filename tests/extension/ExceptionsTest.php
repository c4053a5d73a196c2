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

use CourseGlue\Exception;
use CourseGlue\Node;
use CourseGlue\SettingsException;
use CourseGlue\ViewException;
use PHPUnit\Framework\TestCase;

require_once(__DIR__ . '/Site.php');

/**
 * The exceptions: where they come from and what they say.
 *
 * @copyright  2026 The CourseGlue authors
 * @license    https://www.gnu.org/copyleft/gpl.html GNU GPL v3 or later
 */
final class ExceptionsTest extends TestCase {
    public function test_they_are_one_family(): void {
        $this->assertSame(\Exception::class, get_parent_class(Exception::class));
        $this->assertSame(Exception::class, get_parent_class(SettingsException::class));
        $this->assertSame(Exception::class, get_parent_class(ViewException::class));
    }

    public function test_they_know_file_line_and_trace(): void {
        try {
            $line = __LINE__ + 1;
            Node::publicKey('short');
            $this->fail('no exception');
        } catch (SettingsException $exception) {
            $this->assertSame(__FILE__, $exception->getFile());
            $this->assertSame($line, $exception->getLine());
            $this->assertSame('publicKey', $exception->getTrace()[0]['function']);
        }
    }

    public function test_they_can_be_thrown_from_php_with_a_previous_one(): void {
        $exception = new ViewException('outer', 5, new SettingsException('inner'));
        $this->assertSame(['outer', 5, 'inner'], [$exception->getMessage(), $exception->getCode(), $exception->getPrevious()->getMessage()]);
    }

    public function test_bytes_that_are_no_text_are_named_by_argument_and_place(): void {
        $this->expectException(SettingsException::class);
        $this->expectExceptionMessage('$text is not valid UTF-8 at byte 3');
        Node::detectLanguage("abc\xff");
    }

    public function test_a_nul_in_a_message_does_not_cut_it_off(): void {
        $this->expectException(SettingsException::class);
        $this->expectExceptionMessage('b');
        Node::identify("https://a\0b");
    }

    public function test_wrong_types_and_counts_are_phps_own_errors(): void {
        foreach ([fn() => Node::identify([]), fn() => Node::identify(), fn() => new Node()] as $call) {
            try {
                $call();
                $this->fail('no error');
            } catch (\TypeError $error) {
                $this->addToAssertionCount(1);
            }
        }
    }
}
