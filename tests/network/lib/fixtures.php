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

namespace local_courseglue\network;

/**
 * The courses that the sites were made with.
 *
 * @package    local_courseglue
 * @copyright  2026 The CourseGlue authors
 * @license    https://www.gnu.org/copyleft/gpl.html GNU GPL v3 or later
 */
final class fixtures {
    /**
     * The courses with something in them that must not leave their site: "never" has the words by what they are.
     *
     * @return array[]
     */
    public static function with_secrets(): array {
        $lines = file(__DIR__ . '/../../fixtures/courses.jsonl', FILE_IGNORE_NEW_LINES | FILE_SKIP_EMPTY_LINES);
        $courses = array_map(fn(string $line): array => json_decode($line, true, 32, JSON_THROW_ON_ERROR), $lines);
        return array_values(array_filter($courses, fn(array $course): bool => isset($course['never'])));
    }
}
