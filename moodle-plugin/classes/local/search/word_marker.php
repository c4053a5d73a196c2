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

use Closure;

/**
 * Finds the words of a query in a text and cuts the text into what is to be marked and what is not.
 *
 * It makes no HTML: a template prints the pieces, each escaped.
 *
 * @package    local_courseglue
 * @copyright  2026 The CourseGlue authors
 * @license    https://www.gnu.org/copyleft/gpl.html GNU GPL v3 or later
 */
final class word_marker {
    /** @var string A word; apostrophes inside belong to it. */
    private const WORD = "/[\\p{L}\\p{N}\\p{M}]+(?:['\u{2019}][\\p{L}\\p{N}\\p{M}]+)*/u";

    /** @var string Scripts that put no spaces between words. */
    private const NO_SPACES = '/[\p{Han}\p{Hiragana}\p{Katakana}\p{Thai}\p{Khmer}\p{Lao}\p{Myanmar}]/u';

    /** @var array<string, array<string, true>> Language => the query's terms in it. */
    private array $wanted = [];

    /** @var array<string, bool> Language and word => whether it is marked. */
    private array $known = [];

    /**
     * Constructor.
     *
     * @param string $words the query's words
     * @param string $lang the query's language
     * @param Closure $terms (string $text, string $lang): string[], the network's normal form of words
     */
    public function __construct(
        /** @var string */
        private readonly string $words,
        /** @var string */
        private readonly string $lang,
        /** @var Closure */
        private readonly Closure $terms,
    ) {
    }

    /**
     * The whole text in pieces.
     *
     * @param string $text
     * @param string $lang the text's language
     * @return array<int, array{text: string, marked: bool}>
     */
    public function mark(string $text, string $lang): array {
        return self::cut($text, $this->places($text, $lang));
    }

    /**
     * A part of the text, from a little before the first marked word on, in pieces.
     *
     * @param string $text
     * @param string $lang
     * @param int $length characters
     * @return array<int, array{text: string, marked: bool}>
     */
    public function excerpt(string $text, string $lang, int $length): array {
        $text = trim((string) preg_replace('/\s+/u', ' ', $text));
        if (\core_text::strlen($text) <= $length) {
            return $this->mark($text, $lang);
        }
        $places = $this->places($text, $lang);
        $first = $places === [] ? 0 : \core_text::strlen(substr($text, 0, $places[0][0]));
        $start = $first < (int) ($length * 0.7) ? 0 : max(0, $first - (int) ($length * 0.3));
        $part = \core_text::substr($text, $start, $length);
        // Whole words at both ends, where the script has spaces.
        if ($start > 0) {
            $part = '… ' . preg_replace('/^\S{0,30}\s+/u', '', $part);
        }
        if ($start + $length < \core_text::strlen($text)) {
            $part = rtrim((string) preg_replace('/\s+\S{0,30}$/u', '', $part), ' .,;:') . ' …';
        }
        return $this->mark($part, $lang);
    }

    /**
     * The places of the words: offset and length in bytes, in order, none overlapping another.
     *
     * @param string $text
     * @param string $lang
     * @return array<int, array{int, int}>
     */
    private function places(string $text, string $lang): array {
        $places = [];
        preg_match_all(self::WORD, $text, $found, PREG_OFFSET_CAPTURE);
        foreach ($found[0] ?? [] as [$word, $offset]) {
            if (preg_match(self::NO_SPACES, $word) === 1) {
                array_push($places, ...$this->places_inside($word, $offset));
            } else if ($this->is_wanted($word, $lang)) {
                $places[] = [$offset, strlen($word)];
            }
        }
        return $places;
    }

    /**
     * The places of the words of the query in a run of a script without spaces.
     *
     * @param string $run
     * @param int $offset of the run in its text, in bytes
     * @return array<int, array{int, int}>
     */
    private function places_inside(string $run, int $offset): array {
        $places = [];
        foreach (preg_split('/\s+/u', $this->words, -1, PREG_SPLIT_NO_EMPTY) ?: [] as $word) {
            $from = 0;
            while (preg_match(self::NO_SPACES, $word) === 1 && ($at = strpos($run, $word, $from)) !== false) {
                $places[$at] = [$offset + $at, strlen($word)];
                $from = $at + strlen($word);
            }
        }
        ksort($places);
        $end = 0;
        return array_values(array_filter($places, static function (array $place) use (&$end): bool {
            $free = $place[0] >= $end;
            $end = $free ? $place[0] + $place[1] : $end;
            return $free;
        }));
    }

    /**
     * Whether a word of a text is one of the query's, by the network's normal form.
     *
     * @param string $word
     * @param string $lang
     * @return bool
     */
    private function is_wanted(string $word, string $lang): bool {
        return $this->known[$lang . ' ' . $word] ??= array_intersect_key(
            array_flip(($this->terms)($word, $lang)),
            $this->wanted($lang),
        ) !== [];
    }

    /**
     * The query's terms, read in its own language and in the text's.
     *
     * @param string $lang
     * @return array<string, true>
     */
    private function wanted(string $lang): array {
        return $this->wanted[$lang] ??= array_fill_keys(
            array_merge(($this->terms)($this->words, $this->lang), ($this->terms)($this->words, $lang)),
            true,
        );
    }

    /**
     * Cuts a text at places.
     *
     * @param string $text
     * @param array<int, array{int, int}> $places
     * @return array<int, array{text: string, marked: bool}>
     */
    private static function cut(string $text, array $places): array {
        $segments = [];
        $at = 0;
        foreach ($places as [$offset, $length]) {
            if ($offset > $at) {
                $segments[] = ['text' => substr($text, $at, $offset - $at), 'marked' => false];
            }
            $segments[] = ['text' => substr($text, $offset, $length), 'marked' => true];
            $at = $offset + $length;
        }
        if ($at < strlen($text)) {
            $segments[] = ['text' => substr($text, $at), 'marked' => false];
        }
        return $segments;
    }
}
