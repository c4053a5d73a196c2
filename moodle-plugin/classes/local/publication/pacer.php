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

use Closure;

/**
 * Rests between the steps of long work, so that people who use the site meanwhile do not feel it.
 *
 * Work of a few seconds is done at once. Longer work rests half as long as it worked where the server has little else to do, and
 * many times as long where other work waits for its processors.
 *
 * @package    local_courseglue
 * @copyright  2026 The CourseGlue authors
 * @license    https://www.gnu.org/copyleft/gpl.html GNU GPL v3 or later
 */
final class pacer {
    /** @var float Seconds of work that need no rest. */
    private const AT_ONCE = 2.0;

    /** @var float Load, in processes that run or wait, up to which the server has little else to do. */
    private const IDLE = 1.5;

    /** @var float Seconds of rest for each second of work on a server with little else to do. */
    private const SHORTEST = 0.5;

    /** @var float Load from which the rests are no longer. */
    private const BUSY = 2.0;

    /** @var float Seconds of rest for each second of work on a busy server: less than a page in twenty meets the work. */
    private const LONGEST = 30.0;

    /** @var float seconds of work so far */
    private float $worked = 0.0;

    /** @var Closure (): float, the load of the server */
    private readonly Closure $load;

    /**
     * A pacer for one piece of work.
     *
     * @param Closure|null $load the load of the server; without one, as the system tells it
     */
    public function __construct(?Closure $load = null) {
        $this->load = $load ?? self::system_load(...);
    }

    /**
     * Rests after a step of the work.
     *
     * @param float $seconds that the step took
     */
    public function rest(float $seconds): void {
        usleep((int) (1e6 * $this->pause($seconds)));
    }

    /**
     * How long to rest after a step.
     *
     * @param float $seconds that the step took
     * @return float seconds
     */
    public function pause(float $seconds): float {
        $this->worked += $seconds;
        if ($this->worked <= self::AT_ONCE) {
            return 0.0;
        }
        $busy = (($this->load)() - self::IDLE) / (self::BUSY - self::IDLE);
        return $seconds * (self::SHORTEST + (self::LONGEST - self::SHORTEST) * min(1, max(0, $busy)));
    }

    /**
     * The mean load of the last minute; 0 where the system does not tell it.
     *
     * @return float
     */
    private static function system_load(): float {
        $loads = function_exists('sys_getloadavg') ? sys_getloadavg() : false;
        return $loads ? (float) $loads[0] : 0.0;
    }
}
