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

use local_courseglue\local\publication\course_events;
use local_courseglue\local\publication\policy;
use stdClass;

/**
 * This site's own publications: one row a course that was chosen, published or marked.
 *
 * A row's state is none (nothing of it is out there), pending (sent, or about to be, and not yet stored everywhere),
 * published, or withdrawing. Its mark is clean, marked by an event, or in work; a mark set while the course is in work
 * stays. Updates write single fields: a teacher's choice is never overwritten by a task that read the row before.
 *
 * @package    local_courseglue
 * @copyright  2026 The CourseGlue authors
 * @license    https://www.gnu.org/copyleft/gpl.html GNU GPL v3 or later
 */
final class publication_store {
    /** @var string The table. */
    public const TABLE = 'local_courseglue_publications';

    /** @var string Nothing is published. */
    public const NONE = 'none';
    /** @var string Sent or about to be, not yet stored everywhere. */
    public const PENDING = 'pending';
    /** @var string Stored at the homes. */
    public const PUBLISHED = 'published';
    /** @var string Its withdrawal is not yet stored everywhere. */
    public const WITHDRAWING = 'withdrawing';

    /** @var int More tries in a row are not counted. */
    private const MAX_TRIES = 100;

    /** @var int Courses that one statement names. */
    private const CHUNK = 500;

    /** @var int Nothing to do. */
    public const CLEAN = 0;
    /** @var int Something changed. */
    private const MARKED = 1;
    /** @var int A task is at it. */
    private const IN_WORK = 2;

    /**
     * The row of a course.
     *
     * @param int $courseid
     * @return stdClass|null
     */
    public function get(int $courseid): ?stdClass {
        global $DB;
        return $DB->get_record(self::TABLE, ['courseid' => $courseid]) ?: null;
    }

    /**
     * The rows of some courses.
     *
     * @param int[] $courseids
     * @return stdClass[] by course id
     */
    public function get_many(array $courseids): array {
        global $DB;
        $rows = [];
        foreach ($DB->get_records_list(self::TABLE, 'courseid', $courseids) as $row) {
            $rows[(int) $row->courseid] = $row;
        }
        return $rows;
    }

    /**
     * A course's own choice.
     *
     * @param int $courseid
     * @return int a constant of {@see policy}
     */
    public function choice(int $courseid): int {
        return (int) ($this->get($courseid)->choice ?? policy::UNDECIDED);
    }

    /**
     * Keeps a course's own choice and marks the course. Every change of a choice comes through here.
     *
     * @param int $courseid
     * @param int $choice a constant of {@see policy}
     * @param bool $previewed whether who chose had in front of them what other sites would see
     */
    public function choose(int $courseid, int $choice, bool $previewed = false): void {
        global $DB;
        $before = $this->choice($courseid);
        $this->mark($courseid);
        $DB->set_field(self::TABLE, 'choice', $choice, ['courseid' => $courseid]);
        if ($previewed || $choice !== policy::PUBLISH) {
            $time = $choice === policy::PUBLISH ? time() : 0;
            $DB->set_field(self::TABLE, 'timepreviewed', $time, ['courseid' => $courseid]);
        }
        course_events::chosen($courseid, $before, $choice);
    }

    /**
     * Whether a teacher or manager shared this very course after the preview.
     *
     * @param stdClass|null $row
     * @return bool
     */
    public static function is_shared(?stdClass $row): bool {
        return $row !== null && (int) $row->choice === policy::PUBLISH && (int) $row->timepreviewed > 0;
    }

    /**
     * Notes that the teachers of courses were told that these will be shared: from now on they wait.
     *
     * @param int[] $courseids
     */
    public function told(array $courseids): void {
        global $DB;
        if ($courseids) {
            [$in, $params] = $DB->get_in_or_equal($courseids, SQL_PARAMS_NAMED);
            $DB->set_field_select(self::TABLE, 'timetold', time(), "timetold IS NULL AND courseid {$in}", $params);
        }
    }

    /**
     * Whether nobody decided about a course, its wait began, and nothing of it is out there.
     *
     * @param int $courseid
     * @return bool
     */
    public function waits(int $courseid): bool {
        global $DB;
        return $DB->record_exists_select(
            self::TABLE,
            'courseid = :courseid AND choice = :undecided AND state = :none AND timetold IS NOT NULL',
            ['courseid' => $courseid, 'undecided' => policy::UNDECIDED, 'none' => self::NONE],
        );
    }

    /**
     * Has a course's teachers told with the next run, from which it waits.
     *
     * @param int $courseid
     */
    public function tell_anew(int $courseid): void {
        global $DB;
        $DB->set_field(self::TABLE, 'timetold', null, ['courseid' => $courseid]);
        $this->mark($courseid);
    }

    /**
     * Marks the courses that have waited long enough, once each.
     *
     * @param int $grace seconds
     */
    public function mark_waited(int $grace): void {
        $this->mark_where(
            'choice = :undecided AND state = :none AND timetold <= :before AND timechecked < timetold + :grace',
            ['undecided' => policy::UNDECIDED, 'none' => self::NONE, 'before' => time() - $grace, 'grace' => $grace],
        );
    }

    /**
     * Marks a course, because something that its record says may have changed.
     *
     * @param int $courseid
     */
    public function mark(int $courseid): void {
        global $DB;
        $dirty = $DB->get_field(self::TABLE, 'dirty', ['courseid' => $courseid]);
        if ($dirty === false) {
            $this->insert($courseid);
        } else if ((int) $dirty !== self::MARKED) {
            $this->mark_known($courseid);
        }
    }

    /**
     * Marks some courses.
     *
     * @param int[] $courseids
     * @param stdClass[] $rows those that are there, by course id
     */
    public function mark_many(array $courseids, array $rows): void {
        global $DB;
        $new = [];
        $known = [];
        foreach ($courseids as $courseid) {
            isset($rows[$courseid]) ? $known[] = $courseid : $new[] = $courseid;
        }
        if ($known) {
            [$in, $params] = $DB->get_in_or_equal($known, SQL_PARAMS_NAMED);
            $this->mark_where("courseid {$in}", $params);
        }
        if ($new) {
            try {
                $DB->insert_records(self::TABLE, array_map(self::fresh(...), $new));
            } catch (\dml_write_exception $e) {
                // Somebody made one of them meanwhile.
                array_map($this->mark(...), $new);
            }
        }
    }

    /**
     * Marks a course if it has a row.
     *
     * @param int $courseid
     */
    public function mark_known(int $courseid): void {
        $this->mark_where('courseid = :courseid', ['courseid' => $courseid]);
    }

    /**
     * Marks every course that has a row.
     */
    public function mark_all(): void {
        $this->mark_where('1 = 1');
    }

    /**
     * Marks the courses that are out there and hidden: nobody is told of what SQL hides, as Moodle does with a category's courses.
     */
    public function mark_hidden(): void {
        global $DB;
        $hidden = $DB->get_fieldset_sql(
            'SELECT p.courseid
               FROM {' . self::TABLE . '} p
               JOIN {course} c ON c.id = p.courseid
              WHERE c.visible = 0 AND p.dirty = :clean AND p.state IN (:pending, :published)',
            ['clean' => self::CLEAN, 'pending' => self::PENDING, 'published' => self::PUBLISHED],
        );
        foreach (array_chunk($hidden, self::CHUNK) as $some) {
            $this->mark_lost($some);
        }
    }

    /**
     * Marks courses that do not qualify any more, before all others.
     *
     * @param int[] $courseids
     */
    public function mark_lost(array $courseids): void {
        global $DB;
        if ($courseids) {
            [$in, $params] = $DB->get_in_or_equal($courseids, SQL_PARAMS_NAMED);
            $this->mark_where("courseid {$in}", $params, true);
        }
    }

    /**
     * Marks every course with a row in a category or below it.
     *
     * @param int $categoryid
     */
    public function mark_category(int $categoryid): void {
        global $DB;
        $below = $DB->sql_like('cc.path', ':below');
        $this->mark_where(
            "courseid IN (SELECT c.id
                            FROM {course} c
                            JOIN {course_categories} cc ON cc.id = c.category
                           WHERE cc.id = :id OR {$below})",
            ['id' => $categoryid, 'below' => "%/{$categoryid}/%"],
            true,
        );
    }

    /**
     * Marks the publications whose course is gone without an event, and drops rows that nothing is published for, except those that
     * say "never": the course may come back from a backup that was made before.
     */
    public function mark_orphans(): void {
        global $DB;
        $gone = "NOT EXISTS (SELECT 1 FROM {course} c WHERE c.id = courseid)";
        $DB->delete_records_select(
            self::TABLE,
            "state = :none AND choice <> :never AND {$gone}",
            ['none' => self::NONE, 'never' => policy::NEVER],
        );
        $this->mark_where("state <> :none AND {$gone}", ['none' => self::NONE]);
    }

    /**
     * How many courses are in which state.
     *
     * @return int[] state → number
     */
    public function count_by_state(): array {
        global $DB;
        $counts = $DB->get_records_sql_menu('SELECT state, COUNT(*) FROM {' . self::TABLE . '} GROUP BY state');
        return array_map('intval', $counts);
    }

    /**
     * Takes courses into work: marks that are set from now on stay.
     *
     * @param int[] $courseids
     */
    public function take(array $courseids): void {
        global $DB;
        if (!$courseids) {
            return;
        }
        [$in, $params] = $DB->get_in_or_equal($courseids, SQL_PARAMS_NAMED);
        $DB->execute(
            'UPDATE {' . self::TABLE . "}
                SET dirty = :inwork, timechecked = :now, timewaiting = COALESCE(timewaiting, :since)
              WHERE courseid {$in}",
            $params + ['inwork' => self::IN_WORK, 'now' => time(), 'since' => time()],
        );
    }

    /**
     * Notes when courses were last compared with what is published.
     *
     * @param int[] $courseids
     */
    public function checked(array $courseids): void {
        global $DB;
        if ($courseids) {
            [$in, $params] = $DB->get_in_or_equal($courseids, SQL_PARAMS_NAMED);
            $DB->set_field_select(self::TABLE, 'timechecked', time(), "courseid {$in}", $params);
        }
    }

    /**
     * Nothing more to do for a course, unless it was marked again meanwhile. It waits on where something is still under way, or
     * where something is wrong with it.
     *
     * @param int $courseid
     */
    public function finish(int $courseid): void {
        global $DB;
        $DB->execute(
            'UPDATE {' . self::TABLE . '}
                SET dirty = :clean,
                    timewaiting = CASE WHEN problem IS NULL AND state IN (:none, :published) THEN NULL ELSE timewaiting END
              WHERE courseid = :courseid AND dirty = :inwork',
            [
                'clean' => self::CLEAN,
                'none' => self::NONE,
                'published' => self::PUBLISHED,
                'courseid' => $courseid,
                'inwork' => self::IN_WORK,
            ],
        );
    }

    /**
     * A course is out there as it should be.
     *
     * @param stdClass $row
     * @param string|null $basis a digest of what Moodle says of it
     */
    public function unchanged(stdClass $row, ?string $basis): void {
        if ($row->problem !== null || $row->basis !== $basis) {
            $this->update($row, ['problem' => null, 'tries' => 0, 'basis' => $basis]);
        }
        $this->finish((int) $row->courseid);
    }

    /**
     * Keeps what is about to be sent, before it is: whatever breaks afterwards, its terms and its seq are known. What was not sent
     * before is tried as often as anything new.
     *
     * @param int $courseid
     * @param string $state pending or withdrawing
     * @param string $recordid
     * @param int $seq
     * @param string[] $terms every term that some home may hold the course under
     * @param string|null $digest of the content
     * @param string|null $basis a digest of what Moodle said of it before the content was read
     * @param int|null $size bytes of the record; null for a withdrawal
     */
    public function sending(
        int $courseid,
        string $state,
        string $recordid,
        int $seq,
        array $terms,
        ?string $digest,
        ?string $basis = null,
        ?int $size = null,
    ): void {
        $row = $this->get($courseid);
        if ($row === null) {
            return;
        }
        $isnews = [$row->state, $row->digest] !== [$state, $digest];
        $this->update($row, ($isnews ? ['tries' => 0] : []) + ($size === null ? [] : ['size' => $size]) + [
            'state' => $state,
            'recordid' => $recordid,
            'seq' => $seq,
            'terms' => json_encode(array_values($terms)),
            'digest' => $digest,
            'basis' => $basis,
        ]);
        if ($row->state === self::NONE && $state === self::PENDING) {
            course_events::sent($courseid);
        }
    }

    /**
     * The course is stored at its homes.
     *
     * @param int $courseid
     * @param string[] $terms the terms it is stored under
     * @param int $homes at how many sites
     */
    public function published(int $courseid, array $terms, int $homes): void {
        if ($row = $this->get($courseid)) {
            $this->update($row, [
                'state' => self::PUBLISHED,
                'terms' => json_encode(array_values($terms)),
                'problem' => null,
                'tries' => 0,
                'timepublished' => time(),
                'timeshared' => $row->timeshared ?? time(),
                'homes' => $homes,
            ]);
        }
        $this->finish($courseid);
    }

    /**
     * Not every home has answered; a later run tries again.
     *
     * @param int $courseid
     * @param string|null $problem a sentence
     * @param bool $counts whether the next attempt waits for longer
     * @param int $homes at how many sites its record has arrived all the same; 0 of a withdrawal
     */
    public function postponed(int $courseid, ?string $problem, bool $counts, int $homes = 0): void {
        if ($row = $this->get($courseid)) {
            $tries = min($row->tries + (int) $counts, self::MAX_TRIES);
            $arrived = $homes ? ['timeshared' => $row->timeshared ?? time(), 'homes' => max($homes, (int) $row->homes)] : [];
            $this->update($row, ['problem' => $problem, 'tries' => $tries] + $arrived);
        }
        $this->finish($courseid);
    }

    /**
     * Nothing of the course is out there any more. Its seq stays: what is published later has to be newer.
     *
     * @param int $courseid
     */
    public function withdrawn(int $courseid): void {
        $row = $this->get($courseid);
        $nothing = array_fill_keys(
            ['digest', 'recordid', 'terms', 'problem', 'timepublished', 'timeshared', 'homes', 'size'],
            null,
        );
        if ($row !== null) {
            $this->update($row, ['state' => self::NONE, 'tries' => 0] + $nothing);
            $this->tell_of_withdrawal($row);
        }
        $this->finish($courseid);
    }

    /**
     * Somebody holds something newer: whatever is sent next gets a higher seq.
     *
     * @param int $courseid
     * @param int $seq
     */
    public function raise_seq(int $courseid, int $seq): void {
        $this->write($courseid, ['seq' => $seq]);
    }

    /**
     * Forgets a course that is gone, but not that it was never to be shared.
     *
     * @param int $courseid
     */
    public function forget(int $courseid): void {
        global $DB;
        $row = $this->get($courseid);
        if ($row !== null && (int) $row->choice === policy::NEVER) {
            $this->withdrawn($courseid);
            return;
        }
        $DB->delete_records(self::TABLE, ['courseid' => $courseid]);
        if ($row !== null) {
            $this->tell_of_withdrawal($row);
        }
    }

    /**
     * Has everything sent again that is out there, or was: others may have forgotten it. It does so above what was sent last.
     */
    public function send_all_again(): void {
        global $DB;
        $DB->execute(
            'UPDATE {' . self::TABLE . '}
                SET dirty = :marked, digest = NULL, timewaiting = COALESCE(timewaiting, :now)
              WHERE state <> :none',
            ['marked' => self::MARKED, 'none' => self::NONE, 'now' => time()],
        );
    }

    /**
     * Forgets what was published under an identity that is no longer this site's; the choices stay.
     */
    public function forget_all(): void {
        global $DB;
        $DB->execute(
            'UPDATE {' . self::TABLE . '}
                SET dirty = :marked, state = :none, digest = NULL, recordid = NULL, seq = NULL, terms = NULL,
                    problem = NULL, tries = 0, timepublished = NULL, timeshared = NULL, homes = NULL, size = NULL,
                    timewaiting = :now',
            ['marked' => self::MARKED, 'none' => self::NONE, 'now' => time()],
        );
    }

    /**
     * The terms that some home may hold a course under.
     *
     * @param stdClass|null $row
     * @return string[]
     */
    public static function terms(?stdClass $row): array {
        $terms = json_decode((string) ($row->terms ?? ''), true);
        return is_array($terms) ? $terms : [];
    }

    /**
     * Tells the log that nothing of a course is out there any more, if something was.
     *
     * @param stdClass $row as it was before
     */
    private function tell_of_withdrawal(stdClass $row): void {
        if ($row->state !== self::NONE) {
            course_events::withdrawn((int) $row->courseid);
        }
    }

    /**
     * Writes some fields of a course's row.
     *
     * @param int $courseid
     * @param array $fields
     */
    private function write(int $courseid, array $fields): void {
        if ($row = $this->get($courseid)) {
            $this->update($row, $fields);
        }
    }

    /**
     * Writes some fields of a row that was read.
     *
     * @param stdClass $row
     * @param array $fields
     */
    private function update(stdClass $row, array $fields): void {
        global $DB;
        $DB->update_record(self::TABLE, ['id' => $row->id] + $fields);
    }

    /**
     * Makes a marked row; another request may be doing the same.
     *
     * @param int $courseid
     */
    private function insert(int $courseid): void {
        global $DB;
        try {
            $DB->insert_record(self::TABLE, self::fresh($courseid));
        } catch (\dml_write_exception $e) {
            if (!$DB->record_exists(self::TABLE, ['courseid' => $courseid])) {
                throw $e;
            }
            $this->mark_known($courseid);
        }
    }

    /**
     * A marked row of a course that had none.
     *
     * @param int $courseid
     * @return array
     */
    private static function fresh(int $courseid): array {
        return [
            'courseid' => $courseid,
            'choice' => policy::UNDECIDED,
            'dirty' => self::MARKED,
            'state' => self::NONE,
            'timechecked' => 0,
            'timewaiting' => time(),
        ];
    }

    /**
     * Marks courses, which wait from now on unless they did already.
     *
     * @param string $where
     * @param array $params
     * @param bool $first whether their turn comes before that of others, because they may have to be withdrawn
     */
    private function mark_where(string $where, array $params = [], bool $first = false): void {
        global $DB;
        $turn = $first ? ', timechecked = 0' : '';
        $DB->execute(
            'UPDATE {' . self::TABLE . "}
                SET dirty = :marked, timewaiting = COALESCE(timewaiting, :now) {$turn}
              WHERE {$where}",
            $params + ['marked' => self::MARKED, 'now' => time()],
        );
    }
}
