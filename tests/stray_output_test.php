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

use local_courseglue\local\stray_output;

/**
 * What stands around the code of a file is found, whatever it is.
 *
 * @package    local_courseglue
 * @category   test
 * @copyright  2026 The CourseGlue authors
 * @license    https://www.gnu.org/copyleft/gpl.html GNU GPL v3 or later
 * @covers     \local_courseglue\local\stray_output
 */
final class stray_output_test extends \basic_testcase {
    /**
     * Files, and what is found in them.
     *
     * @return array
     */
    public static function files(): array {
        return [
            'code alone' => ["<?php\n\$a = 1;\n", null],
            'code with a closing tag and its line end' => ["<?php\n\$a = 1;\n?>\n", null],
            'a byte order mark' => ["\u{FEFF}<?php\n", stray_output::MARK],
            'a blank line' => ["\n<?php\n", stray_output::BEFORE],
            'a comment of HTML' => ["<!-- Ours -->\n<?php\n", stray_output::BEFORE],
            'no code at all' => ['Hello!', stray_output::BEFORE],
            'a second line after the closing tag' => ["<?php\n\$a = 1;\n?>\n\n", stray_output::AFTER],
            'tags in a text' => ["<?php\n\$a = '?> <?php';\n", null],
            'nothing' => ['', null],
        ];
    }

    /**
     * Each of them is told.
     *
     * @dataProvider files
     * @param string $text
     * @param string|null $found
     */
    public function test_what_is_printed_around_code_is_found(string $text, ?string $found): void {
        $this->assertSame($found, stray_output::around($text));
    }

    public function test_the_configuration_of_these_tests_prints_nothing(): void {
        $this->assertSame([], stray_output::find());
    }
}
