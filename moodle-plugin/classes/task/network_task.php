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

namespace local_courseglue\task;

use core\lock\lock_config;
use local_courseglue\local\engine\engine_factory;
use local_courseglue\local\engine\failure;
use local_courseglue\local\identity\copy_guard;
use local_courseglue\local\membership\membership;

/**
 * A task that works only for a site that is in the network, is no copy, and has its extension; otherwise it says so in one line.
 *
 * Moodle's cron runs a task once at a time. The lock is for those who run it by other ways at the same moment, and for several
 * web servers: two of them never do the same work.
 *
 * @package    local_courseglue
 * @copyright  2026 The CourseGlue authors
 * @license    https://www.gnu.org/copyleft/gpl.html GNU GPL v3 or later
 */
abstract class network_task extends \core\task\scheduled_task {
    #[\Override]
    public function get_name(): string {
        $name = (new \ReflectionClass($this))->getShortName();
        return get_string('task:' . $name, 'local_courseglue');
    }

    #[\Override]
    public function execute(): void {
        if ($obstacle = self::obstacle()) {
            mtrace('CourseGlue: ' . $obstacle);
            return;
        }
        $name = (new \ReflectionClass($this))->getShortName();
        $lock = lock_config::get_lock_factory('local_courseglue_task')->get_lock($name, 0);
        if (!$lock) {
            mtrace('CourseGlue: ' . get_string('task:busy', 'local_courseglue'));
            return;
        }
        try {
            $this->work();
        } catch (failure $e) {
            mtrace('CourseGlue: ' . $e->getMessage());
        } finally {
            $lock->release();
        }
    }

    /**
     * Does the task's work.
     *
     * @throws failure which becomes one line in cron's log
     */
    abstract protected function work(): void;

    /**
     * Writes problems to cron's log, one a line.
     *
     * @param string[] $problems
     */
    final protected function report(array $problems): void {
        foreach ($problems as $problem) {
            mtrace('CourseGlue: ' . $problem);
        }
    }

    /**
     * What keeps the task from working.
     *
     * @return string|null a sentence, or null
     */
    private static function obstacle(): ?string {
        $problem = engine_factory::problem();
        if ($problem !== null) {
            return get_string('engine:' . $problem, 'local_courseglue');
        }
        if (!membership::is_joined()) {
            return get_string('task:notjoined', 'local_courseglue');
        }
        if (copy_guard::state() === copy_guard::COPY) {
            return get_string('task:copy', 'local_courseglue', copy_guard::explanation());
        }
        return null;
    }
}
