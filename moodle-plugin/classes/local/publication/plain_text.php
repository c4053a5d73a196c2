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

namespace local_courseglue\local\publication;

use core_text;
use local_courseglue\local\publication\redaction\unspaced;

/**
 * Moodle's texts as plain text of one line.
 *
 * Not html_to_text(): that one writes headings in capitals, stars and numbered links, which would be searched for.
 *
 * @package    local_courseglue
 * @copyright  2026 The CourseGlue authors
 * @license    https://www.gnu.org/copyleft/gpl.html GNU GPL v3 or later
 */
final class plain_text {
    /** @var string Elements whose content is no text. */
    private const NO_TEXT = '~<(script|style|svg|math|iframe|object|template|noscript|select|textarea)\b[^>]*>.*?</\1\s*>~isu';

    /** @var string Characters that nobody sees, for a character class; what joins letters in Persian, Hindi and emoji is none. */
    private const UNSEEN = '\x{AD}\x{61C}\x{180E}\x{200B}\x{200E}\x{200F}\x{202A}-\x{202E}\x{2060}-\x{206F}\x{FEFF}'
        . '\x{FFF9}-\x{FFFB}\x{1BCA0}-\x{1BCA3}\x{1D173}-\x{1D17A}\x{E0000}-\x{E007F}';

    /** @var string The flag of a part of a country, whose name is written in such characters. */
    private const FLAG = '\x{1F3F4}[\x{E0020}-\x{E007F}]+';

    /**
     * Plain text of a piece of HTML: no markup, entities decoded, white space collapsed.
     *
     * @param string $html
     * @return string
     */
    public static function from_html(string $html): string {
        $text = fix_utf8($html);
        $text = self::replace('~<!--.*?-->~su', ' ', $text);
        $text = self::replace(self::NO_TEXT, ' ', $text);
        // A tag that is no inline element ends a word.
        $text = self::replace('~<(?!/?(?:a|abbr|b|bdi|bdo|cite|code|em|font|i|kbd|mark|q|s|small|span|strong|sub|sup|u|wbr)\b)'
            . '/?[a-z][^>]*>~iu', ' ', $text);
        $text = html_entity_decode(strip_tags($text), ENT_QUOTES | ENT_HTML5, 'UTF-8');
        return self::one_line($text);
    }

    /**
     * HTML of a text in one of Moodle's formats, without any filter.
     *
     * @param string $text
     * @param int $format a FORMAT_ constant
     * @return string
     */
    public static function to_html(string $text, int $format): string {
        return match ($format) {
            (int) FORMAT_PLAIN => s($text),
            (int) FORMAT_MARKDOWN => markdown_to_html($text),
            default => $text,
        };
    }

    /**
     * At most so many characters, cut at the end of a word where there is one.
     *
     * @param string $text
     * @param int $length
     * @return string
     */
    public static function cut(string $text, int $length): string {
        if (core_text::strlen($text) <= $length) {
            return $text;
        }
        $text = core_text::substr($text, 0, $length);
        $space = core_text::strrpos($text, ' ');
        return $space > $length / 2 ? core_text::substr($text, 0, $space) : $text;
    }

    /**
     * No control characters, no runs of white space, no soft hyphens, no marks and overrides of the writing direction, nothing
     * that is not seen and would part the letters of a word.
     *
     * @param string $text
     * @return string
     */
    public static function one_line(string $text): string {
        // A space without width parts the words of scripts that have no other one; elsewhere it only allows a line to break.
        $unspaced = '[' . unspaced::SCRIPTS . ']';
        $text = self::replace("~(?<={$unspaced})\\x{200B}+(?={$unspaced})~u", ' ', $text);
        $text = self::replace('~' . self::FLAG . '(*SKIP)(*FAIL)|[' . self::UNSEEN . ']+~u', '', $text);
        $text = self::replace('~[\p{Cc}\p{Z}\x{2800}]+~u', ' ', $text);
        return trim($text);
    }

    /**
     * Replaces a pattern; a text that PCRE gives up on is dropped, never passed on with its markup.
     *
     * @param string $pattern
     * @param string $by
     * @param string $text
     * @return string
     */
    private static function replace(string $pattern, string $by, string $text): string {
        return preg_replace($pattern, $by, $text) ?? '';
    }
}
