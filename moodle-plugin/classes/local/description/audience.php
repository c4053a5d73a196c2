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
final class audience extends vocabulary {
    /** @var string The prefix of the labels' names among the language strings. */
    protected const STRINGS = 'audience_';

    /** @var string[] Codes. */
    public const CODES = ['student', 'teacher', 'parent', 'professional', 'administrator', 'mentor', 'generalpublic'];

    #[\Override]
    public static function codes(): array {
        return self::CODES;
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
