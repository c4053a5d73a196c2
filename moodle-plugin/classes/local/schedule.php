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

namespace local_courseglue\local;

use core\task\manager;

/**
 * Says when one of this plugin's tasks runs next, in words that need no knowledge of cron.
 *
 * @package    local_courseglue
 * @copyright  2026 The CourseGlue authors
 * @license    https://www.gnu.org/copyleft/gpl.html GNU GPL v3 or later
 */
final class schedule {
    /** @var int Seconds up to which no number is given. */
    private const SOON = 2 * MINSECS;

    /** @var int Seconds up to which a number of minutes is given instead of a time of day. */
    private const NEAR = 90 * MINSECS;

    /** @var int Seconds without any cron, whatever its rhythm, after which something is wrong with it. */
    private const STOPPED = DAYSECS;

    /**
     * When a task runs next.
     *
     * @param string $name of its class
     * @return string the end of a sentence, without its full stop, such as "within a few minutes"
     */
    public static function next(string $name): string {
        $task = manager::get_scheduled_task('\\local_courseglue\\task\\' . $name);
        if (!$task || $task->get_disabled()) {
            return get_string('when:disabled', 'local_courseglue', get_string('task:' . $name, 'local_courseglue'));
        }
        $last = (int) get_config('tool_task', 'lastcronstart');
        if ($last === 0) {
            return get_string('when:never', 'local_courseglue');
        }
        $ago = time() - $last;
        $rhythm = max(1, (int) get_config('tool_task', 'lastcroninterval'));
        if ($ago > max(self::STOPPED, 3 * min($rhythm, WEEKSECS))) {
            return get_string('when:stopped', 'local_courseglue', format_time($ago));
        }
        return self::at(max(time(), (int) $task->get_next_run_time(), $last + min($rhythm, DAYSECS)));
    }

    /**
     * A time in the future.
     *
     * @param int $time Unix s
     * @return string
     */
    private static function at(int $time): string {
        $distance = $time - time();
        return match (true) {
            $distance <= self::SOON => get_string('when:soon', 'local_courseglue'),
            $distance <= self::NEAR => get_string('when:minutes', 'local_courseglue', (int) ceil($distance / MINSECS)),
            default => get_string('when:time', 'local_courseglue', userdate($time)),
        };
    }
}
