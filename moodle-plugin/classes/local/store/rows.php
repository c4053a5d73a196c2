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
 * The rows of a table, a page at a time: however many there are, they take little memory.
 *
 * @package    local_courseglue
 * @copyright  2026 The CourseGlue authors
 * @license    https://www.gnu.org/copyleft/gpl.html GNU GPL v3 or later
 */
final class rows {
    /** @var int rows of a page */
    private const PAGE = 2000;

    /**
     * Reads rows in the order of their ids.
     *
     * @param string $table without prefix
     * @param int $since Unix s: only rows that were written at that time or later; 0 for all
     * @return \Generator<\stdClass>
     */
    public static function of(string $table, int $since = 0): \Generator {
        global $DB;

        $last = 0;
        do {
            $page = $DB->get_records_select(
                $table,
                'id > :last' . ($since > 0 ? ' AND timemodified >= :since' : ''),
                ['last' => $last, 'since' => $since],
                'id',
                '*',
                0,
                self::PAGE
            );
            yield from array_values($page);
            $last = array_key_last($page);
        } while (count($page) === self::PAGE);
    }
}
