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
 * A text of a remote record together with the language it is in.
 *
 * @package    local_courseglue
 * @copyright  2026 The CourseGlue authors
 * @license    https://www.gnu.org/copyleft/gpl.html GNU GPL v3 or later
 */
final class localised_text {
    /** @var string[] Languages that are written from right to left. */
    private const RIGHT_TO_LEFT = ['ar', 'arc', 'ckb', 'dv', 'fa', 'he', 'ks', 'ps', 'sd', 'syr', 'ug', 'ur', 'yi'];

    /**
     * Constructor.
     *
     * @param string $text plain text, not escaped
     * @param string $lang ISO 639-1
     */
    public function __construct(
        /** @var string */
        public readonly string $text,
        /** @var string */
        public readonly string $lang,
    ) {
    }

    /**
     * The best text for a reader: in the reader's language, else the record's, else English, else whatever there is.
     *
     * @param mixed $texts map from language to plain text, as the record has it
     * @param string $reader the reader's language
     * @param string $record the record's language
     * @return self|null null when there is no text at all
     */
    public static function choose(mixed $texts, string $reader, string $record): ?self {
        if (!is_array($texts)) {
            return null;
        }
        $texts = array_filter($texts, static fn($text) => is_string($text) && trim($text) !== '');
        foreach ([$reader, $record, 'en', array_key_first($texts)] as $lang) {
            if ($lang !== null && isset($texts[$lang])) {
                return new self(trim($texts[$lang]), (string) $lang);
            }
        }
        return null;
    }

    /**
     * The language of a Moodle language pack: "pt" of "pt_br".
     *
     * @param string $pack
     * @return string
     */
    public static function iso(string $pack): string {
        return strtolower(strtok($pack, '_-') ?: 'en');
    }

    /**
     * A language's name in the reader's language, or its code where it has none.
     *
     * @param string $lang
     * @return string
     */
    public static function language_name(string $lang): string {
        if (in_array($lang, ['', 'und'], true)) {
            return get_string('languageunknown', 'local_courseglue');
        }
        $name = get_string_manager()->get_list_of_languages(null, 'iso6391')[self::iso($lang)] ?? $lang;
        // The list of ISO 639 has "Spanish; Castilian" and "Greek, Modern (1453-)".
        return trim((string) preg_replace('/\s*[;(].*$/u', '', $name));
    }

    /**
     * The direction of the text, a value of the dir attribute.
     *
     * @return string
     */
    public function direction(): string {
        return in_array(self::iso($this->lang), self::RIGHT_TO_LEFT, true) ? 'rtl' : 'ltr';
    }

    /**
     * The text for a template, with the words it was found by marked.
     *
     * @param word_marker $marker
     * @param int|null $length cut to about this many characters around the first word that is marked
     * @return array
     */
    public function export(word_marker $marker, ?int $length = null): array {
        return [
            'lang' => $this->lang,
            'dir' => $this->direction(),
            'segments' => $length === null
                ? $marker->mark($this->text, $this->lang)
                : $marker->excerpt($this->text, $this->lang, $length),
        ];
    }
}
