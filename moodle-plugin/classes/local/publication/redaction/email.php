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

namespace local_courseglue\local\publication\redaction;

/**
 * E-mail addresses in a text, also those that are written so that machines should not read them.
 *
 * @package    local_courseglue
 * @copyright  2026 The CourseGlue authors
 * @license    https://www.gnu.org/copyleft/gpl.html GNU GPL v3 or later
 */
final class email {
    /** @var string A letter or digit of a script that parts its words, with what joins letters in Persian and Hindi. */
    private const SPACED = '(?:' . unspaced::OTHER_LETTER . '|[\p{N}\x{200C}\x{200D}])';

    /** @var string A letter of a script that does not: there nothing but the sign tells where an address begins. */
    private const UNSPACED = '[' . unspaced::SCRIPTS . ']';

    /** @var string @ as it is, in full width and small, as links write it, or the word for it in brackets. */
    private const AT = '(?:\s?[@\x{FF20}\x{FE6B}]\s?|%40|\s*[(\[{<\x{FF08}_*-]{1,2}\s*(?:at|a|ät|@|\x{FF20}|arroba|arobase'
        . '|chiocciola|klammeraffe|apestaart'
        . '|snabel-?a|собака|ат|шош|μ|圈a?|アット|골뱅이)\s*[)\]}>\x{FF09}_*-]{1,2}\s*)';

    /** @var string A dot of any width, also one that stands off, or in brackets, or the word for it there. */
    private const DOT = '(?:[.\x{FF0E}\x{3002}\x{FF61}]|\s\.\s?|\s*[(\[{<\x{FF08}_*-]{1,2}\s*(?:\.|dot|punkt|punto|punt|point|ponto'
        . '|точка|点|ドット|점)\s*[)\]}>\x{FF09}_*-]{1,2}\s*)';

    /** @var string A word for the sign, as it stands between two others. */
    private const AT_WORD = '(?:at|arroba|chiocciola|arobase|ät|собака)';

    /** @var string What stands before an address and before nothing else that could be read as one. */
    private const CONTACT = '(?:contact|e-?mail|mail|write(?:\s+to)?|reach|correo|contacto|escr[ií]b\p{L}+(?:\s+a)?|kontakt|schreib\p{L}*(?:\s+an)?'
        . '|courriel|écri\p{L}+(?:\s+à)?|contatto|scriv\p{L}+(?:\s+a)?|contato|escrev\p{L}+(?:\s+para)?|correu|contacte|escriv\p{L}+(?:\s+a)?'
        . '|почта|пиши\p{L}*)';

    /** @var string Words that are no name of a mailbox: "contact us at uni.example" leads to a page, "contact hours" are held. */
    private const NOBODY = '(?:hours|lessons|classes|sessions|lists?|servers?|us|me|them|him|her|we|you|nos|uns|mich|nous|moi|ci|noi)';

    /**
     * Takes the addresses out.
     *
     * @param string $text plain text
     * @param callable $takeout (string $found): string, what stands in its place
     * @return string|null null where PCRE gives up
     */
    public static function replace(string $text, callable $takeout): ?string {
        // Most texts have neither a sign nor a word for it.
        if (!preg_match('~[@\x{FF20}\x{FE6B}]|%40|\s' . self::AT_WORD . '\s|' . self::AT . '~iu', $text)) {
            return $text;
        }
        $found = fn(array $match): string => $takeout($match[0]);
        $text = preg_replace_callback(self::pattern(), $found, $text);
        return $text === null ? null : preg_replace_callback(self::spelled(), $found, $text);
    }

    /**
     * name@host, in any script.
     *
     * @return string
     */
    private static function pattern(): string {
        $spaced = self::SPACED;
        $unspaced = self::UNSPACED;
        $name = "(?:\"[^\"@]{1,64}\"|(?:{$spaced}|[!\#\$%&'*+=?^_`|\\~.-])+|(?:{$spaced}|{$unspaced}|[._+-])*{$unspaced})";
        $first = "(?:(?:{$spaced}|[-_])+|(?:{$spaced}|{$unspaced}|-)+)";
        $label = "(?:{$spaced}(?:{$spaced}|-)*|{$unspaced}+)";
        return '~' . $name . self::AT . "(?:{$first}(?:" . self::DOT . "{$label})+|\\[[0-9a-f:.]+\\]|localhost)~iu";
    }

    /**
     * "name at host dot org": both words have to be there, or something that stands out, as in "name AT host.org",
     * "first.last at host.org" and "write to name at host.org".
     *
     * @return string
     */
    private static function spelled(): string {
        $at = '\s+' . self::AT_WORD . '\s+';
        $host = '[\p{L}\p{N}-]+(?:\.[\p{L}\p{N}-]+)*\.\p{L}{2,24}\b';
        $dot = '(?:dot|punkt|punto|punt|point|ponto|точка)';
        return '~(?-i:(?<![\p{L}\p{N}])[\p{Ll}\p{N}][\p{Ll}\p{N}._+-]*\s+AT\s+'
            . '[\p{Ll}\p{N}-]+(?:\.[\p{Ll}\p{N}-]+)*\.\p{Ll}{2,24}\b)|'
            . "(?<![\\p{L}\\p{N}])\\p{L}[\\p{L}\\p{N}]*[._+][\\p{L}\\p{N}._+-]*{$at}{$host}|"
            . '(?<![\p{L}\p{N}])' . self::CONTACT . '(?:\s*:)?\s+\K(?!' . self::NOBODY . "\\b)[\\p{L}\\p{N}][\\p{L}\\p{N}._+-]*{$at}{$host}|"
            . "[\\p{L}\\p{N}][\\p{L}\\p{N}._+-]*{$at}[\\p{L}\\p{N}-]+"
            . "(?:(?:\\s+{$dot}\\s+|\\.)[\\p{L}\\p{N}-]+)*\\s+{$dot}\\s+\\p{L}{2,12}\\b~iu";
    }
}
