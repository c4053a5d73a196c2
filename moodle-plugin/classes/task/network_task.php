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
use local_courseglue\local\engine\unavailable;
use local_courseglue\local\identity\copy_guard;
use local_courseglue\local\membership\membership;

/**
 * A task that works only for a site that is in the network, is no copy, and has its extension.
 *
 * Where there is nothing to do it says so in one line: a site that has not joined, a copy, another run that is at it. If it
 * cannot do its work (a site in the network without its extension, an engine that does not work), it fails: Moodle reports that and
 * tries again after a while.
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
        } finally {
            $lock->release();
        }
    }

    /**
     * Does the task's work.
     *
     * @throws failure where the engine does not do it
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
     * Why there is nothing to do.
     *
     * @return string|null a sentence, or null
     * @throws unavailable where there is, and the extension is missing
     */
    private static function obstacle(): ?string {
        if (!membership::is_joined()) {
            return get_string('task:notjoined', 'local_courseglue');
        }
        if (copy_guard::state() === copy_guard::COPY) {
            return get_string('task:copy', 'local_courseglue', copy_guard::explanation());
        }
        if ($problem = engine_factory::problem()) {
            throw new unavailable($problem);
        }
        return null;
    }
}
