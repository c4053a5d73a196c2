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
 * Changes a Moodle as its people would, for the tests of the network: php change.php ACTION ARGUMENT…
 *
 *   create JSON              a course: shortname, fullname, sections (name, visible, activities); guests may enter;
 *                            in place of one with that short name
 *   rename SHORTNAME NAME    another full name
 *   hide|show SHORTNAME      the course
 *   hidecategory SHORTNAME   the category that it is in, which is its own
 *   end SHORTNAME            it ended yesterday
 *   delete SHORTNAME         the course
 *   addpage SHORTNAME NAME   a page in its first section
 *   describe JSON            a course as "create" makes it, with custom fields of courses: "fields", short name → value,
 *                            and of these "forteachers", the short names of those that only teachers see
 *   teach SHORTNAME USERNAME makes somebody an editing teacher of a course
 *   idof SHORTNAME           the course's id
 *   categoryof SHORTNAME     the id of the category that it is in
 *   search JSON              what searches for each of these words find, in one process
 *   held                     the text of every record that is held, and of every site that is known
 *   set JSON                 settings, of each its component ("core" for Moodle's own), its name and its value
 *   people SHORTNAME PASSWORD  one user for every role that matters, called who-ROLE, those of a course in this one
 *   nopeople                 takes those away again
 *   log                      what the log holds of the plugin: event and user, the oldest first
 *   counts                   rows by table of the plugin, the courses of others that are held, and the terms of all
 *
 * Prints JSON.
 *
 * @package    local_courseglue
 * @copyright  2026 The CourseGlue authors
 * @license    https://www.gnu.org/copyleft/gpl.html GNU GPL v3 or later
 */

define('CLI_SCRIPT', true);

require(__DIR__ . '/../../../../config.php');
require_once($CFG->dirroot . '/course/lib.php');
require_once($CFG->dirroot . '/course/modlib.php');
require_once($CFG->libdir . '/enrollib.php');
require_once($CFG->libdir . '/resourcelib.php');
require_once($CFG->dirroot . '/user/lib.php');

use local_courseglue\local\engine\engine_factory;
use local_courseglue\local\identity\identity;
use local_courseglue\local\membership\copy_decision;
use local_courseglue\local\store\record_store;
use local_courseglue\local\store\state_store;

/**
 * A course by its short name.
 *
 * @param string $shortname
 * @return stdClass
 */
function courseglue_course(string $shortname): stdClass {
    global $DB;
    return $DB->get_record('course', ['shortname' => $shortname], '*', MUST_EXIST);
}

/**
 * Has every view made anew: what was changed behind the plugin's back, no row tells of.
 */
function courseglue_views_anew(): void {
    global $DB;
    $DB->delete_records('local_courseglue_revisions');
    state_store::bump();
}

/**
 * Adds a page to a section.
 *
 * @param stdClass $course
 * @param int $section number
 * @param string $name
 */
function courseglue_add_page(stdClass $course, int $section, string $name): void {
    global $DB;
    add_moduleinfo((object) [
        'modulename' => 'page',
        'module' => $DB->get_field('modules', 'id', ['name' => 'page']),
        'name' => $name,
        'section' => $section,
        'visible' => 1,
        'visibleoncoursepage' => 1,
        'introeditor' => ['text' => '', 'format' => FORMAT_HTML, 'itemid' => 0],
        'page' => ['text' => $name, 'format' => FORMAT_HTML, 'itemid' => 0],
        'content' => $name,
        'contentformat' => FORMAT_HTML,
        'display' => RESOURCELIB_DISPLAY_OPEN,
        'printintro' => 0,
        'printlastmodified' => 0,
        'cmidnumber' => '',
    ], $course);
}

/**
 * Makes a course in a category of its own.
 *
 * @param array $description
 * @return int
 */
function courseglue_create(array $description): int {
    global $DB;
    // Left by a run that was cut off.
    if ($left = $DB->get_record('course', ['shortname' => $description['shortname']])) {
        delete_course($left->id, false);
    }
    $category = core_course_category::create(['name' => 'Category of ' . $description['shortname']]);
    $course = create_course((object) [
        'category' => $category->id,
        'fullname' => $description['fullname'],
        'shortname' => $description['shortname'],
        'summary' => $description['summary'] ?? '',
        'summaryformat' => FORMAT_HTML,
        'lang' => 'en',
        'format' => 'topics',
        'numsections' => count($description['sections'] ?? []),
        'startdate' => time() - YEARSECS,
        'enddate' => 0,
    ]);
    foreach ($description['sections'] ?? [] as $index => $section) {
        $row = $DB->get_record('course_sections', ['course' => $course->id, 'section' => $index + 1], '*', MUST_EXIST);
        foreach ($section['activities'] ?? [] as $name) {
            courseglue_add_page($course, $index + 1, $name);
        }
        course_update_section($course, $row, ['name' => $section['name'], 'visible' => (int) ($section['visible'] ?? 1)]);
    }
    $guest = enrol_get_plugin('guest');
    $instance = $DB->get_record('enrol', ['courseid' => $course->id, 'enrol' => 'guest']);
    if ($instance) {
        $guest->update_status($instance, ENROL_INSTANCE_ENABLED);
    } else {
        $guest->add_instance($course, ['status' => ENROL_INSTANCE_ENABLED]);
    }
    return (int) $course->id;
}

/**
 * Gives a course values in custom fields, which are made where they do not exist.
 *
 * @param int $courseid
 * @param string[] $values by short name
 * @param string[] $forteachers short names of those that only teachers see
 */
function courseglue_fill_fields(int $courseid, array $values, array $forteachers): void {
    global $DB;
    $handler = \core_course\customfield\course_handler::create();
    $categories = $handler->get_categories_with_fields();
    $category = reset($categories) ?: \core_customfield\category_controller::create($handler->create_category('About'));
    foreach ($values as $name => $value) {
        if (!$DB->record_exists('customfield_field', ['shortname' => $name])) {
            $field = \core_customfield\field_controller::create(0, (object) ['type' => 'text'], $category);
            $visibility = in_array($name, $forteachers, true) ? $handler::VISIBLETOTEACHERS : $handler::VISIBLETOALL;
            $handler->save_field_configuration($field, (object) [
                'name' => $name, 'shortname' => $name, 'categoryid' => $category->get('id'), 'description' => '', 'descriptionformat' => FORMAT_HTML,
                'configdata' => ['visibility' => $visibility, 'required' => 0, 'uniquevalues' => 0, 'locked' => 0, 'defaultvalue' => '',
                    'displaysize' => 50, 'maxlength' => 1333, 'ispassword' => 0, 'link' => ''],
            ]);
        }
    }
    $data = (object) ['id' => $courseid];
    foreach ($values as $name => $value) {
        $data->{"customfield_$name"} = $value;
    }
    \core_course\customfield\course_handler::create()->instance_form_save($data);
}

/**
 * A role that has one capability and no other.
 *
 * @param string $shortname
 * @param string $capability
 * @return int
 */
function courseglue_role(string $shortname, string $capability): int {
    global $DB;
    $id = $DB->get_field('role', 'id', ['shortname' => $shortname]) ?: create_role($shortname, $shortname, '');
    set_role_contextlevels($id, [CONTEXT_SYSTEM]);
    assign_capability($capability, CAP_ALLOW, $id, context_system::instance()->id, true);
    return (int) $id;
}

/**
 * Makes one user for every role that matters.
 *
 * @param stdClass $course
 * @param string $password
 */
function courseglue_people(stdClass $course, string $password): void {
    global $CFG, $DB;
    $role = fn(string $shortname): int => (int) $DB->get_field('role', 'id', ['shortname' => $shortname], MUST_EXIST);
    $system = context_system::instance()->id;
    $category = context_coursecat::instance($course->category)->id;
    $empty = core_course_category::create(['name' => 'Without a course'])->get_context()->id;
    $within = context_course::instance($course->id)->id;
    $assigned = [
        'manager' => [$role('manager'), $system],
        'keeper' => [courseglue_role('who-keeper', 'local/courseglue:manage'), $system],
        'statistician' => [courseglue_role('who-statistician', 'local/courseglue:viewstatistics'), $system],
        'creator' => [$role('coursecreator'), $system],
        'categorycreator' => [$role('coursecreator'), $empty],
        'categorymanager' => [$role('manager'), $category],
        'editingteacher' => [$role('editingteacher'), $within],
        'teacher' => [$role('teacher'), $within],
        'student' => [$role('student'), $within],
        'user' => null,
    ];
    foreach ($assigned as $who => $assignment) {
        $userid = user_create_user((object) [
            'username' => "who-$who", 'password' => $password, 'firstname' => ucfirst($who), 'lastname' => 'Who',
            'auth' => 'manual', 'email' => "who-$who@example.org", 'confirmed' => 1, 'mnethostid' => $CFG->mnet_localhost_id,
            'lang' => 'en',
        ]);
        if ($assignment === null) {
            continue;
        }
        [$roleid, $contextid] = $assignment;
        if ($contextid === $within) {
            $instance = $DB->get_record('enrol', ['courseid' => $course->id, 'enrol' => 'manual'], '*', MUST_EXIST);
            enrol_get_plugin('manual')->enrol_user($instance, $userid, $roleid);
        } else {
            role_assign($roleid, $userid, $contextid);
        }
    }
}

/**
 * Takes them away again.
 */
function courseglue_no_people(): void {
    global $DB;
    foreach ($DB->get_records_select('user', 'deleted = 0 AND ' . $DB->sql_like('username', '?'), ['who-%']) as $user) {
        delete_user($user);
    }
    foreach ($DB->get_fieldset_select('role', 'id', $DB->sql_like('shortname', '?'), ['who-%']) as $roleid) {
        delete_role($roleid);
    }
    foreach ($DB->get_fieldset_select('course_categories', 'id', 'name = ?', ['Without a course']) as $categoryid) {
        core_course_category::get($categoryid)->delete_full(false);
    }
}

\core\session\manager::set_user(get_admin());
[, $action, $first, $second] = $argv + [1 => '', 2 => '', 3 => ''];
$done = ['done' => $action];
switch ($action) {
    case 'create':
        $done['id'] = courseglue_create(json_decode($first, true, 512, JSON_THROW_ON_ERROR));
        break;
    case 'rename':
        update_course((object) ['id' => courseglue_course($first)->id, 'fullname' => $second]);
        break;
    case 'hide':
    case 'show':
        course_change_visibility(courseglue_course($first)->id, $action === 'show');
        break;
    case 'hidecategory':
        core_course_category::get(courseglue_course($first)->category)->hide();
        break;
    case 'end':
        $course = courseglue_course($first);
        update_course((object) ['id' => $course->id, 'startdate' => $course->startdate, 'enddate' => time() - DAYSECS]);
        break;
    case 'addpage':
        courseglue_add_page(courseglue_course($first), 1, $second);
        break;
    case 'delete':
        $course = courseglue_course($first);
        delete_course($course->id, false);
        break;
    case 'people':
        courseglue_no_people();
        courseglue_people(courseglue_course($first), $second);
        break;
    case 'nopeople':
        courseglue_no_people();
        break;
    case 'log':
        $reader = get_log_manager()->get_readers()['logstore_standard'];
        $name = fn(int $userid): string => $userid === 0 ? '' : core_user::get_user($userid)->username;
        $done = array_values(array_map(
            fn(\core\event\base $event): array => [
                'event' => "{$event->target}_{$event->action}",
                'user' => $name((int) $event->userid),
            ],
            $reader->get_events_select('component = ?', ['local_courseglue'], 'id', 0, 0),
        ));
        break;
    case 'set':
        foreach (json_decode($first, true, 512, JSON_THROW_ON_ERROR) as [$component, $name, $value]) {
            set_config($name, $value, $component === 'core' ? null : $component);
        }
        break;
    case 'lose':
        // As if the tables of what is held for others had been damaged, and emptied to mend them.
        $DB->delete_records('local_courseglue_records');
        courseglue_views_anew();
        break;
    case 'nextday':
        // What happened at some time happened a day earlier.
        foreach ($DB->get_records('local_courseglue_marks') as $mark) {
            if (ctype_digit($mark->value) && $mark->value > 2 * DAYSECS * 1000) {
                $DB->set_field('local_courseglue_marks', 'value', $mark->value - DAYSECS * 1000, ['id' => $mark->id]);
            }
        }
        courseglue_views_anew();
        break;
    case 'moved':
        $done['said'] = copy_decision::is_original();
        break;
    case 'describe':
        $description = json_decode($first, true, 512, JSON_THROW_ON_ERROR);
        $done['id'] = courseglue_create($description);
        courseglue_fill_fields($done['id'], $description['fields'], $description['forteachers']);
        break;
    case 'teach':
        $instance = $DB->get_record('enrol', ['courseid' => courseglue_course($first)->id, 'enrol' => 'manual'], '*', MUST_EXIST);
        $userid = $DB->get_field('user', 'id', ['username' => $second], MUST_EXIST);
        $roleid = $DB->get_field('role', 'id', ['shortname' => 'editingteacher'], MUST_EXIST);
        enrol_get_plugin('manual')->enrol_user($instance, $userid, $roleid);
        break;
    case 'idof':
        $done['id'] = (int) courseglue_course($first)->id;
        break;
    case 'categoryof':
        $done['id'] = (int) courseglue_course($first)->category;
        break;
    case 'search':
        $done = [];
        foreach (json_decode($first, true, 512, JSON_THROW_ON_ERROR) as $words) {
            $query = ['words' => $words, 'lang' => 'en', 'filters' => [], 'offset' => 0, 'limit' => 20];
            $done[$words] = engine_factory::get()->search($query)['hits'];
        }
        break;
    case 'held':
        $done = ['records' => [], 'sites' => []];
        foreach (array_keys($done) as $table) {
            $bodies = $DB->get_fieldset_select("local_courseglue_$table", 'body', '1 = 1');
            $done[$table] = array_map('base64_decode', $bodies);
        }
        break;
    case 'counts':
        $done = [];
        foreach (['sites', 'records', 'checks', 'rules'] as $table) {
            $done[$table] = $DB->count_records('local_courseglue_' . $table);
        }
        $done['others'] = $DB->count_records_select(
            'local_courseglue_records',
            'withdrawn = 0 AND nodeid <> ?',
            [identity::load()->nodeid],
        );
        $held = fn(stdClass $record): int => count(record_store::terms($record));
        $done['terms'] = array_sum(array_map($held, $DB->get_records('local_courseglue_records')));
        break;
    default:
        cli_error('Which action? See the head of this file.');
}
echo json_encode($done), "\n";
