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

/**
 * Work before the tables are dropped.
 *
 * @package    local_courseglue
 * @copyright  2026 The CourseGlue authors
 * @license    https://www.gnu.org/copyleft/gpl.html GNU GPL v3 or later
 */

/**
 * Withdraws from the network what this site published, says what came of it, and removes the files outside of the database.
 *
 * @return bool
 */
function xmldb_local_courseglue_uninstall(): bool {
    global $OUTPUT;

    foreach (\local_courseglue\local\membership\removal::run() as $sentence) {
        echo CLI_SCRIPT ? $sentence . "\n" : $OUTPUT->notification(s($sentence), \core\output\notification::NOTIFY_INFO, false);
    }
    return true;
}
