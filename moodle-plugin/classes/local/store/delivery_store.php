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
 * Stores what was sent of each course: its record or withdrawal, under which terms, to how many homes, and what went wrong.
 *
 * A course is noted before it is sent; whatever breaks in between, the next run knows what other sites may hold.
 *
 * @package    local_courseglue
 * @copyright  2026 The CourseGlue authors
 * @license    https://www.gnu.org/copyleft/gpl.html GNU GPL v3 or later
 */
final class delivery_store {
    /** @var int More tries in a row are not counted. */
    private const MAX_TRIES = 100;

    /**
     * Notes that other sites have the course as it is now, so that nothing is sent.
     *
     * @param stdClass $row
     * @param string|null $coursedigest of {@see \local_courseglue\local\publication\course_digest}
     */
    public static function note_unchanged(stdClass $row, ?string $coursedigest): void {
        if ($row->problem !== null || $row->basis !== $coursedigest) {
            publication_store::update($row, ['problem' => null, 'tries' => 0, 'basis' => $coursedigest]);
        }
        publication_queue::finish((int) $row->courseid);
    }

    /**
     * Notes what is about to be sent: if the run breaks off, the next one knows its terms and its seq. Tries are counted from the
     * beginning for a text that was not sent before.
     *
     * @param int $courseid
     * @param string $state pending or withdrawing
     * @param string $recordid
     * @param int $seq
     * @param string[] $terms every term that some home may hold the course under
     * @param string|null $digest of the content ({@see \local_courseglue\local\publication\content_digest})
     * @param string|null $coursedigest from before the content was read
     * @param int|null $size bytes of the record; null for a withdrawal
     */
    public static function note_sending(
        int $courseid,
        string $state,
        string $recordid,
        int $seq,
        array $terms,
        ?string $digest,
        ?string $coursedigest = null,
        ?int $size = null,
    ): void {
        $row = publication_store::get($courseid);
        if ($row === null) {
            return;
        }
        $isnews = [$row->state, $row->digest] !== [$state, $digest];
        publication_store::update($row, ($isnews ? ['tries' => 0] : []) + ($size === null ? [] : ['size' => $size]) + [
            'state' => $state,
            'recordid' => $recordid,
            'seq' => $seq,
            'terms' => json_encode(array_values($terms)),
            'digest' => $digest,
            'basis' => $coursedigest,
        ]);
        if ($row->state === publication_store::NONE && $state === publication_store::PENDING) {
            course_events::sent($courseid);
        }
    }

    /**
     * Notes that the course is stored at all of its homes.
     *
     * @param int $courseid
     * @param string[] $terms the terms it is stored under
     * @param int $homes at how many sites
     */
    public static function note_published(int $courseid, array $terms, int $homes): void {
        if ($row = publication_store::get($courseid)) {
            publication_store::update($row, [
                'state' => publication_store::PUBLISHED,
                'terms' => json_encode(array_values($terms)),
                'problem' => null,
                'tries' => 0,
                'timepublished' => time(),
                'timeshared' => $row->timeshared ?? time(),
                'homes' => $homes,
            ]);
        }
        publication_queue::finish($courseid);
    }

    /**
     * Notes that not every home has answered; a later run tries again.
     *
     * @param int $courseid
     * @param string|null $problem a sentence
     * @param bool $counts whether the next attempt waits for longer
     * @param int $homes at how many sites its record has arrived all the same; 0 of a withdrawal
     */
    public static function note_postponed(int $courseid, ?string $problem, bool $counts, int $homes = 0): void {
        if ($row = publication_store::get($courseid)) {
            $tries = min($row->tries + (int) $counts, self::MAX_TRIES);
            $arrived = $homes ? ['timeshared' => $row->timeshared ?? time(), 'homes' => max($homes, (int) $row->homes)] : [];
            publication_store::update($row, ['problem' => $problem, 'tries' => $tries] + $arrived);
        }
        publication_queue::finish($courseid);
    }

    /**
     * Notes that no other site has the course any more. Its seq stays: what is published later has to be newer.
     *
     * @param int $courseid
     */
    public static function note_withdrawn(int $courseid): void {
        $row = publication_store::get($courseid);
        $nothing = array_fill_keys(
            ['digest', 'recordid', 'terms', 'problem', 'timepublished', 'timeshared', 'homes', 'size'],
            null,
        );
        if ($row !== null) {
            publication_store::update($row, ['state' => publication_store::NONE, 'tries' => 0] + $nothing);
            self::tell_of_withdrawal($row);
        }
        publication_queue::finish($courseid);
    }

    /**
     * Raises the seq, because a home holds something newer: what is sent next has to be newer still.
     *
     * @param int $courseid
     * @param int $seq
     */
    public static function raise_seq(int $courseid, int $seq): void {
        if ($row = publication_store::get($courseid)) {
            publication_store::update($row, ['seq' => $seq]);
        }
    }

    /**
     * Forgets a course that is gone, but not that it was never to be shared.
     *
     * @param int $courseid
     */
    public static function forget(int $courseid): void {
        global $DB;
        $row = publication_store::get($courseid);
        if ($row !== null && (int) $row->choice === policy::NEVER) {
            self::note_withdrawn($courseid);
            return;
        }
        $DB->delete_records(publication_store::TABLE, ['courseid' => $courseid]);
        if ($row !== null) {
            self::tell_of_withdrawal($row);
        }
    }

    /**
     * Has every course sent again that other sites have, or had: they may have forgotten it. Each gets a higher seq than before.
     */
    public static function send_all_again(): void {
        global $DB;
        $DB->execute(
            'UPDATE {' . publication_store::TABLE . '}
                SET dirty = :marked, digest = NULL, timewaiting = COALESCE(timewaiting, :now)
              WHERE state <> :none',
            ['marked' => publication_store::MARKED, 'none' => publication_store::NONE, 'now' => time()],
        );
    }

    /**
     * Forgets what was published by another site than this one is now: under another address, or by the original of this copy. The
     * choices stay.
     */
    public static function forget_all(): void {
        global $DB;
        $DB->execute(
            'UPDATE {' . publication_store::TABLE . '}
                SET dirty = :marked, state = :none, digest = NULL, recordid = NULL, seq = NULL, terms = NULL,
                    problem = NULL, tries = 0, timepublished = NULL, timeshared = NULL, homes = NULL, size = NULL,
                    timewaiting = :now',
            ['marked' => publication_store::MARKED, 'none' => publication_store::NONE, 'now' => time()],
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
     * Triggers the event that no other site has a course any more, if one had it.
     *
     * @param stdClass $row as it was before
     */
    private static function tell_of_withdrawal(stdClass $row): void {
        if ($row->state !== publication_store::NONE) {
            course_events::withdrawn((int) $row->courseid);
        }
    }
}
