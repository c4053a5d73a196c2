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

use local_courseglue\local\publication\filter_tags;
use local_courseglue\local\publication\multilang;

/**
 * What filters show only to some is none of a text, and their tags are not either.
 *
 * @package    local_courseglue
 * @category   test
 * @copyright  2026 The CourseGlue authors
 * @license    https://www.gnu.org/copyleft/gpl.html GNU GPL v3 or later
 * @covers     \local_courseglue\local\publication\filter_tags
 * @covers     \local_courseglue\local\publication\multilang
 */
final class publication_filter_tags_test extends \basic_testcase {
    /**
     * A text is what everybody sees of it.
     *
     * @dataProvider texts
     * @param string $html
     * @param string[] $expected language → text
     */
    public function test_a_text_is_what_everybody_sees(string $html, array $expected): void {
        $this->assertSame($expected, multilang::parse($html));
    }

    /**
     * Texts, and what everybody sees of them.
     *
     * @return array[]
     */
    public static function texts(): array {
        return [
            'a condition' => ['Open {ifenrolled}secret{/ifenrolled} day', ['' => 'Open day']],
            'a condition in capitals with parameters' => ['{IFINGROUP 5}secret{/IFINGROUP}open', ['' => 'open']],
            'conditions inside of each other' => ['{ifenrolled}a{ifstudent}b{/ifstudent}c{/ifenrolled}open', ['' => 'open']],
            'a condition inside of itself' => ['{ifrole a}x{ifrole b}y{/ifrole}z{/ifrole}open', ['' => 'open']],
            'conditions that are crossed' => ['{ifa}x{ifb}y{/ifa}z{/ifb}open', ['' => 'open']],
            'a condition for visitors is one, too' => ['{ifloggedout}secret{/ifloggedout}open', ['' => 'open']],
            'a condition around paragraphs' => ['<p>Open</p><p>{ifenrolled}</p><p>secret</p><p>{/ifenrolled}</p>', ['' => 'Open']],
            'a condition that was cut off' => ['Open {ifenrolled}secr', ['' => 'Open']],
            'a tag that was cut off' => ['Open {ifenr', ['' => 'Open']],
            'a condition written as entities' => ['&#123;ifenrolled&#125;secret&#123;/ifenrolled&#125;open', ['' => 'open']],
            'a note that nobody sees' => ['{note}secret{/note}open', ['' => 'open']],
            'a pair that nobody knows' => ['{teacheronly}secret{/teacheronly}open', ['' => 'open']],
            'a pair with a type' => ['{GENERICO:type="x"}secret{GENERICO:type="x_end"}open', ['' => 'open']],
            'a shortcode in brackets' => ['[xpiflevel 3]secret[/xpiflevel] open', ['' => 'open']],
            'brackets that are no shortcode' => ['He said [sic] that [b]cells[/b] grow', ['' => 'He said [sic] that [b]cells[/b] grow']],
            'a tag by itself' => ['Hello {firstname}, {fa fa-leaf} open', ['' => 'Hello , open']],
            'a pair for looks' => ['{highlight}open{/highlight} {showmore}day{/showmore}', ['' => 'open day']],
            'a pair whose name has a dot' => ['{ifrole.x}secret{/ifrole.x}open', ['' => 'open']],
            'a pair with a sign' => ['{{#if x}}secret{{/if}} open {!ifa}secret{/ifa}', ['' => 'open']],
            'a condition in brackets without an end' => ['Open [ifenrolled]secret', ['' => 'Open']],
            'tags of parts' => ['Hello {user.name}, {course|name}{firstname?} open', ['' => 'Hello , open']],
            'tags in two braces' => ['Hello {{user.name}} open', ['' => 'Hello open']],
            'formulas' => [
                '$\frac{a}{bc}$ \sqrt{x+y} \mathbb{R} x_{ij}^{n}',
                ['' => '$\frac{a}{bc}$ \sqrt{x+y} \mathbb{R} x_{ij}^{n}'],
            ],
            'a condition in a formula' => ['x_{ifenrolled}secret{/ifenrolled} open', ['' => 'x_ open']],
            'sets' => ['{a, b} and {x | x > 0}', ['' => '{a, b} and {x | x > 0}']],
            'a soft hyphen' => ['bio{-}logy', ['' => 'biology']],
            'braces that are no tag' => ['The set {1, 2, 3}', ['' => 'The set {1, 2, 3}']],
            'languages of filter_filtercodes' => [
                '{multilang en}Biology{/multilang}{multilang es}Biología{/multilang}',
                ['en' => 'Biology', 'es' => 'Biología'],
            ],
            'a condition in one language' => [
                '{mlang en}Open{ifenrolled} secret{/ifenrolled}{mlang}{mlang es}Abierto{mlang}',
                ['en' => 'Open', 'es' => 'Abierto'],
            ],
            'languages in a condition' => ['{ifenrolled}{mlang en}secret{mlang}{/ifenrolled}open', ['' => 'open']],
            'languages of both filters' => ['{mlang en}Cells{mlang}{multilang es}Células{/multilang}', ['en' => 'Cells', 'es' => 'Células']],
        ];
    }

    public function test_many_tags_take_no_longer_than_their_number(): void {
        $began = microtime(true);
        filter_tags::without(str_repeat('{x}', 20000) . str_repeat('{ifx}', 1000) . '{/x}');
        $this->assertLessThan(5, microtime(true) - $began);
    }
}
