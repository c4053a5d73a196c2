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
 * Levels of education (ISCED 2011) and of language (CEFR).
 *
 * @package    local_courseglue
 * @copyright  2026 The CourseGlue authors
 * @license    https://www.gnu.org/copyleft/gpl.html GNU GPL v3 or later
 */
final class level extends vocabulary {
    /** @var string The prefix of the labels' names among the language strings. */
    protected const STRINGS = 'level_';

    /** @var string[] Codes: levels of education. */
    public const EDUCATION = ['isced:0', 'isced:1', 'isced:2', 'isced:3', 'isced:4', 'isced:5', 'isced:6', 'isced:7', 'isced:8'];

    /** @var string[] Codes: levels of language. */
    public const LANGUAGE = ['cefr:a1', 'cefr:a2', 'cefr:b1', 'cefr:b2', 'cefr:c1', 'cefr:c2'];

    #[\Override]
    public static function codes(): array {
        return [...self::EDUCATION, ...self::LANGUAGE];
    }

    #[\Override]
    protected static function short_forms(string $code): array {
        [$scale, $short] = explode(':', $code);
        return $scale === 'cefr' ? ["{$scale} {$short}", $short] : ["{$scale} {$short}"];
    }

    /**
     * Every level, for a form.
     *
     * @return array[] group → code → label
     */
    public static function options(): array {
        $labels = fn(array $codes): array => array_combine($codes, array_map(self::label(...), $codes));
        return [
            get_string('level_education', 'local_courseglue') => $labels(self::EDUCATION),
            get_string('level_language', 'local_courseglue') => $labels(self::LANGUAGE),
        ];
    }
}
