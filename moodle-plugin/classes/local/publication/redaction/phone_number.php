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
 * Telephone numbers in a text, in the digits of any script, and none of the other numbers that courses are full of: dates,
 * years, times, ISBNs, amounts.
 *
 * @package    local_courseglue
 * @copyright  2026 The CourseGlue authors
 * @license    https://www.gnu.org/copyleft/gpl.html GNU GPL v3 or later
 */
final class phone_number {
    /** @var string The characters between the groups of a number. */
    private const GAP = '[\s.\x{FF0E}\-\x{2010}-\x{2015}\x{2212}\x{FF0D}/\x{FF0F}()\x{FF08}\x{FF09}\x{B7}\x{30FB}\x{2022}]';

    /** @var string An extension. */
    private const EXTENSION = '(?:\s*[,;]?\s*(?:ext|extn|extension|x|anexo|int|interno|доб|вн|内線|内线|分機|分机|转|轉|내선|durchwahl'
        . '|dw|poste|ramal)'
        . '[.:]?\s*\p{Nd}{1,6})?';

    /** @var string Words and signs for a telephone. */
    private const WORDS = '(?:tel|tél|ext|extn|extension|durchwahl|anexo|ramal|доб|内線|內線|分機'
        . '|telf|tfno|tlf|tlph|fon|phone|telefon\p{L}*|teléfon\p{L}*|téléphone|telèfon\p{L}*|telefoon\p{L}*|mob|mobil\p{L}*'
        . '|móvil'
        . '|mòbil|cell?|cellulare|celular|gsm|fax|whats?app|telegram|viber|wechat|qq|sms|hotline|puh|puhelin|sími|simu|тел'
        . '|телефон\p{L}*|моб|мобильн\p{L}*|факс|τηλ|τηλέφων\p{L}*|κιν|κινητό|φαξ|هاتف|الهاتف|جوال|الجوال|موبايل|تليفون'
        . '|تلفون|تلفن|موبایل|همراه|فاكس|فکس'
        . '|فون|واتساب|טלפון|טל|נייד|פקס|电话|電話|手机|手機|座机|传真|傳真|热线|熱線|微信|携帯|携帯電話|ファックス|전화|전화번호|휴대폰|핸드폰|연락처|팩스|โทร|โทรศัพท์'
        . '|มือถือ|แฟกซ์|điện thoại|đt|sđt|di động|फ़ोन|फोन|दूरभाष|मोबाइल|फैक्स|ফোন|মোবাইল|தொலைபேசி|அலைபேசி|ఫోన్|ಫೋನ್|ഫോൺ'
        . '|ફોન|ਫ਼ੋਨ|հեռ|ტელ|ስልክ|ទូរស័ព្ទ|ໂທ|ဖုန်း'
        . '|[\x{260E}\x{260F}\x{2706}\x{2121}\x{1F4DE}\x{1F4F1}\x{1F4F2}\x{1F4E0}]\x{FE0F}?)';

    /** @var string The words that people write before a telephone number. */
    private const LABEL = '~(?<!' . unspaced::OTHER_LETTER . ')' . self::WORDS . '(?:\s?[(\[][^()\[\]]{1,20}[)\]])?'
        . '[\s.:\x{FF1A}\x{61B}#)\]/-]*(?:(?:number|no|nr|num|n°|nº|n\.º|№|is|at|us|me|on|或|号码|號碼|番号'
        . '|번호)[\s.:\x{FF1A}#-]*){0,2}$~iu';

    /** @var string The words that show that a number is no telephone number. */
    private const OTHER = '~(?:(?<!' . unspaced::OTHER_LETTER . ')(?:isbn|issn|ismn|isni|doi|orcid|arxiv|pmid|pmc|ean|gtin'
        . '|oclc|lccn'
        . '|iban|rfc|iso|din|cas|einecs|eur|usd|version|build|release|rooms?|raum|räume|aulas?|salles?|chapters?|kapitel|psalms?'
        . '|pages?|pp|seiten?|grades?|ages?)|[€\$£¥§])(?:[-\s]?1[03])?[\s.:\x{FF1A}#-]*$~iu';

    /** @var string The words behind a number that show that it is an amount. */
    private const UNIT = '~^\s?(?:[km]?m/s|km/h|[km]?m[²³]?|[km]?g|[kMGT]?Hz|[kMGT]?B|bytes|people|[€\$£¥%°×]|BCE?|BP'
        . '|AD)(?!\p{L})~u';

    /** @var string A year. */
    private const YEAR = '(?:1\d|20|21)\d\d';

    /** @var string A day of a month, or a month and a day. */
    private const DAY = '(?:(?:0?[1-9]|[12]\d|3[01])\s?[-./]\s?(?:0?[1-9]|1[0-2])|(?:0?[1-9]|1[0-2])\s?/\s?(?:0?[1-9]|[12]\d'
        . '|3[01]))';

    /** @var string Dates, parts of them and years, a time behind them, with ASCII digits. */
    private const TIMES = '~(?<!\d)(?:' . self::YEAR . '(?:\s?[-./]\s?|\s|)(?:0?[1-9]|1[0-2])(?:\s?[-./]\s?|\s|)(?:0[1-9]'
        . '|[12]\d|3[01]'
        . '|[1-9])'
        . '|(?:(?:0?[1-9]|[12]\d|3[01])\.?\s?[-\x{2013}]\s?)?' . self::DAY
        . '(?:\s?[-./]\s?|\s)(?:' . self::YEAR . '|\d\d(?!\s?[./]?\s?\d))'
        . '|(?:0?[1-9]|[12]\d|3[01])\s(?:0?[1-9]|1[0-2])\s' . self::YEAR
        . '|(?:[01]?\d|2[0-4])\.[0-5]\d\s?[-\x{2013}]\s?(?:[01]?\d|2[0-4])\.[0-5]\d'
        . '|(?:0?[1-9]|1[0-2])\s?[-./]\s?' . self::YEAR . '|' . self::YEAR . '(?:\s?[-/\x{2013}]\s?\d\d)?)'
        . '(?:\s(?:[01]?\d|2[0-4])\.[0-5]\d)?(?!\d)~u';

    /** @var string A link, up to a number in it. */
    private const IN_LINK = '~(?:[a-z][a-z0-9+.-]*://|(?<![a-z0-9.-])www\.)[\x21-\x7E]*$~i';

    /** @var string A number that is written in Chinese digits. */
    private const HAN = '~[\x{3007}零一二三四五六七八九](?:' . self::GAP . '{0,2}[\x{3007}零一二三四五六七八九]){6,}~u';

    /**
     * Takes the numbers out.
     *
     * @param string $text plain text
     * @param callable $takeout (string $found): string, what stands in its place
     * @return string|null null where PCRE gives up
     */
    public static function replace(string $text, callable $takeout): ?string {
        $text = self::replace_han($text, $takeout);
        if ($text === null || !preg_match('~\p{Nd}~u', $text)) {
            return $text;
        }
        $gap = self::GAP;
        // Not inside of a word, a link or a code like BIO-101; scripts without spaces have no words to be inside of.
        // Right behind a word for a telephone there may be no gap at all.
        $letter = unspaced::OTHER_LETTER;
        $pattern = "~(?:(?<!{$letter})" . self::WORDS . "\\K(?<={$letter})|(?<![\\p{Nd}_@#=])(?<!{$letter})"
            . '(?<![\p{L}\p{Nd}][-/_])(?<!\p{Nd}\.)|(?<![\p{L}\p{Nd}+])(?=\+\p{Nd}))'
            . '(?:[+\x{FF0B}\x{FE62}]\s?)?(?:[(\x{FF08}]\s?)?\p{Nd}(?:' . $gap . '{0,3}\p{Nd}){2,24}'
            . self::EXTENSION . '(?![\p{Nd}_@])(?!' . unspaced::OTHER_LETTER . ')~iu';
        return preg_replace_callback($pattern, function (array $match) use ($text, $takeout): string {
            [$found, $offset] = $match[0];
            $before = nearby::before($text, $offset);
            $after = nearby::after($text, $offset + strlen($found));
            return self::is_one($found, $before, $after) ? $takeout($found) : $found;
        }, $text, -1, $count, PREG_OFFSET_CAPTURE);
    }

    /**
     * Takes out the numbers that are written in Chinese digits: they are no years, and counting stops at nine.
     *
     * @param string $text plain text
     * @param callable $takeout (string $found): string, what stands in its place
     * @return string|null null where PCRE gives up
     */
    private static function replace_han(string $text, callable $takeout): ?string {
        return preg_replace_callback(self::HAN, function (array $match) use ($text, $takeout): string {
            [$found, $offset] = $match[0];
            $before = nearby::before($text, $offset);
            $digits = preg_replace('~[^\x{3007}零一二三四五六七八九]~u', '', $found);
            $counts = str_starts_with('一二三四五六七八九', $digits);
            $isone = preg_match(self::LABEL, $before) || \core_text::strlen($digits) >= 9 && !$counts;
            return $isone ? $takeout($found) : $found;
        }, $text, -1, $count, PREG_OFFSET_CAPTURE);
    }

    /**
     * Whether digits with gaps are a telephone number.
     *
     * @param string $found
     * @param string $before the text before it
     * @param string $after the text behind it
     * @return bool
     */
    private static function is_one(string $found, string $before, string $after): bool {
        $number = self::ascii($found);
        $digits = strlen(preg_replace('~\D~', '', $number));
        if (str_starts_with($number, '+')) {
            return $digits >= 7;
        }
        if (preg_match(self::OTHER, $before) || preg_match(self::IN_LINK, $before)) {
            return false;
        }
        $isdoi = preg_match('~^10\.\d{4,9}/~', $number);
        $istime = !preg_match('~\d~', preg_replace(self::TIMES, '', $number));
        if ($isdoi || $istime || self::is_isbn($number, $after)) {
            return false;
        }
        if (preg_match(self::LABEL, $before)) {
            // TEL1010 is a course.
            return $digits >= (preg_match('~(?<=' . unspaced::OTHER_LETTER . ')$~u', $before) ? 7 : 4);
        }
        if ($digits < 7 || preg_match(self::UNIT, $after)) {
            return false;
        }
        return preg_match('~^\D*\d+\D*$~', $number) ? self::is_unparted($number, $digits) : self::is_grouped($number);
    }

    /**
     * Whether digits without gaps are one.
     *
     * @param string $number
     * @param int $digits how many
     * @return bool
     */
    private static function is_unparted(string $number, int $digits): bool {
        // A moment: 20260915 or 202609151030.
        $moment = preg_match('~^\D*(?:19|20)\d\d(?:0[1-9]|1[0-2])(?:[0-2]\d|3[01])(?:[0-5]\d){0,3}\D*$~', $number);
        $isround = preg_match('~^\D*(?:[1-9]\d{0,3}0{6,}|[01]+)\D*$~', $number);
        return $digits >= 9 && $digits <= 15 && !$moment && !$isround;
    }

    /**
     * Whether groups of digits are one, and no amount, decimal number, address of a computer, version or range.
     *
     * @param string $number
     * @return bool
     */
    private static function is_grouped(string $number): bool {
        preg_match_all('~\d+~', $number, $found);
        $groups = $found[0];
        $lengths = array_map('strlen', $groups);
        $gaps = array_unique(array_slice(preg_split('~\d+~', $number), 1, -1));
        $tail = array_slice($lengths, 1);
        $thousands = $lengths[0] < 3 && $groups[0][0] !== '0' && array_unique($tail) === [3];
        $decimal = count($groups) === 2 && $gaps === ['.'] || preg_match('~^(?:\d\.\d{4,}(?:\s\d+)+|0\.\d+(?:\s\d+)*)$~', $number);
        // From one amount to another, 3000-1200, 100 000 – 200 000, or a law of a year, 2016/679.
        $closed = preg_replace('~(?<=\d)[\s.](?=\d{3}(?!\d))~', '', $number);
        $amounts = preg_match('~^[1-9]\d*00(?:\s?[-\x{2013}\x{2014}]\s?[1-9]\d*00)+$~u', $closed)
            || preg_match('~^\D?\d{1,2}(?:\.\d{3})+\s?[-\x{2013}]\s?\d{1,3}(?:\.\d{3})+\D?$~u', $number)
            || preg_match('~^\D?(?:19|20)\d\d/\d{1,4}\D?$~', $number);
        // 2 3 5 7 11 13 17: no telephone number begins with two digits by themselves.
        $sequence = $gaps === [' '] && count($groups) > 4 && $lengths[0] === 1 && $lengths[1] === 1;
        $range = count($groups) === 2 && preg_match('~^\D?\s?[\x{2013}\x{2014}]\s?$~u', reset($gaps));
        $dotted = $gaps === ['.'] && count($groups) === 4 && max($groups) <= 255 && array_unique($lengths) !== [2];
        $years = preg_match('~^\D*(?:1\d|20|21)\d\d\s?[-/]\s?(?:(?:1\d|20|21)\d\d|\d\d)\b~', $number);
        return !$thousands && !$decimal && !$amounts && !$sequence && !$range && !$dotted && !$years && max($lengths) > 1;
    }

    /**
     * Whether it is the number of a book. One of ten digits is known by its parts and its check digit, which may be an X.
     *
     * @param string $number
     * @param string $after the text behind it
     * @return bool
     */
    private static function is_isbn(string $number, string $after): bool {
        $digits = preg_replace('~\D~', '', $number);
        if (preg_match('~^97[89]\d{10}$~', $digits)) {
            return true;
        }
        if (strlen($digits) === 9 && preg_match('~^[\s-]?X(?!\p{L})~u', $after)) {
            $number .= '-X';
            $digits .= 'X';
        }
        if (!preg_match('~^\d+[\s-]\d+[\s-]\d+[\s-][\dX]$~', $number) || strlen($digits) !== 10) {
            return false;
        }
        $sum = 0;
        foreach (str_split($digits) as $index => $digit) {
            $sum += (10 - $index) * ($digit === 'X' ? 10 : (int) $digit);
        }
        return $sum % 11 === 0;
    }

    /**
     * With the digits, and the signs before them, that ASCII has.
     *
     * @param string $found
     * @return string
     */
    private static function ascii(string $found): string {
        $value = fn(array $digit): string => (string) \IntlChar::charDigitValue($digit[0]);
        $found = preg_replace_callback('~\p{Nd}~u', $value, $found);
        return strtr(trim($found), [
            '＋' => '+', '﹢' => '+', '．' => '.', '‐' => '-', '‑' => '-', '‒' => '-', '−' => '-', '－' => '-',
            '／' => '/', '（' => '(', '）' => ')',
        ]);
    }
}
