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

use local_courseglue\local\store\publication_backlog;
use local_courseglue\local\store\publication_store;

/**
 * The courses that wait to be sent: those that some site was not told about yet, and those that the next run of cron finds.
 *
 * @package    local_courseglue
 * @copyright  2026 The CourseGlue authors
 * @license    https://www.gnu.org/copyleft/gpl.html GNU GPL v3 or later
 */
final class waiting_courses {
    /** @var int the most courses that are checked one by one; the others are counted by consent alone */
    private const MOST = 500;

    /**
     * Counts them.
     *
     * @return int
     */
    public static function count(): int {
        return publication_backlog::count_under_way() + self::count_new(policy::current());
    }

    /**
     * Counts the courses that qualify, that no other site has yet, and that no run has finished.
     *
     * @param policy $policy
     * @return int
     */
    private static function count_new(policy $policy): int {
        global $DB;

        [$consent, $params] = $policy->consent_sql('COALESCE(p.choice, ' . policy::UNDECIDED . ')');
        $from = '{course} c LEFT JOIN {' . publication_store::TABLE . "} p ON p.courseid = c.id
                WHERE c.id <> :site AND c.visible = 1 AND {$consent}
                  AND (p.id IS NULL OR p.state = :none AND p.dirty <> :clean AND p.problem IS NULL)";
        $params += ['site' => SITEID, 'none' => publication_store::NONE, 'clean' => publication_store::CLEAN];
        $qualifier = new qualifier($policy);
        $count = 0;
        $looked = 0;
        $sql = "SELECT c.*, COALESCE(p.choice, " . policy::UNDECIDED . ") AS choice, p.timetold FROM $from ORDER BY c.id";
        $courses = $DB->get_recordset_sql($sql, $params, 0, self::MOST);
        foreach ($courses as $course) {
            $looked++;
            $told = $course->timetold === null ? null : (int) $course->timetold;
            $count += (int) $qualifier->check($course, (int) $course->choice, $told)->qualifies();
        }
        $courses->close();
        return $looked < self::MOST ? $count : $count + $DB->count_records_sql("SELECT COUNT(1) FROM $from", $params) - $looked;
    }
}
