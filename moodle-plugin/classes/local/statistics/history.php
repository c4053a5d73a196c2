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

namespace local_courseglue\local\statistics;

/**
 * The totals of earlier days, one a day, as this site kept them.
 *
 * @package    local_courseglue
 * @copyright  2026 The CourseGlue authors
 * @license    https://www.gnu.org/copyleft/gpl.html GNU GPL v3 or later
 */
final class history {
    /** @var int Days that are shown at most. */
    private const DAYS = 366;

    /**
     * The totals by day, the oldest first.
     *
     * @return array<int, totals> whole UTC day since 1970 => totals
     */
    public static function totals(): array {
        global $DB;
        $days = [];
        foreach ($DB->get_records('local_courseglue_history', null, 'day DESC', 'day, totals', 0, self::DAYS) as $row) {
            $totals = json_decode($row->totals, true);
            if (is_array($totals)) {
                $days[(int) $row->day] = new totals($totals);
            }
        }
        ksort($days);
        return $days;
    }
}
