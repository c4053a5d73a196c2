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
 * Every course of the site, with what is shared of them, and one choice for many.
 *
 * @package    local_courseglue
 * @copyright  2026 The CourseGlue authors
 * @license    https://www.gnu.org/copyleft/gpl.html GNU GPL v3 or later
 */

use core_reportbuilder\system_report_factory;
use local_courseglue\local\publication\bulk_choice;
use local_courseglue\local\publication\policy;
use local_courseglue\reportbuilder\local\systemreports\courses;

require_once(__DIR__ . '/../../config.php');
require_once($CFG->libdir . '/adminlib.php');

admin_externalpage_setup('local_courseglue_courses');
$url = new moodle_url('/local/courseglue/courses.php');

$courseids = optional_param('courses', '', PARAM_SEQUENCE);
if ($courseids !== '') {
    require_sesskey();
    $choice = required_param('choice', PARAM_INT);
    if (!in_array($choice, policy::CHOICES, true)) {
        throw new moodle_exception('invalidparameter', 'debug');
    }
    $report = bulk_choice::make(array_map('intval', explode(',', $courseids)), $choice);
    $said = get_string('courses:changed', 'local_courseglue', $report['changed']);
    if ($report['refused']) {
        $said .= ' ' . get_string('courses:refused', 'local_courseglue', $report['refused']);
    }
    redirect($url, $said, null, \core\output\notification::NOTIFY_SUCCESS);
}

$report = system_report_factory::create(courses::class, \core\context\system::instance());
echo $OUTPUT->header();
echo $OUTPUT->heading(get_string('courses', 'local_courseglue'));
echo html_writer::tag('p', get_string('courses:intro', 'local_courseglue'), ['class' => 'local_courseglue-lead']);
echo $report->output();
echo $OUTPUT->render_from_template('local_courseglue/bulk_choice', [
    'action' => $url->out(false),
    'sesskey' => sesskey(),
    'choices' => [
        ['value' => policy::PUBLISH, 'name' => get_string('courses:share', 'local_courseglue')],
        ['value' => policy::NEVER, 'name' => get_string('courses:never', 'local_courseglue')],
        ['value' => policy::UNDECIDED, 'name' => get_string('courses:default', 'local_courseglue')],
    ],
]);
echo $OUTPUT->footer();
