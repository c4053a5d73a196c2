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

namespace local_courseglue\check;

use core\check\result;
use local_courseglue\local\membership\membership as site_membership;
use local_courseglue\local\publication\waiting_courses;
use local_courseglue\local\store\publication_backlog;
use local_courseglue\local\store\state_store;
use local_courseglue\task\publish;

/**
 * Checks that no course waits for longer than a day to be sent or withdrawn.
 *
 * @package    local_courseglue
 * @copyright  2026 The CourseGlue authors
 * @license    https://www.gnu.org/copyleft/gpl.html GNU GPL v3 or later
 */
final class publishing extends courseglue_check {
    /** @var int seconds after which whatever waits is stuck */
    private const LATE = DAYSECS;

    /** @var int reasons that are shown */
    private const REASONS = 5;

    #[\Override]
    public function get_result(): result {
        if (!site_membership::is_active()) {
            return new result(result::NA, get_string('check:membership:none', 'local_courseglue'));
        }
        $late = time() - self::LATE;
        $joined = site_membership::since();
        $last = max((int) state_store::get(publish::LAST), $joined);
        if ($last <= $late) {
            return $this->outcome(result::ERROR, 'late', format_time(time() - $last), $this->advice());
        }
        // Courses that waited for the site to join are not stuck.
        $stuck = $joined <= $late ? publication_backlog::count_waiting($late) : 0;
        if ($stuck) {
            $reasons = array_map('s', publication_backlog::problems($late, self::REASONS));
            return $this->outcome(result::WARNING, 'stuck', $stuck, implode('<br>', $reasons) ?: $this->advice());
        }
        $waiting = waiting_courses::count();
        return $waiting === 0 ? $this->outcome(result::OK, 'ok') : $this->outcome(result::OK, 'waiting', $waiting);
    }

    #[\Override]
    public function get_action_link(): ?\action_link {
        return new \action_link(
            new \moodle_url('/admin/tool/task/scheduledtasks.php'),
            get_string('scheduledtasks', 'tool_task')
        );
    }

    /**
     * The advice where the admin should look.
     *
     * @return string
     */
    private function advice(): string {
        return get_string('check:publishing:advice', 'local_courseglue', get_string('task:publish', 'local_courseglue'));
    }
}
