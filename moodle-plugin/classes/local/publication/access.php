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

use stdClass;

/**
 * How a stranger gets into a course, the easiest way first.
 *
 * @package    local_courseglue
 * @copyright  2026 The CourseGlue authors
 * @license    https://www.gnu.org/copyleft/gpl.html GNU GPL v3 or later
 */
final class access {
    /** @var string Guests enter. */
    public const GUEST = 'guest';
    /** @var string Anybody registers and enrols without a key. */
    public const OPEN = 'open';
    /** @var string Guests enter with a password. */
    public const GUEST_PASSWORD = 'guestpassword';
    /** @var string Anybody registers and enrols with a key. */
    public const KEY = 'key';
    /** @var string Anybody registers and pays. */
    public const PAID = 'paid';
    /** @var string Only people of this institution. */
    public const INSTITUTION = 'institution';

    /** @var string[] The ways in, the easiest first. */
    private const EASIEST_FIRST = [self::GUEST, self::OPEN, self::GUEST_PASSWORD, self::KEY, self::PAID];

    /** @var string[] Enrolment plugins that let people pay their way in. */
    private const PAYMENT = ['fee', 'paypal'];

    /** @var stranger who wants to get in */
    private readonly stranger $stranger;

    /**
     * Access as a stranger has it.
     */
    public function __construct() {
        $this->stranger = new stranger();
    }

    /**
     * The easiest way into the course.
     *
     * @param int $courseid
     * @return string one of the constants
     */
    public function of(int $courseid): string {
        $ways = [];
        foreach (enrol_get_instances($courseid, true) as $instance) {
            $ways[] = match (true) {
                $instance->enrol === 'guest' => $this->by_guest_access($instance),
                $instance->enrol === 'self' => $this->by_self_enrolment($instance),
                in_array($instance->enrol, self::PAYMENT, true) => $this->by_payment($instance),
                default => null,
            };
        }
        foreach (self::EASIEST_FIRST as $way) {
            if (in_array($way, $ways, true)) {
                return $way;
            }
        }
        return self::INSTITUTION;
    }

    /**
     * Guest access: for visitors where the site lets them in, otherwise for whoever registers.
     *
     * @param stdClass $instance
     * @return string|null
     */
    private function by_guest_access(stdClass $instance): ?string {
        $password = (string) $instance->password !== '';
        if ($this->stranger->enters_as_guest()) {
            return $password ? self::GUEST_PASSWORD : self::GUEST;
        }
        if ($this->stranger->registers()) {
            return $password ? self::KEY : self::OPEN;
        }
        return null;
    }

    /**
     * Self-enrolment, where it is open to everybody today and has places left.
     *
     * @param stdClass $instance customint3 is the number of places, customint5 a cohort, customint6 "new enrolments allowed"
     * @return string|null
     */
    private function by_self_enrolment(stdClass $instance): ?string {
        if (!$this->stranger->registers() || !$this->within_dates($instance)) {
            return null;
        }
        if (!$instance->customint6 || $instance->customint5 || !$this->has_places($instance)) {
            return null;
        }
        if (!$this->stranger->may_self_enrol((int) $instance->courseid)) {
            return null;
        }
        return (string) $instance->password !== '' ? self::KEY : self::OPEN;
    }

    /**
     * Payment, where a price is set.
     *
     * @param stdClass $instance
     * @return string|null
     */
    private function by_payment(stdClass $instance): ?string {
        if (!$this->stranger->registers() || !$this->within_dates($instance)) {
            return null;
        }
        $cost = (float) $instance->cost;
        if ($cost <= 0) {
            $cost = (float) get_config("enrol_{$instance->enrol}", 'cost');
        }
        return $cost > 0 ? self::PAID : null;
    }

    /**
     * Whether the enrolment is open today.
     *
     * @param stdClass $instance
     * @return bool
     */
    private function within_dates(stdClass $instance): bool {
        $now = time();
        return (!$instance->enrolstartdate || $instance->enrolstartdate <= $now)
            && (!$instance->enrolenddate || $instance->enrolenddate >= $now);
    }

    /**
     * Whether the enrolment has places left.
     *
     * @param stdClass $instance
     * @return bool
     */
    private function has_places(stdClass $instance): bool {
        global $DB;
        $places = (int) $instance->customint3;
        return $places <= 0 || $DB->count_records('user_enrolments', ['enrolid' => $instance->id]) < $places;
    }
}
