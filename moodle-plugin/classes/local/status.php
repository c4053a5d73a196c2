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

use core\check\result;
use local_courseglue\check\courseglue_check;
use local_courseglue\local\identity\identity;
use local_courseglue\local\membership\membership;
use local_courseglue\local\publication\plain_text;
use local_courseglue\local\publication\waiting_courses;
use local_courseglue\local\store\publication_store;
use local_courseglue\local\store\record_store;
use local_courseglue\local\store\site_store;

/**
 * This site's place in the network, in a few numbers, and what its checks say.
 *
 * @package    local_courseglue
 * @copyright  2026 The CourseGlue authors
 * @license    https://www.gnu.org/copyleft/gpl.html GNU GPL v3 or later
 */
final class status {
    /** @var string[] Outcomes of checks that nobody has to do something about. */
    private const WELL = [result::OK, result::INFO, result::NA];

    /**
     * The status.
     *
     * @return array ['joined' => bool, 'address', 'nodeid', 'sites', 'records', 'published', 'pending', 'problems' => string[],
     *         'checks' => array[], as {@see checks} gives them]
     */
    public static function of_this_site(): array {
        $identity = identity::load();
        $publications = publication_store::count_by_state();
        $checks = self::checks();
        return [
            'joined' => membership::is_joined(),
            'address' => $identity?->address,
            'nodeid' => $identity?->nodeid,
            'sites' => site_store::count(),
            'records' => record_store::count(),
            'published' => (int) ($publications['published'] ?? 0),
            'pending' => waiting_courses::count(),
            'problems' => self::problems($checks),
            'checks' => $checks,
        ];
    }

    /**
     * The result of each check, as plain text.
     *
     * @return array[] ['id', 'name', 'status', 'summary', 'details']
     */
    private static function checks(): array {
        global $CFG;
        require_once($CFG->dirroot . '/local/courseglue/lib.php');
        return array_map(function (courseglue_check $check): array {
            $result = $check->get_result();
            return [
                'id' => $check->get_id(),
                'name' => $check->get_name(),
                'status' => $result->get_status(),
                'summary' => plain_text::from_html($result->get_summary()),
                'details' => $check->plain_details($result),
            ];
        }, local_courseglue_status_checks());
    }

    /**
     * The checks with a result that somebody has to act on.
     *
     * @param array[] $checks
     * @return string[] sentences
     */
    private static function problems(array $checks): array {
        $failing = array_filter($checks, fn(array $check): bool => !in_array($check['status'], self::WELL, true));
        return array_values(array_map(
            fn(array $check): string => $check['details'] === '' ? $check['summary'] : $check['details'],
            $failing,
        ));
    }
}
