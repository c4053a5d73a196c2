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
 * The text on either side of a place, in whole characters of any script.
 *
 * @package    local_courseglue
 * @copyright  2026 The CourseGlue authors
 * @license    https://www.gnu.org/copyleft/gpl.html GNU GPL v3 or later
 */
final class nearby {
    /** @var int Bytes that say what a thing is, at most. */
    private const BYTES = 300;

    /**
     * The text before a place.
     *
     * @param string $text
     * @param int $offset bytes, where a character begins
     * @return string
     */
    public static function before(string $text, int $offset): string {
        $start = max(0, $offset - self::BYTES);
        return preg_replace('~^[\x80-\xBF]+~', '', substr($text, $start, $offset - $start));
    }

    /**
     * The text behind a place.
     *
     * @param string $text
     * @param int $offset bytes, where a character begins
     * @return string
     */
    public static function after(string $text, int $offset): string {
        return mb_strcut($text, $offset, self::BYTES, 'UTF-8');
    }
}
