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

use local_courseglue\local\membership\exchange;

/**
 * Exchanges with one other site what either knows of the others, once an hour.
 *
 * @package    local_courseglue
 * @copyright  2026 The CourseGlue authors
 * @license    https://www.gnu.org/copyleft/gpl.html GNU GPL v3 or later
 */
final class sync extends network_task {
    /** @var bool whether somebody wants it now */
    private bool $now = false;

    /**
     * Exchanges, due or not.
     */
    public function execute_now(): void {
        $this->now = true;
        $this->execute();
    }

    #[\Override]
    protected function work(): void {
        if ($this->now || exchange::is_due(time())) {
            $this->report(exchange::run());
        }
    }
}
