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
 * Removes the files that the plugin keeps outside the database.
 *
 * It withdraws nothing: an admin who wants that leaves the network first. Without it, the courses listed elsewhere are
 * gone when the site's lease ends.
 *
 * @return bool
 */
function xmldb_local_courseglue_uninstall(): bool {
    \local_courseglue\local\identity\instance_id::delete();
    \local_courseglue\local\view::delete();
    return true;
}
