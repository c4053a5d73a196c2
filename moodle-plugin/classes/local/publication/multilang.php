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

/**
 * Takes a text in several languages apart, whatever filters the site has switched on.
 *
 * Three notations: `<span lang="xx" class="multilang">…</span>` of Moodle's own filter, `{mlang xx}…{mlang}` of
 * filter_multilang2, with several languages in one tag and `other` for all the rest, and `{multilang xx}…{/multilang}` of
 * filter_filtercodes. Text outside of the tags belongs to every language. What other filters show only to some is left out.
 *
 * @package    local_courseglue
 * @copyright  2026 The CourseGlue authors
 * @license    https://www.gnu.org/copyleft/gpl.html GNU GPL v3 or later
 */
final class multilang {
    /** @var string Key of the text whose language the tags do not say. */
    public const UNKNOWN = '';

    /** @var string One tagged piece, its languages and its text; Moodle cuts names, so the last one may lack its end. */
    private const PIECE = '~<span(?=[^>]*\slang\s*=\s*["\']?(?<span>[a-z0-9_-]+))(?=[^>]*\sclass\s*=\s*["\']?multilang\b)[^>]*>'
        . '(?<spantext>.*?)(?:</span\s*>|\z)'
        . '|\{\s*mlang\s+(?<mlang>[a-z0-9_-]+(?:\s*,\s*[a-z0-9_-]+)*)\s*\}(?<mlangtext>.*?)(?:\{\s*mlang\s*\}|\z)'
        . '|\{\s*multilang\s+(?<codes>[a-z0-9_-]+(?:\s*,\s*[a-z0-9_-]+)*)\s*\}(?<codestext>.*?)'
        . '(?:\{\s*/?\s*multilang\s*\}|\z)~isu';

    /** @var string A tag that is no piece's, or half a tag. */
    private const STRAY = '~\{\s*/?\s*(?:m|multi)lang(?:\s+[^}]*)?\}|\{\s*/?\s*(?:mla|mul)[^}]*$~isu';

    /**
     * The text in each of its languages.
     *
     * @param string $html
     * @param string $own the language that text of unknown language is in, if it is known: beside a text in that language
     *        such a text is the one for all other languages, and left out
     * @return string[] language → plain text; the key is '' where the language is not said, empty texts are left out
     */
    public static function parse(string $html, string $own = self::UNKNOWN): array {
        $blocks = self::blocks(filter_tags::without(fix_utf8($html)));
        $languages = [];
        foreach ($blocks as $block) {
            if (is_array($block)) {
                $languages += array_fill_keys(array_keys($block), true);
            }
        }
        $texts = [];
        foreach (array_keys($languages ?: [self::UNKNOWN => true]) as $language) {
            $text = self::in_language($blocks, (string) $language);
            if ($text !== '') {
                $texts[(string) $language] = $text;
            }
        }
        if ($own !== self::UNKNOWN && isset($texts[$own])) {
            unset($texts[self::UNKNOWN]);
        }
        return $texts;
    }

    /**
     * A language pack's name or a tag's language as a key: `pt_br` is `pt`.
     *
     * @param string $language
     * @return string lower-case ISO 639 code, '' where there is none
     */
    public static function key(string $language): string {
        $key = strtolower(preg_split('~[_-]~', trim($language))[0]);
        return preg_match('~^[a-z]{2,3}$~', $key) ? $key : self::UNKNOWN;
    }

    /**
     * The text as a list of strings (for every language) and blocks of neighbouring tags (language → text).
     *
     * @param string $html
     * @return array list of string|string[]
     */
    private static function blocks(string $html): array {
        if (!preg_match_all(self::PIECE, $html, $pieces, PREG_SET_ORDER | PREG_OFFSET_CAPTURE | PREG_UNMATCHED_AS_NULL)) {
            return [$html];
        }
        $blocks = [];
        $block = [];
        $seen = [];
        $position = 0;
        foreach ($pieces as $piece) {
            $between = substr($html, $position, $piece[0][1] - $position);
            $languages = explode(',', preg_replace('~\s+~', '', $piece['span'][0] ?? $piece['mlang'][0] ?? $piece['codes'][0]));
            if ($block && (array_intersect($languages, $seen) || plain_text::from_html($between) !== '')) {
                $blocks[] = $block;
                $block = [];
                $seen = [];
            }
            // Between two tags of a block it is white space and markup, which only ends a word.
            $blocks[] = $between;
            $text = $piece['spantext'][0] ?? $piece['mlangtext'][0] ?? $piece['codestext'][0];
            foreach ($languages as $language) {
                $block[self::key($language)] ??= $text;
                $seen[] = $language;
            }
            $position = $piece[0][1] + strlen($piece[0][0]);
        }
        $blocks[] = $block;
        $blocks[] = substr($html, $position);
        return $blocks;
    }

    /**
     * The text as readers of one language see it.
     *
     * @param array $blocks
     * @param string $language
     * @return string plain text
     */
    private static function in_language(array $blocks, string $language): string {
        $html = '';
        foreach ($blocks as $block) {
            $html .= is_array($block) ? $block[$language] ?? $block[self::UNKNOWN] ?? '' : $block;
        }
        // Tags that were written as entities are tags only now.
        return plain_text::one_line(filter_tags::without(plain_text::from_html(preg_replace(self::STRAY, ' ', $html) ?? '')));
    }
}
