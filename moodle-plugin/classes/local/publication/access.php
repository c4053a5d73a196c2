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
 * How a visitor gets into a course, the easiest way first.
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
    public const PAYMENT = ['fee', 'paypal'];

    /** @var visitor who wants to get in */
    private readonly visitor $visitor;

    /**
     * Access as a visitor has it.
     */
    public function __construct() {
        $this->visitor = new visitor();
    }

    /**
     * The easiest way into the course.
     *
     * @param int $courseid
     * @return string one of the constants
     */
    public function of(int $courseid): string {
        return $this->of_many([$courseid])[$courseid];
    }

    /**
     * The easiest way into each of some courses.
     *
     * @param int[] $courseids
     * @return string[] one of the constants, by course id
     */
    public function of_many(array $courseids): array {
        $instances = $this->instances($courseids);
        $taken = $this->places_taken($instances);
        $ways = array_fill_keys($courseids, []);
        foreach ($instances as $instance) {
            $ways[(int) $instance->courseid][] = match (true) {
                $instance->enrol === 'guest' => $this->by_guest_access($instance),
                $instance->enrol === 'self' => $this->by_self_enrolment($instance, $taken[$instance->id] ?? 0),
                default => $this->by_payment($instance),
            };
        }
        return array_map(self::easiest(...), $ways);
    }

    /**
     * The easiest of some ways.
     *
     * @param array $ways constants, and null for what is no way in
     * @return string
     */
    private static function easiest(array $ways): string {
        foreach (self::EASIEST_FIRST as $way) {
            if (in_array($way, $ways, true)) {
                return $way;
            }
        }
        return self::INSTITUTION;
    }

    /**
     * The enrolments of courses that a visitor may use, of plugins that are switched on.
     *
     * @param int[] $courseids
     * @return stdClass[]
     */
    private function instances(array $courseids): array {
        global $DB;
        $plugins = array_intersect(['guest', 'self', ...self::PAYMENT], array_keys(enrol_get_plugins(true)));
        if (!$plugins || !$courseids) {
            return [];
        }
        [$enrol, $params] = $DB->get_in_or_equal($plugins, SQL_PARAMS_NAMED);
        [$course, $more] = $DB->get_in_or_equal($courseids, SQL_PARAMS_NAMED);
        $where = "enrol {$enrol} AND courseid {$course} AND status = :enabled";
        $params += $more + ['enabled' => ENROL_INSTANCE_ENABLED];
        return $DB->get_records_select('enrol', $where, $params, 'sortorder, id');
    }

    /**
     * The numbers of users who are enrolled by instances with a limited number of places.
     *
     * @param stdClass[] $instances
     * @return int[] by the enrolment's id
     */
    private function places_taken(array $instances): array {
        global $DB;
        $bounded = array_filter($instances, fn(stdClass $instance): bool => self::places($instance) > 0);
        if (!$bounded) {
            return [];
        }
        [$in, $params] = $DB->get_in_or_equal(array_keys($bounded));
        $sql = "SELECT enrolid, COUNT(*) FROM {user_enrolments} WHERE enrolid {$in} GROUP BY enrolid";
        return array_map('intval', $DB->get_records_sql_menu($sql, $params));
    }

    /**
     * Guest access: for visitors where the site lets them in, otherwise for everybody who registers.
     *
     * @param stdClass $instance
     * @return string|null
     */
    private function by_guest_access(stdClass $instance): ?string {
        $password = (string) $instance->password !== '';
        if ($this->visitor->enters_as_guest()) {
            return $password ? self::GUEST_PASSWORD : self::GUEST;
        }
        if ($this->visitor->registers()) {
            return $password ? self::KEY : self::OPEN;
        }
        return null;
    }

    /**
     * Self-enrolment, where it is open to everybody today and has places left.
     *
     * @param stdClass $instance customint3 is the number of places, customint5 a cohort, customint6 "new enrolments allowed"
     * @param int $taken how many are enrolled, where the places are bounded
     * @return string|null
     */
    private function by_self_enrolment(stdClass $instance, int $taken): ?string {
        if (!$this->visitor->registers() || !$this->within_dates($instance)) {
            return null;
        }
        if (!$instance->customint6 || $instance->customint5 || (self::places($instance) > 0 && $taken >= self::places($instance))) {
            return null;
        }
        if (!$this->visitor->may_self_enrol((int) $instance->courseid)) {
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
        if (!$this->visitor->registers() || !$this->within_dates($instance)) {
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
     * The number of users who may enrol themselves; 0 if it is not limited.
     *
     * @param stdClass $instance
     * @return int
     */
    private static function places(stdClass $instance): int {
        return $instance->enrol === 'self' ? max(0, (int) $instance->customint3) : 0;
    }
}
