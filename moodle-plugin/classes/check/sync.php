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
use local_courseglue\local\membership\exchange;
use local_courseglue\local\membership\membership as site_membership;
use local_courseglue\local\schedule;
use local_courseglue\local\store\state_store;

/**
 * Checks that cron runs and exchanges with other sites.
 *
 * @package    local_courseglue
 * @copyright  2026 The CourseGlue authors
 * @license    https://www.gnu.org/copyleft/gpl.html GNU GPL v3 or later
 */
final class sync extends courseglue_check {
    /** @var int seconds without an exchange after which something is wrong: cron may run only every six hours */
    private const LATE = 12 * HOURSECS;

    #[\Override]
    public function get_result(): result {
        if (!site_membership::is_active()) {
            return new result(result::NA, get_string('check:membership:none', 'local_courseglue'));
        }
        $last = (int) state_store::get(exchange::LAST);
        if ($last === 0) {
            return $this->outcome(result::INFO, 'never', schedule::next('sync'));
        }
        $ago = format_time(time() - $last);
        return time() - $last > self::LATE
            ? $this->outcome(result::WARNING, 'late', $ago)
            : $this->outcome(result::OK, 'ok', $ago);
    }
}
