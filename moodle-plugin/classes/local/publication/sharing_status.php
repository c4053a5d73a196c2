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

use local_courseglue\local\membership\exchange;
use local_courseglue\local\membership\membership;
use local_courseglue\local\schedule;
use local_courseglue\local\store\publication_store;
use local_courseglue\local\store\state_store;
use stdClass;

/**
 * Whether others find a course now, since when and where; why not; and what would change it. In sentences.
 *
 * @package    local_courseglue
 * @copyright  2026 The CourseGlue authors
 * @license    https://www.gnu.org/copyleft/gpl.html GNU GPL v3 or later
 */
final class sharing_status {
    /** @var string Others find it. */
    public const SHARED = 'shared';
    /** @var string It is on its way, and nobody finds it yet. */
    public const SENDING = 'sending';
    /** @var string Others still find it, and are being told to forget it. */
    public const WITHDRAWING = 'withdrawing';
    /** @var string Its teachers have some time to say no. */
    public const WAITING = 'waiting';
    /** @var string Nobody finds it. */
    public const NOT_SHARED = 'notshared';

    /** @var string[] The states, in the order in which they are offered. */
    public const STATES = [self::SHARED, self::SENDING, self::WITHDRAWING, self::WAITING, self::NOT_SHARED];

    /** @var int Seconds of silence after which other sites have forgotten this one. */
    private const FORGOTTEN = 47 * DAYSECS;

    /** @var string one of the constants */
    public readonly string $state;

    /** @var verdict whether the course may be shared */
    private readonly verdict $verdict;

    /**
     * The status of a course.
     *
     * @param policy $policy what was consented to
     * @param qualifier $qualifier by that policy
     * @param stdClass $course a row of the course table
     * @param stdClass|null $row its publication
     */
    private function __construct(
        /** @var policy what was consented to */
        private readonly policy $policy,
        qualifier $qualifier,
        /** @var stdClass a row of the course table */
        private readonly stdClass $course,
        /** @var stdClass|null its publication */
        private readonly ?stdClass $row,
    ) {
        $this->verdict = $qualifier->judge($course, $row);
        $this->state = match (true) {
            $this->is_found() && $this->is_leaving() => self::WITHDRAWING,
            $this->is_found() => self::SHARED,
            $this->verdict->qualifies() && membership::is_joined() => self::SENDING,
            $this->verdict->reason === verdict::WAITING => self::WAITING,
            default => self::NOT_SHARED,
        };
    }

    /**
     * The present status of a course.
     *
     * @param policy $policy what was consented to
     * @param qualifier $qualifier by that policy
     * @param stdClass $course a row of the course table
     * @param stdClass|null $row its publication
     * @return self
     */
    public static function of(policy $policy, qualifier $qualifier, stdClass $course, ?stdClass $row): self {
        return new self($policy, $qualifier, $course, $row);
    }

    /**
     * Whether teachers of other sites find the course now.
     *
     * @return bool
     */
    public function is_found(): bool {
        return membership::is_joined()
            && !$this->is_forgotten()
            && !empty($this->row->timeshared)
            && $this->row->state !== publication_store::NONE;
    }

    /**
     * The state as one sentence.
     *
     * @return string
     */
    public function headline(): string {
        return match ($this->state) {
            self::SHARED => get_string('status:shared', 'local_courseglue', $this->date((int) $this->row->timeshared)),
            self::WITHDRAWING => get_string('status:withdrawing', 'local_courseglue', $this->reason()),
            self::SENDING => get_string('status:sending', 'local_courseglue', schedule::next('publish')),
            default => get_string('status:notshared', 'local_courseglue', $this->reason()),
        };
    }

    /**
     * Why the course is not shared, as the end of a sentence that begins with "because"; empty where it is.
     *
     * @return string
     */
    public function reason(): string {
        if ($this->state === self::SHARED || $this->state === self::SENDING) {
            return '';
        }
        if (!membership::is_joined()) {
            return get_string('because:notjoined', 'local_courseglue');
        }
        return match ($this->verdict->reason) {
            // It qualifies, and the withdrawal of what was there before has not ended.
            null => get_string('because:again', 'local_courseglue'),
            verdict::WAITING => $this->verdict->until === null
                ? get_string('because:untold', 'local_courseglue', (object) [
                    'time' => format_time($this->policy->grace),
                    'when' => schedule::next('publish'),
                ])
                : get_string('because:waiting', 'local_courseglue', $this->date($this->verdict->until)),
            verdict::CATEGORY_NONE => get_string('because:categorynone', 'local_courseglue', $this->deciding_category()),
            verdict::ENDED => get_string('because:ended', 'local_courseglue', $this->date((int) $this->course->enddate)),
            default => get_string('because:' . $this->verdict->reason, 'local_courseglue'),
        };
    }

    /**
     * The details of the status: where the course is found, what happens next and when, and what would change it.
     *
     * @return string[] sentences
     */
    public function details(): array {
        $details = [];
        if ($this->is_found()) {
            $details[] = $this->places();
        } else if ($this->is_forgotten() && !empty($this->row->timeshared)) {
            $details[] = get_string('status:forgotten', 'local_courseglue', $this->date((int) state_store::get(exchange::LAST)));
        }
        if ($next = $this->next()) {
            $details[] = $next;
        }
        if (!empty($this->row->problem) && empty($this->row->dirty)) {
            $details[] = get_string('status:problem', 'local_courseglue', $this->row->problem);
        }
        $details[] = $this->remedy();
        return $details;
    }

    /**
     * At how many sites the course is, and since when in its present form.
     *
     * @return string
     */
    private function places(): string {
        $homes = (int) $this->row->homes;
        $sent = (int) ($this->row->timepublished ?: $this->row->timeshared);
        $about = (object) ['sites' => $homes, 'date' => $this->date($sent)];
        return get_string(match ($homes) {
            0 => 'status:found_unknown',
            1 => 'status:found_one',
            default => 'status:found',
        }, 'local_courseglue', $about);
    }

    /**
     * A sentence about what happens next, and when.
     *
     * @return string|null null if nothing happens
     */
    private function next(): ?string {
        $kind = match (true) {
            $this->state === self::WITHDRAWING => 'withdrawing',
            $this->state !== self::SHARED => null,
            !empty($this->row->dirty) => 'changed',
            $this->row->state === publication_store::PENDING => 'partly',
            default => null,
        };
        return $kind === null ? null : get_string("status:next_{$kind}", 'local_courseglue', schedule::next('publish'));
    }

    /**
     * A sentence about how the status can be changed.
     *
     * @return string
     */
    private function remedy(): string {
        if ($this->state === self::SHARED || $this->state === self::SENDING) {
            $ends = $this->course->enddate && !$this->policy->ended;
            return $ends
                ? get_string('status:ends', 'local_courseglue', $this->date((int) $this->course->enddate))
                : get_string('status:changes', 'local_courseglue');
        }
        $reason = membership::is_joined() ? $this->verdict->reason ?? 'again' : 'notjoined';
        return get_string('remedy:' . $reason, 'local_courseglue', schedule::next('publish'));
    }

    /**
     * Whether what others find of the course is to be forgotten by them.
     *
     * @return bool
     */
    private function is_leaving(): bool {
        return $this->row->state === publication_store::WITHDRAWING || !$this->verdict->qualifies();
    }

    /**
     * Whether this site was silent for so long that others have forgotten it.
     *
     * @return bool
     */
    private function is_forgotten(): bool {
        $last = (int) state_store::get(exchange::LAST);
        return $last !== 0 && time() - $last > self::FORGOTTEN;
    }

    /**
     * The name of the category that decides for the course.
     *
     * @return string
     */
    private function deciding_category(): string {
        global $DB;
        $id = (int) $this->policy->categories->decider((int) $this->course->category);
        $name = (string) $DB->get_field('course_categories', 'name', ['id' => $id]);
        return format_string($name, true, ['context' => \core\context\coursecat::instance($id), 'escape' => false]);
    }

    /**
     * A date.
     *
     * @param int $time Unix s
     * @return string
     */
    private function date(int $time): string {
        return userdate($time, get_string('strftimedatetime', 'langconfig'));
    }
}
