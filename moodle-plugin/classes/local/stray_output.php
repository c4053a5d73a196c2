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

namespace local_courseglue\local;

/**
 * Finds the file around whose PHP code something stands that is printed before each page.
 *
 * @package    local_courseglue
 * @copyright  2026 The CourseGlue authors
 * @license    https://www.gnu.org/copyleft/gpl.html GNU GPL v3 or later
 */
final class stray_output {
    /** @var string what some editors put before a text */
    private const BYTE_ORDER_MARK = "\u{FEFF}";

    /** @var string the file begins with a byte order mark */
    public const MARK = 'mark';
    /** @var string something stands before the first tag */
    public const BEFORE = 'before';
    /** @var string something stands after the last tag */
    public const AFTER = 'after';

    /**
     * What stands around the code of this site's configuration.
     *
     * @return array [the file's path, what it is] of the first file that prints something; empty where none does
     */
    public static function find(): array {
        global $CFG;
        // Since Moodle 5.1 the file in the folder that is served only includes the one above it.
        foreach (array_unique([$CFG->root ?? $CFG->dirroot, $CFG->dirroot]) as $folder) {
            $file = $folder . '/config.php';
            $found = is_readable($file) ? self::around((string) file_get_contents($file)) : null;
            if ($found !== null) {
                return [$file, $found];
            }
        }
        return [];
    }

    /**
     * What stands around the code of a file of PHP.
     *
     * @param string $text the whole file
     * @return string|null one of the constants; null where nothing is printed
     */
    public static function around(string $text): ?string {
        if (str_starts_with($text, self::BYTE_ORDER_MARK)) {
            return self::MARK;
        }
        $tokens = array_values(array_filter(token_get_all($text), 'is_array'));
        $printed = array_filter($tokens, fn(array $token): bool => $token[0] === T_INLINE_HTML);
        if (!$printed) {
            return null;
        }
        return array_key_first($printed) === 0 ? self::BEFORE : self::AFTER;
    }
}
