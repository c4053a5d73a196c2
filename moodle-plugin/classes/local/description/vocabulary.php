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

namespace local_courseglue\local\description;

/**
 * A list of codes that all sites of the network read alike, each with a label in every language of Moodle.
 *
 * @package    local_courseglue
 * @copyright  2026 The CourseGlue authors
 * @license    https://www.gnu.org/copyleft/gpl.html GNU GPL v3 or later
 */
abstract class vocabulary {
    /** @var string The prefix of the labels' names among the language strings. */
    protected const STRINGS = '';

    /**
     * The codes.
     *
     * @return string[]
     */
    abstract public static function codes(): array;

    /**
     * Whether a text is a code.
     *
     * @param string $text
     * @return bool
     */
    public static function is_code(string $text): bool {
        return in_array($text, static::codes(), true);
    }

    /**
     * A code in words; another site's own words are shown as they are.
     *
     * @param string $code
     * @param string|null $language null for that of the current user
     * @return string
     */
    public static function label(string $code, ?string $language = null): string {
        return static::is_code($code)
            ? get_string_manager()->get_string(static::STRINGS . str_replace(':', '_', $code), 'local_courseglue', null, $language)
            : $code;
    }

    /**
     * The code that a text names: as a code, by a short form, or by the label in English or in the site's language.
     *
     * @param string $text
     * @return string|null
     */
    public static function resolve(string $text): ?string {
        $text = \core_text::strtolower(trim($text));
        foreach (static::candidates() as $code) {
            $labels = array_map(
                fn(string $language): string => \core_text::strtolower(static::label($code, $language)),
                description::languages(),
            );
            if (in_array($text, [$code, ...static::short_forms($code), ...$labels], true)) {
                return $code;
            }
        }
        return null;
    }

    /**
     * The codes in the order in which a text is compared with them.
     *
     * @return string[]
     */
    protected static function candidates(): array {
        return static::codes();
    }

    /**
     * Other ways to write a code.
     *
     * @param string $code
     * @return string[] in lower case
     */
    protected static function short_forms(string $code): array {
        return [];
    }
}
