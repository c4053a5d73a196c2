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
 * The results of random checks of known sites.
 *
 * @package    local_courseglue
 * @copyright  2026 The CourseGlue authors
 * @license    https://www.gnu.org/copyleft/gpl.html GNU GPL v3 or later
 */
final class spot_store extends viewed_table {
    /** @var string the table, without prefix */
    protected const TABLE = 'local_courseglue_spots';

    #[\Override]
    protected static function changes_of(\stdClass $row): array {
        return [[
            'change' => 'spot',
            'nodeid' => $row->nodeid,
            'days' => (int) $row->faileddays,
            'last' => (int) $row->lastday,
        ]];
    }
}
