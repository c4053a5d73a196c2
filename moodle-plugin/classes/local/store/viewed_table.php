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

namespace local_courseglue\local\store;

/**
 * A table whose rows the view shows. A {@see batch} writes it.
 *
 * @package    local_courseglue
 * @copyright  2026 The CourseGlue authors
 * @license    https://www.gnu.org/copyleft/gpl.html GNU GPL v3 or later
 */
abstract class viewed_table {
    /** @var string the table, without prefix */
    protected const TABLE = '';

    /**
     * The rows of the table, as the changes that make them.
     *
     * @param int $since Unix s: only what was written at that time or later; 0 for all
     * @return \Generator<array>
     */
    public static function changes(int $since = 0): \Generator {
        foreach (rows::of(static::TABLE, $since) as $row) {
            yield from static::changes_of($row);
        }
    }

    /**
     * The changes that make a row.
     *
     * @param \stdClass $row
     * @return array[]
     */
    abstract protected static function changes_of(\stdClass $row): array;

    /**
     * Deletes every row.
     */
    public static function delete_all(): void {
        global $DB;

        $DB->delete_records(static::TABLE);
    }
}
