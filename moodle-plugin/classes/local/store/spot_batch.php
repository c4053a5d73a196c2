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

namespace local_courseglue\local\store;

/**
 * Changes of the results of random checks of known sites.
 *
 * @package    local_courseglue
 * @copyright  2026 The CourseGlue authors
 * @license    https://www.gnu.org/copyleft/gpl.html GNU GPL v3 or later
 */
final class spot_batch extends batch {
    /** @var string the table, without prefix */
    protected const TABLE = 'local_courseglue_spots';

    /** @var string[] the kinds of changes */
    protected const KINDS = ['spot'];

    /** @var string the field that says which row a change concerns */
    protected const FIELD = 'nodeid';

    #[\Override]
    protected function fold(array $change): void {
        $key = self::key($change['nodeid']);
        if ($change['days'] === 0) {
            unset($this->after[$key]);
            return;
        }
        $row = $this->after[$key] ?? (object) ['nodeid' => $change['nodeid']];
        $row->faileddays = $change['days'];
        $row->lastday = $change['last'];
        $this->after[$key] = $row;
    }
}
