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
 * The worldwide totals of every day, written. {@see \local_courseglue\local\statistics\history} reads them.
 *
 * @package    local_courseglue
 * @copyright  2026 The CourseGlue authors
 * @license    https://www.gnu.org/copyleft/gpl.html GNU GPL v3 or later
 */
final class history_store {
    /** @var string the table, without prefix */
    private const TABLE = 'local_courseglue_history';

    /**
     * Keeps the totals of a day, instead of earlier ones of the same day.
     *
     * @param int $day UTC, counted from 1970
     * @param array $totals
     */
    public static function keep(int $day, array $totals): void {
        global $DB;

        $row = $DB->get_record(self::TABLE, ['day' => $day]) ?: (object) ['day' => $day];
        $row->totals = json_encode($totals, JSON_THROW_ON_ERROR | JSON_UNESCAPED_UNICODE | JSON_UNESCAPED_SLASHES);
        isset($row->id) ? $DB->update_record(self::TABLE, $row) : $DB->insert_record(self::TABLE, $row);
    }
}
