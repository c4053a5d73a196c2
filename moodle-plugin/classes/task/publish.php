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

use local_courseglue\local\membership\membership;
use local_courseglue\local\publication\process_memory;
use local_courseglue\local\publication\publisher;
use local_courseglue\local\publication\site_conditions;
use local_courseglue\local\publication\sweep as course_sweep;
use local_courseglue\local\store\state_store;

/**
 * Sends courses that changed to the sites that list them.
 *
 * @package    local_courseglue
 * @copyright  2026 The CourseGlue authors
 * @license    https://www.gnu.org/copyleft/gpl.html GNU GPL v3 or later
 */
final class publish extends network_task {
    /** @var string name of the state that holds when it last came to its end, Unix s */
    public const LAST = 'lastpublish';

    /** @var int seconds a sweep that was cut off may go on for */
    private const SWEEP_LIMIT = 30;

    #[\Override]
    protected function work(): void {
        process_memory::forget();
        site_conditions::look();
        course_sweep::create()->resume(self::SWEEP_LIMIT);
        $report = publisher::create()->run(membership::entry());
        $this->report($report->problems);
        mtrace("CourseGlue: published {$report->published}, withdrawn {$report->withdrawn}, waiting {$report->pending}.");
        if ($failure = $report->failure()) {
            throw $failure;
        }
        state_store::set(self::LAST, (string) time());
    }
}
