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
 * For whom a course is made: the roles that schema.org and LRMI tell apart.
 *
 * @package    local_courseglue
 * @copyright  2026 The CourseGlue authors
 * @license    https://www.gnu.org/copyleft/gpl.html GNU GPL v3 or later
 */
final class audience {
    /** @var string[] Codes. */
    public const CODES = ['student', 'teacher', 'parent', 'professional', 'administrator', 'mentor', 'generalpublic'];

    /**
     * Whether a text is an audience's code.
     *
     * @param string $text
     * @return bool
     */
    public static function is_code(string $text): bool {
        return in_array($text, self::CODES, true);
    }

    /**
     * An audience in words; another site's own words are shown as they are.
     *
     * @param string $audience
     * @param string|null $language null for that of whoever reads it
     * @return string
     */
    public static function label(string $audience, ?string $language = null): string {
        return self::is_code($audience)
            ? get_string_manager()->get_string('audience_' . $audience, 'local_courseglue', null, $language)
            : $audience;
    }

    /**
     * The audience that a text names, by its code or its label in English or in the site's language.
     *
     * @param string $text
     * @return string|null
     */
    public static function resolve(string $text): ?string {
        $text = \core_text::strtolower(trim($text));
        foreach (self::CODES as $code) {
            $labels = array_map(
                fn(string $language): string => \core_text::strtolower(self::label($code, $language)),
                description::languages(),
            );
            if (in_array($text, [$code, ...$labels], true)) {
                return $code;
            }
        }
        return null;
    }

    /**
     * Every audience, for a form.
     *
     * @return string[] code → label
     */
    public static function options(): array {
        return array_combine(self::CODES, array_map(self::label(...), self::CODES));
    }
}
