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

namespace local_courseglue\local\identity;

/**
 * The id of this Moodle's data directory: a file in it, which a copy of the database alone does not have.
 *
 * @package    local_courseglue
 * @copyright  2026 The CourseGlue authors
 * @license    https://www.gnu.org/copyleft/gpl.html GNU GPL v3 or later
 */
final class instance_id {
    /**
     * Makes a new id.
     *
     * @return string 32 hex digits
     */
    public static function create(): string {
        global $CFG;

        $id = bin2hex(random_bytes(16));
        check_dir_exists(dirname(self::file()));
        $written = file_put_contents(self::file(), json_encode(['instance' => $id]));
        if ($written === false) {
            throw new \moodle_exception('cannotcreatefile', 'error', '', self::file());
        }
        @chmod(self::file(), (int) $CFG->filepermissions);
        return $id;
    }

    /**
     * The id.
     *
     * @return string|null null when the data directory has none
     */
    public static function read(): ?string {
        if (!is_readable(self::file())) {
            return null;
        }
        $read = json_decode((string) file_get_contents(self::file()), true);
        return is_string($read['instance'] ?? null) ? $read['instance'] : null;
    }

    /**
     * Deletes the id.
     */
    public static function delete(): void {
        if (file_exists(self::file())) {
            unlink(self::file());
        }
    }

    /**
     * The file that holds the id.
     *
     * @return string
     */
    private static function file(): string {
        global $CFG;

        return $CFG->dataroot . '/local_courseglue/instance.json';
    }
}
