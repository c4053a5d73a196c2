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
 * The courses of which something has to be sent, read from this site's own publications. {@see publication_store} writes it.
 *
 * @package    local_courseglue
 * @copyright  2026 The CourseGlue authors
 * @license    https://www.gnu.org/copyleft/gpl.html GNU GPL v3 or later
 */
final class publication_queue {
    /**
     * Seconds that a course waits until it is sent again, by how often in a row some home did not answer; then always the last. A
     * home may be gone for good, and what is sent goes to hundreds of others as well.
     *
     * @var int[]
     */
    private const PAUSES = [0, 0, 0, 5 * MINSECS, 30 * MINSECS, 2 * HOURSECS, 12 * HOURSECS];

    /**
     * The courses that were marked, or that a task did not come to the end with.
     *
     * @param int $limit
     * @return int[] course ids, the longest waiting first
     */
    public static function marked(int $limit): array {
        return self::longest_waiting('dirty <> :clean', [], $limit);
    }

    /**
     * The courses that some home did not answer for, that nobody marked, and that have waited long enough.
     *
     * @param int $limit
     * @param bool $settling whether sites join at the moment, so that there may be other homes by now: then none waits
     * @return int[] course ids, the longest waiting first
     */
    public static function unanswered(int $limit, bool $settling): array {
        $params = ['pending' => publication_store::PENDING, 'withdrawing' => publication_store::WITHDRAWING];
        $due = [];
        foreach (self::PAUSES as $tries => $pause) {
            $is = $tries === array_key_last(self::PAUSES) ? '>=' : '=';
            $due[] = "tries {$is} :tries{$tries} AND timechecked <= :before{$tries}";
            $params += ["tries{$tries}" => $tries, "before{$tries}" => time() - ($settling ? 0 : $pause)];
        }
        $where = 'dirty = :clean AND (state = :pending OR state = :withdrawing) AND (' . implode(' OR ', $due) . ')';
        return self::longest_waiting($where, $params, $limit);
    }

    /**
     * The courses of which something is out there.
     *
     * @return int[] course ids
     */
    public static function outstanding(): array {
        global $DB;
        return array_map('intval', $DB->get_fieldset_select(
            publication_store::TABLE,
            'courseid',
            'state <> :none ORDER BY courseid',
            ['none' => publication_store::NONE],
        ));
    }

    /**
     * Courses by a condition on their mark and state.
     *
     * @param string $where in which :clean is the mark of a course with nothing to do
     * @param array $params
     * @param int $limit
     * @return int[] course ids
     */
    private static function longest_waiting(string $where, array $params, int $limit): array {
        global $DB;
        if ($limit <= 0) {
            return [];
        }
        $params['clean'] = publication_store::CLEAN;
        $order = 'timechecked, courseid';
        $rows = $DB->get_records_select(publication_store::TABLE, $where, $params, $order, 'courseid', 0, $limit);
        return array_map('intval', array_keys($rows));
    }
}
