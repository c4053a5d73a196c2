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

use local_courseglue\local\publication\policy;

/**
 * The courses for which something still has to be done, and what keeps them: for checks and status pages.
 *
 * @package    local_courseglue
 * @copyright  2026 The CourseGlue authors
 * @license    https://www.gnu.org/copyleft/gpl.html GNU GPL v3 or later
 */
final class publication_backlog {
    /**
     * Counts the courses that have waited for long: those that were sent to some homes only, those that have a problem, and those
     * that were marked and may be published.
     *
     * @param int $since Unix s
     * @return int
     */
    public static function count_waiting(int $since): int {
        global $DB;
        [$where, $params] = self::is_waiting($since);
        return $DB->count_records_select(publication_store::TABLE, $where, $params);
    }

    /**
     * Counts the courses that other sites have in an older state, and those that have a problem.
     *
     * @return int
     */
    public static function count_under_way(): int {
        global $DB;
        return $DB->count_records_select(
            publication_store::TABLE,
            'timewaiting IS NOT NULL AND (state <> :none OR problem IS NOT NULL)',
            ['none' => publication_store::NONE],
        );
    }

    /**
     * The problems of the courses that have waited for long, the most frequent first.
     *
     * @param int $since Unix s
     * @param int $limit
     * @return string[] sentences
     */
    public static function problems(int $since, int $limit): array {
        global $DB;
        [$where, $params] = self::is_waiting($since);
        $table = publication_store::TABLE;
        $sql = "SELECT problem, COUNT(*) AS courses
                  FROM {{$table}}
                 WHERE {$where} AND problem IS NOT NULL
              GROUP BY problem
              ORDER BY courses DESC, problem";
        return array_map('strval', array_keys($DB->get_records_sql_menu($sql, $params, 0, $limit)));
    }

    /**
     * The condition of {@see count_waiting}.
     *
     * @param int $since
     * @return array SQL, and its parameters
     */
    private static function is_waiting(int $since): array {
        [$consent, $params] = policy::current()->consent_sql('choice');
        $params += ['none' => publication_store::NONE, 'clean' => publication_store::CLEAN, 'since' => $since];
        return ["timewaiting <= :since AND (state <> :none OR problem IS NOT NULL OR dirty <> :clean AND {$consent})", $params];
    }
}
