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
 * Changes of the results of checks of newcomers.
 *
 * @package    local_courseglue
 * @copyright  2026 The CourseGlue authors
 * @license    https://www.gnu.org/copyleft/gpl.html GNU GPL v3 or later
 */
final class check_batch extends batch {
    /** @var string the table, without prefix */
    protected const TABLE = 'local_courseglue_checks';

    /** @var string[] the kinds of changes */
    protected const KINDS = ['checked'];

    #[\Override]
    protected function read(array $changes): void {
        global $DB;

        $hosts = array_values(array_unique(array_column($changes, 'host')));
        // The newest last, so that it is the one that counts, should two processes have looked at once.
        $this->put(
            $DB->get_records_list(self::TABLE, 'host', $hosts, 'timechecked, id'),
            fn($row) => $row->host . ' ' . $row->address
        );
    }

    #[\Override]
    protected function fold(array $change): void {
        $key = $change['host'] . ' ' . $change['address'];
        $row = $this->after[$key] ?? (object) ['host' => $change['host'], 'address' => $change['address'], 'timechecked' => 0];
        if ($row->timechecked > $change['at']) {
            return;
        }
        $row->pubkey = $change['key'];
        $row->ok = (int) $change['ok'];
        $row->timechecked = $change['at'];
        $this->after[$key] = $row;
    }
}
