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
 * The teachers' search page.
 *
 * @package    local_courseglue
 * @copyright  2026 The CourseGlue authors
 * @license    https://www.gnu.org/copyleft/gpl.html GNU GPL v3 or later
 */

use local_courseglue\local\engine\engine_factory;
use local_courseglue\local\engine\failure;
use local_courseglue\local\obstacle;
use local_courseglue\local\search\confirmation;
use local_courseglue\local\search\navigation;
use local_courseglue\local\search\permission;
use local_courseglue\local\search\query;
use local_courseglue\local\search\results;
use local_courseglue\output\search_page;

require(__DIR__ . '/../../config.php');

require_login(null, false);
$query = query::from_request();
$PAGE->set_context(context_system::instance());
$PAGE->set_url($query->url());
permission::require();
if ($query->confirmed && confirmation::is_posted()) {
    redirect($query->url());
}

$PAGE->set_pagelayout('report');
$PAGE->set_primary_active_tab(navigation::NODE_KEY);
$PAGE->set_secondary_navigation(false);
$PAGE->set_title($query->confirmed
    ? get_string('findcoursesfor', 'local_courseglue', $query->words)
    : get_string('findcourses', 'local_courseglue'));
$PAGE->set_heading(get_string('findcoursesheading', 'local_courseglue'));

$obstacle = obstacle::find();
$results = null;
$notice = $obstacle?->export();
echo $OUTPUT->header();
if ($obstacle === null && $query->confirmed) {
    // A search can wait for other sites: the reader's other pages do not wait with it. The header, which is written by now,
    // keeps the navigation in the session.
    \core\session\manager::write_close();
    try {
        $results = results::of($query, engine_factory::get());
    } catch (failure $failure) {
        $notice = obstacle::failed($failure)->export();
    }
}

echo $OUTPUT->render(new search_page($query, $results, $notice));
echo $OUTPUT->footer();
