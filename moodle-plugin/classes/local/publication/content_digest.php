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
 * A digest of the content of a record, so that nothing is sent for a course that has not changed.
 *
 * @package    local_courseglue
 * @copyright  2026 The CourseGlue authors
 * @license    https://www.gnu.org/copyleft/gpl.html GNU GPL v3 or later
 */
final class content_digest {
    /**
     * SHA-1 of the content, whatever the order of its fields.
     *
     * @param array $content
     * @return string 40 lower-case hexadecimal digits
     */
    public static function of(array $content): string {
        $flags = JSON_UNESCAPED_UNICODE | JSON_UNESCAPED_SLASHES | JSON_THROW_ON_ERROR;
        return sha1(json_encode(self::sorted($content), $flags));
    }

    /**
     * The content with the fields of every map in the order of their names.
     *
     * @param array $content
     * @return array
     */
    private static function sorted(array $content): array {
        if (!array_is_list($content)) {
            ksort($content, SORT_STRING);
        }
        return array_map(fn(mixed $value): mixed => is_array($value) ? self::sorted($value) : $value, $content);
    }
}
