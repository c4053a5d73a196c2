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
 * The order in which courses are sent: which are next, which are in work, which are done.
 *
 * @package    local_courseglue
 * @copyright  2026 The CourseGlue authors
 * @license    https://www.gnu.org/copyleft/gpl.html GNU GPL v3 or later
 */
final class publication_queue {
    /**
     * Seconds that a course waits until it is sent again, by the number of failed tries in a row; the last value is for all further
     * tries. A home may be gone for good, and each try sends the course to hundreds of other homes as well.
     *
     * @var int[]
     */
    private const PAUSES = [0, 0, 0, 5 * MINSECS, 30 * MINSECS, 2 * HOURSECS, 12 * HOURSECS];

    /**
     * The courses that were marked, or that an earlier run did not finish.
     *
     * @param int $limit
     * @return int[] course ids: first the courses that other sites have, and of each kind the one that has waited longest
     */
    public static function marked(int $limit): array {
        return self::longest_waiting('dirty <> :clean', [], $limit);
    }

    /**
     * The unmarked courses that some home did not answer for, and whose pause is over.
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
            // A time that is still to come was noted while the clock was wrong.
            $due[] = "tries {$is} :tries{$tries} AND (timechecked <= :before{$tries} OR timechecked > :now{$tries})";
            $params += ["tries{$tries}" => $tries, "before{$tries}" => time() - ($settling ? 0 : $pause), "now{$tries}" => time()];
        }
        $where = 'dirty = :clean AND (state = :pending OR state = :withdrawing) AND (' . implode(' OR ', $due) . ')';
        return self::longest_waiting($where, $params, $limit);
    }

    /**
     * The courses that other sites have, or may have.
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
     * Takes courses into work: marks that are set from now on stay.
     *
     * @param int[] $courseids
     */
    public static function take(array $courseids): void {
        global $DB;
        if (!$courseids) {
            return;
        }
        [$in, $params] = $DB->get_in_or_equal($courseids, SQL_PARAMS_NAMED);
        $DB->execute(
            'UPDATE {' . publication_store::TABLE . "}
                SET dirty = :inwork, timechecked = :now,
                    timewaiting = CASE WHEN timewaiting <= :known THEN timewaiting ELSE :since END
              WHERE courseid {$in}",
            $params + ['inwork' => publication_store::IN_WORK, 'now' => time(), 'known' => time(), 'since' => time()],
        );
    }

    /**
     * Courses whose work is not over, and that were marked since it began.
     *
     * @param int[] $courseids courses in work
     * @return int[] their ids
     */
    public static function marked_meanwhile(array $courseids): array {
        global $DB;
        if (!$courseids) {
            return [];
        }
        [$in, $params] = $DB->get_in_or_equal($courseids, SQL_PARAMS_NAMED);
        $where = "dirty <> :inwork AND courseid {$in}";
        $params['inwork'] = publication_store::IN_WORK;
        return array_map('intval', $DB->get_fieldset_select(publication_store::TABLE, 'courseid', $where, $params));
    }

    /**
     * Notes when courses were last compared with what is published.
     *
     * @param int[] $courseids
     */
    public static function note_checked(array $courseids): void {
        global $DB;
        if ($courseids) {
            [$in, $params] = $DB->get_in_or_equal($courseids, SQL_PARAMS_NAMED);
            $DB->set_field_select(publication_store::TABLE, 'timechecked', time(), "courseid {$in}", $params);
        }
    }

    /**
     * Ends the work on a course, unless it was marked again meanwhile. The course still waits if some home has not answered or if
     * it has a problem.
     *
     * @param int $courseid
     */
    public static function finish(int $courseid): void {
        global $DB;
        $DB->execute(
            'UPDATE {' . publication_store::TABLE . '}
                SET dirty = :clean,
                    timewaiting = CASE WHEN problem IS NULL AND state IN (:none, :published) THEN NULL ELSE timewaiting END
              WHERE courseid = :courseid AND dirty = :inwork',
            [
                'clean' => publication_store::CLEAN,
                'none' => publication_store::NONE,
                'published' => publication_store::PUBLISHED,
                'courseid' => $courseid,
                'inwork' => publication_store::IN_WORK,
            ],
        );
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
        // A course that other sites have may have to be withdrawn, which is more urgent than anything new.
        $params['nothing'] = publication_store::NONE;
        $order = 'isnew, timechecked, courseid';
        $fields = 'courseid, CASE WHEN state = :nothing THEN 1 ELSE 0 END AS isnew';
        $sql = "SELECT {$fields}, timechecked FROM {" . publication_store::TABLE . "} WHERE {$where} ORDER BY {$order}";
        return array_map('intval', array_keys($DB->get_records_sql($sql, $params, 0, $limit)));
    }
}
