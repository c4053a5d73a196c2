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

use local_courseglue\local\engine\engine_factory;
use local_courseglue\local\membership\membership;
use local_courseglue\local\store\changes;
use local_courseglue\local\store\check_store;
use local_courseglue\local\store\state_store;

/**
 * Exchanges with one other site what either knows of the others.
 *
 * @package    local_courseglue
 * @copyright  2026 The CourseGlue authors
 * @license    https://www.gnu.org/copyleft/gpl.html GNU GPL v3 or later
 */
final class sync extends network_task {
    /** @var string name of the state that holds when this last worked, Unix s */
    public const LAST = 'lastsync';

    #[\Override]
    protected function work(): void {
        $answer = engine_factory::get()->sync(membership::entry());
        changes::apply($answer['changes']);
        check_store::prune();
        $this->report($answer['problems']);
        mtrace($answer['peer'] === null
            ? 'CourseGlue: no other site to exchange with.'
            : 'CourseGlue: exchanged with ' . $answer['peer'] . '.');
        state_store::set(self::LAST, (string) time());
    }
}
