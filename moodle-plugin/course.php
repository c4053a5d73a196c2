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
 * Whether a course is shared, what its teachers decide and say about it, and exactly what other sites get to see.
 *
 * @package    local_courseglue
 * @copyright  2026 The CourseGlue authors
 * @license    https://www.gnu.org/copyleft/gpl.html GNU GPL v3 or later
 */

use local_courseglue\form\course_choice;
use local_courseglue\local\description\description;
use local_courseglue\local\publication\described_fields;
use local_courseglue\local\publication\multilang;
use local_courseglue\local\publication\navigation;
use local_courseglue\local\publication\permission;
use local_courseglue\local\publication\policy;
use local_courseglue\local\store\choice_store;
use local_courseglue\local\store\description_store;
use local_courseglue\local\store\publication_store;
use local_courseglue\output\course_publication;

require_once(__DIR__ . '/../../config.php');

$courseid = required_param('id', PARAM_INT);
$course = get_course($courseid);
require_login($course);
$context = \core\context\course::instance($courseid);
require_capability(permission::COURSE, $context);
if ($courseid === (int) SITEID) {
    throw new moodle_exception('publication:sitecourse', 'local_courseglue', new moodle_url('/'));
}

$url = navigation::url($courseid);
$PAGE->set_url($url);
$PAGE->set_pagelayout('incourse');
$PAGE->set_title(get_string('publication:title', 'local_courseglue', format_string($course->shortname)));
$PAGE->set_heading(format_string($course->fullname));
$PAGE->set_secondary_active_tab(navigation::NODE_KEY);

$descriptions = new description_store();
$description = $descriptions->get($courseid);
$inherited = (new described_fields())->inherited($course, multilang::key((string) $course->lang));
$form = new course_choice($url->out(false), [
    'courseid' => $courseid,
    'policy' => policy::current()->of_category((int) $course->category),
    'description' => $description,
    'inherited' => array_combine(
        array_keys($inherited),
        array_map(described_fields::label(...), array_keys($inherited), $inherited),
    ),
]);
if ($data = $form->get_data()) {
    $descriptions->keep($courseid, description::from($data));
    // The form stands beside the preview.
    choice_store::choose($courseid, (int) $data->choice, true);
    redirect($url, get_string('changessaved'), null, \core\output\notification::NOTIFY_SUCCESS);
}
$form->set_data(['choice' => choice_store::get($courseid)] + (array) $description);

echo $OUTPUT->header();
echo $OUTPUT->heading(get_string('publication', 'local_courseglue'));
echo $OUTPUT->render_from_template(
    'local_courseglue/course_publication',
    (new course_publication($course, publication_store::get($courseid), $form->render()))->export_for_template($OUTPUT),
);
echo $OUTPUT->footer();
