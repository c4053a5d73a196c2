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

use local_courseglue\local\engine\engine;
use local_courseglue\local\store\choice_store;
use local_courseglue\local\store\delivery_store;
use local_courseglue\local\store\publication_store;
use stdClass;

/**
 * Builds what is sent for a course: its record, or the withdrawal of its record.
 *
 * Each item is noted before it is sent, with the terms that the course was and will be stored under: whatever breaks in between,
 * the next run sends it again.
 *
 * @package    local_courseglue
 * @copyright  2026 The CourseGlue authors
 * @license    https://www.gnu.org/copyleft/gpl.html GNU GPL v3 or later
 */
final class item_builder {
    /** @var int[] After how many days a record is signed again, a different time for each course: it holds for a year. */
    private const SIGNED_AGAIN = [245, 335];

    /** @var extractor what a record says */
    private readonly extractor $extractor;

    /**
     * A builder of items.
     *
     * @param engine $engine
     * @param policy $policy
     */
    public function __construct(
        /** @var engine what signs */
        private readonly engine $engine,
        policy $policy,
    ) {
        $this->extractor = new extractor($policy);
    }

    /**
     * A course's record, unless it is published as it is.
     *
     * @param stdClass $row
     * @param stdClass $course
     * @param string|null $coursedigest of {@see course_digest}
     * @return array|null
     */
    public function record(stdClass $row, stdClass $course, ?string $coursedigest): ?array {
        $content = $this->extractor->extract($course, choice_store::is_shared($row));
        $digest = content_digest::of($content);
        $holds = $row->state === publication_store::PUBLISHED && !self::is_to_be_signed_again($row);
        if ($holds && $row->digest === $digest) {
            delivery_store::note_unchanged($row, $coursedigest);
            return null;
        }
        $record = $this->engine->record($content, $this->engine->next_seq((int) $row->seq));
        $before = delivery_store::terms($row);
        $lost = array_values(array_diff($before, $record['terms']));
        delivery_store::note_sending(
            (int) $row->courseid,
            publication_store::PENDING,
            $record['recordid'],
            (int) $record['seq'],
            array_merge($record['terms'], $lost),
            $digest,
            $coursedigest,
            strlen($record['body']),
        );
        return ['type' => 'record', 'lost' => $lost] + $record;
    }

    /**
     * A course's withdrawal, unless no other site has the course.
     *
     * @param stdClass $row
     * @param bool $gone whether the course does not exist any more
     * @return array|null
     */
    public function withdrawal(stdClass $row, bool $gone): ?array {
        $courseid = (int) $row->courseid;
        if ($row->state === publication_store::NONE) {
            $gone ? delivery_store::forget($courseid) : delivery_store::note_withdrawn($courseid);
            return null;
        }
        $terms = delivery_store::terms($row);
        $tombstone = $this->engine->tombstone(extractor::local_id($courseid), $this->engine->next_seq((int) $row->seq), $terms);
        delivery_store::note_sending(
            $courseid,
            publication_store::WITHDRAWING,
            $tombstone['recordid'],
            (int) $tombstone['seq'],
            $terms,
            null,
        );
        $more = array_values(array_diff($terms, $tombstone['terms']));
        return ['type' => 'tombstone', 'lost' => $more] + $tombstone;
    }

    /**
     * Whether a published record holds for so short a time that it is signed again.
     *
     * @param stdClass $row
     * @return bool
     */
    public static function is_to_be_signed_again(stdClass $row): bool {
        [$first, $last] = self::SIGNED_AGAIN;
        $days = $first + (int) $row->courseid % ($last - $first);
        return $row->timepublished !== null && (int) $row->timepublished + $days * DAYSECS <= time();
    }
}
