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
 * Settings.
 *
 * @package    local_courseglue
 * @copyright  2026 The CourseGlue authors
 * @license    https://www.gnu.org/copyleft/gpl.html GNU GPL v3 or later
 */

defined('MOODLE_INTERNAL') || die();

use local_courseglue\local\settings_page;

// Managers use these pages, too: Moodle 4.5 has "Local plugins" for nobody but administrators.
$ADMIN->add('courses', new admin_category('local_courseglue', new lang_string('pluginname', 'local_courseglue')));
$ADMIN->add('local_courseglue', new admin_externalpage(
    'local_courseglue_join',
    new lang_string('joinpage', 'local_courseglue'),
    new moodle_url('/local/courseglue/join.php'),
    'local/courseglue:manage'
));
$ADMIN->add('local_courseglue', new admin_externalpage(
    'local_courseglue_courses',
    new lang_string('courses', 'local_courseglue'),
    new moodle_url('/local/courseglue/courses.php'),
    'local/courseglue:manage'
));
$ADMIN->add('local_courseglue', settings_page::build($ADMIN->fulltree, $hassiteconfig));
$ADMIN->add('reports', new admin_externalpage(
    'local_courseglue_statistics',
    new lang_string('page:statistics', 'local_courseglue'),
    new moodle_url('/local/courseglue/statistics.php'),
    'local/courseglue:viewstatistics'
));
