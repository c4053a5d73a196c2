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

use local_courseglue\local\publication\multilang;
use local_courseglue\local\publication\plain_text;

/**
 * Texts in several languages, and plain text of Moodle's formats.
 *
 * @package    local_courseglue
 * @category   test
 * @copyright  2026 The CourseGlue authors
 * @license    https://www.gnu.org/copyleft/gpl.html GNU GPL v3 or later
 * @covers     \local_courseglue\local\publication\multilang
 * @covers     \local_courseglue\local\publication\plain_text
 */
final class publication_multilang_test extends \basic_testcase {
    /**
     * A text is taken apart into its languages.
     *
     * @dataProvider texts
     * @param string $html
     * @param string[] $expected language → text
     */
    public function test_a_text_is_taken_apart_into_its_languages(string $html, array $expected): void {
        $this->assertSame($expected, multilang::parse($html));
    }

    /**
     * Texts and their languages.
     *
     * @return array[]
     */
    public static function texts(): array {
        return [
            'a text without tags has an unknown language' => ['Biology', ['' => 'Biology']],
            'an empty text has no language at all' => ['', []],
            'spans, lang first' => [
                '<span lang="en" class="multilang">Biology</span><span lang="es" class="multilang">Biología</span>',
                ['en' => 'Biology', 'es' => 'Biología'],
            ],
            'spans, class first' => [
                '<span class="multilang" lang="en">Biology</span> <span class="multilang" lang="es">Biología</span>',
                ['en' => 'Biology', 'es' => 'Biología'],
            ],
            'spans with another attribute' => [
                '<span lang="ar" dir="rtl" class="multilang">أحياء</span><span lang="en" class="multilang">Biology</span>',
                ['ar' => 'أحياء', 'en' => 'Biology'],
            ],
            'a single span' => ['<span lang="fr" class="multilang">Chimie</span>', ['fr' => 'Chimie']],
            'a span of a language that is no multilang span' => ['A <span lang="fr">mot</span>', ['' => 'A mot']],
            'mlang' => ['{mlang en}Biology{mlang}{mlang es}Biología{mlang}', ['en' => 'Biology', 'es' => 'Biología']],
            'mlang in capitals and with spaces' => ['{ MLANG EN }Biology{ mlang }', ['en' => 'Biology']],
            'mlang of several languages' => [
                '{mlang de,nl}Biologie{mlang}{mlang en}Biology{mlang}',
                ['de' => 'Biologie', 'nl' => 'Biologie', 'en' => 'Biology'],
            ],
            'mlang other is the unknown language' => [
                '{mlang en}Biology{mlang}{mlang other}Biologia{mlang}',
                ['en' => 'Biology', '' => 'Biologia'],
            ],
            'other stands in for a language that a later block lacks' => [
                '{mlang en}A{mlang}{mlang es}B{mlang} 1 {mlang en}C{mlang}{mlang other}D{mlang}',
                ['en' => 'A 1 C', 'es' => 'B 1 D', '' => '1 D'],
            ],
            'text outside belongs to every language' => [
                'BIO1: {mlang en}Cells{mlang}{mlang es}Células{mlang} (2)',
                ['en' => 'BIO1: Cells (2)', 'es' => 'BIO1: Células (2)'],
            ],
            'tags inside of paragraphs' => [
                '<p>{mlang en}Hello{mlang}</p><p>{mlang es}Hola{mlang}</p>',
                ['en' => 'Hello', 'es' => 'Hola'],
            ],
            'tags around paragraphs' => [
                '{mlang en}<p>Hello <b>you</b></p>{mlang}{mlang es}<p>Hola</p>{mlang}',
                ['en' => 'Hello you', 'es' => 'Hola'],
            ],
            'a language twice in a row' => ['{mlang en}Week{mlang} {mlang en}one{mlang}', ['en' => 'Week one']],
            'variants of a language are the language, the first of them' => [
                '{mlang pt}Ônibus{mlang}{mlang pt_br}Autocarro{mlang}',
                ['pt' => 'Ônibus'],
            ],
            'both notations' => [
                '<span lang="en" class="multilang">One</span>{mlang es}Uno{mlang}',
                ['en' => 'One', 'es' => 'Uno'],
            ],
            'a text that was cut off' => ['{mlang en}Hello{mlang}{mlang es}Ho...', ['en' => 'Hello', 'es' => 'Ho...']],
            'a tag that was cut off' => ['{mlang en}Hello{mlang}{mla...', ['en' => 'Hello']],
            'a language without text is left out' => ['{mlang en}Hello{mlang}{mlang es} {mlang}', ['en' => 'Hello']],
        ];
    }

    public function test_other_is_not_needed_beside_the_courses_own_language(): void {
        $html = '{mlang en}Biology{mlang}{mlang other}Biologia{mlang}';
        $this->assertSame(['en' => 'Biology'], multilang::parse($html, 'en'));
        $this->assertSame(['en' => 'Biology', '' => 'Biologia'], multilang::parse($html, 'it'));
    }

    /**
     * HTML becomes plain text of one line.
     *
     * @dataProvider pieces_of_html
     * @param string $html
     * @param string $expected
     */
    public function test_html_becomes_plain_text(string $html, string $expected): void {
        $this->assertSame($expected, plain_text::from_html($html));
    }

    /**
     * HTML and its plain text.
     *
     * @return array[]
     */
    public static function pieces_of_html(): array {
        return [
            'entities are decoded' => ['Fish &amp; Chips&nbsp;&eacute;&#39;', "Fish & Chips é'"],
            'white space is collapsed' => ["a \n\t  b", 'a b'],
            'blocks end words' => ['<p>one</p><p>two</p><ul><li>three</li></ul>four<br>five', 'one two three four five'],
            'inline elements do not end words' => ['w<b>or</b>d', 'word'],
            'no artefacts of emphasis, headings and links' => [
                '<h1>Head</h1><b>bold</b> <a href="https://example.org">link</a>',
                'Head bold link',
            ],
            'scripts are dropped' => ['a<script>alert("b")</script>c', 'a c'],
            'styles are dropped' => ['<style>p { color: red }</style>a', 'a'],
            'comments are dropped' => ['a<!-- b -->c', 'a c'],
            'a sign that is no tag stays' => ['1 < 2 and 3 > 2', '1 < 2 and 3 > 2'],
            'markup that was written as text stays text' => ['&lt;b&gt;', '<b>'],
            'control characters and overrides of direction are dropped' => ["a\x07b\u{202E}c", 'a bc'],
            'bytes that are no text are dropped' => ["caf\xC3\xA9 \xFF", 'café'],
        ];
    }

    public function test_markdown_leaves_no_artefacts(): void {
        $html = plain_text::to_html("# Head\n\nSome *words*", (int) FORMAT_MARKDOWN);
        $this->assertSame('Head Some words', plain_text::from_html($html));
    }

    public function test_plain_text_keeps_what_looks_like_a_tag(): void {
        $html = plain_text::to_html('if a <b', (int) FORMAT_PLAIN);
        $this->assertSame('if a <b', plain_text::from_html($html));
    }

    public function test_a_cut_text_ends_with_a_word(): void {
        $this->assertSame('one two', plain_text::cut('one two three', 10));
        $this->assertSame('abcdefghij', plain_text::cut('abcdefghijklm', 10));
        $this->assertSame('short', plain_text::cut('short', 10));
    }
}
