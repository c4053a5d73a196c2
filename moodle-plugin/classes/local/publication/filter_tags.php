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
 * Removes the text between filter tags without running a filter: the output of a filter depends on its reader.
 *
 * The text between a pair of tags, `{ifenrolled}…{/ifenrolled}`, is shown only to some, unless the tag is known to be for
 * looks alone. Tags by themselves, `{firstname}`, are taken out. Between square brackets only pairs count, since one
 * alone is ordinary writing. Tags that say a text's language are left to {@see multilang}.
 *
 * @package    local_courseglue
 * @copyright  2026 The CourseGlue authors
 * @license    https://www.gnu.org/copyleft/gpl.html GNU GPL v3 or later
 */
final class filter_tags {
    /** @var string[] Pairs whose content everybody sees: of filter_filtercodes, and BBCode. */
    private const SHOWN = [
        'alert', 'b', 'button', 'center', 'code', 'color', 'details', 'em', 'help', 'highlight', 'i', 'info', 'label', 'langx',
        'list', 'markborder', 'marktext', 'quote', 's', 'showmore', 'size', 'strong', 'summary', 'u', 'url',
    ];

    /** @var string[] Tags of languages. */
    private const LANGUAGES = ['mlang', 'multilang'];

    /** @var string[] The words that people write in brackets for the signs of an e-mail address: {@see redaction\email}. */
    private const SIGNS = ['at', 'arroba', 'dot', 'punkt', 'punto'];

    /** @var string A tag: `{name …}`, `{/name}`, `{#name …}`, `{name.part}`, `{{name}}`, `[name …]`, `[/name]`. */
    private const TAG = '~\{{1,3}[\s#!%$^&?]*(?<slash>/?)\s*(?<name>\p{L}[\p{L}\p{M}\p{N}_-]*)'
        . '(?<rest>(?:[^\p{L}\p{M}\p{N}_{}-][^{}]*)?)\}{1,3}'
        . '|\[(?<slash2>/?)(?<name2>\p{L}[\p{L}\p{M}\p{N}_-]*)(?<rest2>(?:[\s:=][^\[\]]*)?)\]~u';

    /** @var string The characters before the braces of a formula: `\frac{a}{b}`, `x^{n}`. */
    private const FORMULA = '~(?:\\\\[A-Za-z]+\*?(?:\[[^\]]*\]|\{[^{}]*\})*|[\^_])$~';

    /** @var int Bytes before a tag that say whether it is a part of a formula. */
    private const NEAR = 80;

    /** @var string The type in `{GENERICO:type="x"}`, whose end is `{GENERICO:type="x_end"}`. */
    private const TYPE = '~\btype\s*=\s*(?:"|\'|&quot;|&\#0?39;)?(?<type>[\w-]+?)(?<end>_end)?(?:"|\'|&quot;|&\#0?39;|\s|,|$)~iu';

    /** @var string Half a tag at the end: Moodle cuts names. */
    private const CUT = '~\{\s*/?\s*\p{L}[^{}]{0,80}$~u';

    /**
     * The text that is left for everybody.
     *
     * @param string $text HTML or plain text
     * @return string
     */
    public static function without(string $text): string {
        if (!preg_match('~[{\[]~', $text)) {
            return $text;
        }
        // A soft hyphen of filter_filtercodes, inside of a word.
        $text = str_replace('{-}', '', $text);
        $tags = self::tags($text);
        $ends = self::ends($tags);
        $kept = '';
        $position = 0;
        foreach ($tags as $index => $tag) {
            $hides = self::hides($tag, isset($ends[$index]));
            // A condition without an end hides the rest.
            $end = $hides ? $ends[$index] ?? strlen($text) : $tag['end'];
            if ($tag['start'] < $position) {
                // A tag that begins in a hidden part may end behind it.
                $position = $hides ? max($position, $end) : $position;
            } else if ($hides || self::is_removed($tag)) {
                $kept .= substr($text, $position, $tag['start'] - $position) . ' ';
                $position = $end;
            }
        }
        $kept .= substr($text, $position);
        return preg_replace(self::CUT, ' ', $kept) ?? '';
    }

    /**
     * The tags of a text in their order.
     *
     * @param string $text
     * @return array[] start and end: bytes; key: what a pair has in common; closes, square and formula:
     *         whether it does, is, and is a part of one
     */
    private static function tags(string $text): array {
        $flags = PREG_SET_ORDER | PREG_OFFSET_CAPTURE | PREG_UNMATCHED_AS_NULL;
        if (!preg_match_all(self::TAG, $text, $found, $flags)) {
            return [];
        }
        return array_map(function (array $match) use ($text): array {
            $start = $match[0][1];
            $before = substr($text, max(0, $start - self::NEAR), min(self::NEAR, $start));
            $square = $match['name2'][0] !== null;
            $name = \core_text::strtolower($match[$square ? 'name2' : 'name'][0]);
            $closes = $match[$square ? 'slash2' : 'slash'][0] === '/';
            $key = $name;
            if (!$square && preg_match(self::TYPE, (string) $match['rest'][0], $type)) {
                $key .= ':' . \core_text::strtolower($type['type']);
                $closes = $closes || !empty($type['end']);
            }
            return [
                'start' => $match[0][1],
                'end' => $match[0][1] + strlen($match[0][0]),
                'name' => $name,
                'key' => ($square ? '[' : '{') . $key,
                'closes' => $closes,
                'square' => $square,
                'formula' => (bool) preg_match(self::FORMULA, $before),
            ];
        }, $found);
    }

    /**
     * The ends of the pairs, by their opening tags; pairs of one kind can lie inside of each other.
     *
     * @param array[] $tags
     * @return int[] index of the opening tag → byte
     */
    private static function ends(array $tags): array {
        $open = [];
        $ends = [];
        foreach ($tags as $index => $tag) {
            if (!$tag['closes']) {
                $open[$tag['key']][] = $index;
            } else if (!empty($open[$tag['key']])) {
                $ends[array_pop($open[$tag['key']])] = $tag['end'];
            }
        }
        return $ends;
    }

    /**
     * Whether a tag opens what only some see.
     *
     * @param array $tag
     * @param bool $paired whether it has an end
     * @return bool
     */
    private static function hides(array $tag, bool $paired): bool {
        if ($tag['closes'] || in_array($tag['name'], [...self::SHOWN, ...self::LANGUAGES], true)) {
            return false;
        }
        return $paired || preg_match($tag['square'] ? '~^if\p{L}{3}~u' : '~^if~', $tag['name']);
    }

    /**
     * Whether a tag that hides nothing is taken out itself.
     *
     * @param array $tag
     * @return bool
     */
    private static function is_removed(array $tag): bool {
        if ($tag['square'] || $tag['formula'] || in_array($tag['name'], [...self::LANGUAGES, ...self::SIGNS], true)) {
            return false;
        }
        // {a, b} and {x | x > 0} are sets.
        return \core_text::strlen($tag['name']) > 1 || $tag['closes'] || in_array($tag['name'], self::SHOWN, true);
    }
}
