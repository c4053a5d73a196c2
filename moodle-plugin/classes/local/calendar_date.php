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

use core_date;
use DateTimeImmutable;
use DateTimeZone;

/**
 * A day in a calendar, as records carry it: the seconds of its noon in UTC.
 *
 * Moodle keeps the moment at which a day begins where the course is taught. Elsewhere that moment is often another day, so it is
 * made the owner's date before it leaves, and is read as that date everywhere.
 *
 * @package    local_courseglue
 * @copyright  2026 The CourseGlue authors
 * @license    https://www.gnu.org/copyleft/gpl.html GNU GPL v3 or later
 */
final class calendar_date {
    /** @var int At noon in UTC it is the same day almost everywhere, also for those who read it with a clock of their own. */
    private const NOON = 12;

    /**
     * The date of a moment in this site's time zone, for a record.
     *
     * @param int $moment Unix s
     * @return int Unix s
     */
    public static function of_owner(int $moment): int {
        global $CFG;
        $forced = $CFG->forcetimezone ?? 99;
        $zone = $forced == 99 ? core_date::get_server_timezone() : core_date::normalise_timezone($forced);
        $date = (new DateTimeImmutable("@{$moment}"))->setTimezone(new DateTimeZone($zone))->format('Y-m-d');
        return (new DateTimeImmutable($date, new DateTimeZone('UTC')))->setTime(self::NOON, 0)->getTimestamp();
    }

    /**
     * The date that a record carries, in the reader's language.
     *
     * @param int $seconds Unix s
     * @return string
     */
    public static function shown(int $seconds): string {
        return userdate($seconds, get_string('strftimedate', 'langconfig'), 'UTC');
    }
}
