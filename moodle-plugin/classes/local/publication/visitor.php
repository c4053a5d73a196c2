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

use core\context\course as course_context;
use core_course_category;
use stdClass;

/**
 * A visitor without an account here: which courses they see listed, and which they can enter.
 *
 * Everything is asked of the guest account by its id, never of the current user: cron runs as an administrator. What was found
 * out of a category holds for as long as this object lives: on the command line Moodle asks the database for each capability.
 *
 * @package    local_courseglue
 * @copyright  2026 The CourseGlue authors
 * @license    https://www.gnu.org/copyleft/gpl.html GNU GPL v3 or later
 */
final class visitor {
    /** @var int[]|null what the role of new accounts says of enrolling oneself, by context id; null until it is asked for */
    private ?array $selfenrol = null;

    /** @var bool[][] whether a guest sees a category: by its id, where it is shown and where it is hidden */
    private array $categories = [];

    /** @var bool[] whether a guest sees the courses of a category that are not hidden, by its id */
    private array $lists = [];

    /** @var stdClass|null the guest account; null until it is asked for */
    private ?stdClass $guest = null;

    /**
     * Whether a guest sees the category, leaving its parents aside.
     *
     * @param stdClass $category id and visible
     * @return bool
     */
    public function sees_category(stdClass $category): bool {
        $key = $category->visible ? 'shown' : 'hidden';
        return $this->categories[(int) $category->id][$key] ??= core_course_category::can_view_category($category, $this->guest());
    }

    /**
     * Whether a guest sees the course in its category, leaving the categories' visibility aside.
     *
     * @param stdClass $course id, visible and category
     * @return bool
     */
    public function sees_course(stdClass $course): bool {
        if (!$course->visible) {
            return core_course_category::can_view_course_info($course, $this->guest());
        }
        // Everybody who sees the list of a category sees its courses that are not hidden.
        return $this->lists[(int) $course->category] ??= core_course_category::can_view_course_info($course, $this->guest());
    }

    /**
     * Whether visitors get in as guests without an account of their own.
     *
     * @return bool
     */
    public function enters_as_guest(): bool {
        global $CFG;
        return !empty($CFG->guestloginbutton) || !empty($CFG->autologinguests);
    }

    /**
     * Whether anybody at all can make themselves an account.
     *
     * @return bool
     */
    public function registers(): bool {
        global $CFG;
        require_once($CFG->libdir . '/authlib.php');
        if (empty($CFG->registerauth) || !is_enabled_auth($CFG->registerauth) || !exists_auth_plugin($CFG->registerauth)) {
            return false;
        }
        // Allowed addresses are how a site keeps registration to its own people.
        return trim((string) ($CFG->allowemailaddresses ?? '')) === '' && (bool) signup_is_enabled();
    }

    /**
     * Whether a new account may enrol itself in the course, as far as roles decide it.
     *
     * @param int $courseid
     * @return bool
     */
    public function may_self_enrol(int $courseid): bool {
        $this->selfenrol ??= $this->permissions('enrol/self:enrolself');
        $may = false;
        // From the site down to the course: the last word counts, except that a prohibition cannot be taken back.
        foreach (array_reverse(course_context::instance($courseid)->get_parent_context_ids(true)) as $contextid) {
            $permission = $this->selfenrol[$contextid] ?? CAP_INHERIT;
            if ($permission === CAP_PROHIBIT) {
                return false;
            }
            $may = $permission === CAP_INHERIT ? $may : $permission === CAP_ALLOW;
        }
        return $may;
    }

    /**
     * The guest account, which Moodle would read from the database each time.
     *
     * @return stdClass
     */
    private function guest(): stdClass {
        return $this->guest ??= guest_user();
    }

    /**
     * The permissions that the role of new accounts has for a capability.
     *
     * @param string $capability
     * @return int[] permission by context id
     */
    private function permissions(string $capability): array {
        global $CFG, $DB;
        $where = ['roleid' => (int) ($CFG->defaultuserroleid ?? 0), 'capability' => $capability];
        return array_map('intval', $DB->get_records_menu('role_capabilities', $where, '', 'contextid, permission'));
    }
}
