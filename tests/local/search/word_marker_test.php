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

namespace local_courseglue\local\search;

/**
 * Marking the words of a query in a text.
 *
 * @package    local_courseglue
 * @copyright  2026 The CourseGlue authors
 * @license    https://www.gnu.org/copyleft/gpl.html GNU GPL v3 or later
 */
final class word_marker_test extends \basic_testcase {
    /**
     * A marker whose normal form is the lower case without a plural s.
     *
     * @param string $words
     * @return word_marker
     */
    private static function marker(string $words): word_marker {
        return new word_marker($words, 'en', static fn(string $text): array => array_map(
            static fn(string $word): string => rtrim(\core_text::strtolower($word), 's'),
            preg_split('/[^\p{L}\p{N}]+/u', $text, -1, PREG_SPLIT_NO_EMPTY),
        ));
    }

    /**
     * The pieces as text, the marked ones in brackets.
     *
     * @param array[] $segments
     * @return string
     */
    private static function flat(array $segments): string {
        return implode('', array_map(static fn($piece) => $piece['marked'] ? "[{$piece['text']}]" : $piece['text'], $segments));
    }

    /**
     * A word is marked in each of its forms, and nothing of the text is lost.
     *
     * @covers \local_courseglue\local\search\word_marker::mark
     */
    public function test_words_are_marked_in_any_form(): void {
        $this->assertSame(
            '[Oceans] & the <b>[ocean]</b>, oceanic',
            self::flat(self::marker('ocean')->mark('Oceans & the <b>ocean</b>, oceanic', 'en')),
        );
    }

    /**
     * Scripts without spaces are marked inside their runs.
     *
     * @covers \local_courseglue\local\search\word_marker::mark
     */
    public function test_words_are_marked_where_there_are_no_spaces(): void {
        $this->assertSame('[海洋]生物学入門', self::flat(self::marker('海洋')->mark('海洋生物学入門', 'ja')));
    }

    /**
     * An excerpt is short and shows the first word that is marked.
     *
     * @covers \local_courseglue\local\search\word_marker::excerpt
     */
    public function test_an_excerpt_shows_the_word(): void {
        $text = str_repeat('Nothing to see here. ', 40) . 'Then the kelp forest. ' . str_repeat('And more. ', 40);
        $excerpt = self::flat(self::marker('kelp')->excerpt($text, 'en', 120));
        $this->assertStringContainsString('[kelp]', $excerpt);
        $this->assertLessThan(130, \core_text::strlen($excerpt));
        $this->assertStringStartsWith('… ', $excerpt);
        $this->assertStringEndsWith(' …', $excerpt);
    }

    /**
     * A short text is shown whole.
     *
     * @covers \local_courseglue\local\search\word_marker::excerpt
     */
    public function test_a_short_text_stays_whole(): void {
        $this->assertSame('Kelp.', self::flat(self::marker('fish')->excerpt('Kelp.', 'en', 120)));
    }
}
