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
 * Joining, leaving, and saying whether this site is a copy.
 *
 * @package    local_courseglue
 * @copyright  2026 The CourseGlue authors
 * @license    https://www.gnu.org/copyleft/gpl.html GNU GPL v3 or later
 */

require(__DIR__ . '/../../config.php');
require_once($CFG->libdir . '/adminlib.php');

use local_courseglue\local\membership\membership_page;

// It stays in its place in the navigation whatever is being asked.
navigation_node::override_active_url(new moodle_url('/local/courseglue/join.php'));
admin_externalpage_setup('local_courseglue_join');

$page = new membership_page($PAGE->url);
$page->act(optional_param('action', '', PARAM_ALPHA));

echo $OUTPUT->header();
echo $OUTPUT->heading(get_string('joinpage', 'local_courseglue'));
echo $page->content($OUTPUT);
echo $OUTPUT->footer();
