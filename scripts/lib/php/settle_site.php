<?php
// Part of CourseGlue, GPL v3 or later.

/**
 * Makes a cloned Moodle a site of its own: its name, place and language, and two people in its first course.
 *
 * Usage: php settle_site.php CONFIG JSON, with {"fullname", "shortname", "country", "lang", "timezone", "summary",
 * "teacher": {"username", "password", "firstname", "lastname"}, "student": {the same}, "settings": [[component, name, value], …]}
 */

define('CLI_SCRIPT', true);

require($argv[1]);
require_once($CFG->dirroot . '/user/lib.php');
require_once($CFG->libdir . '/enrollib.php');

$wanted = json_decode($argv[2], false, 8, JSON_THROW_ON_ERROR);

$DB->update_record('course', (object) [
    'id' => SITEID, 'fullname' => $wanted->fullname, 'shortname' => $wanted->shortname, 'summary' => $wanted->summary,
    'timemodified' => time(),
]);
set_config('country', $wanted->country);
set_config('timezone', $wanted->timezone);
set_config('lang', $wanted->lang);
// Clones of one template would all tell Moodle's services that they are the same site.
set_config('siteidentifier', random_string(32) . parse_url($CFG->wwwroot, PHP_URL_HOST));
// Moodle makes this of the host's name, and none of an IP address.
set_config('noreplyaddress', 'noreply@example.org');
// Visitors may make themselves an account, so that "open registration" is true of courses that say so.
set_config('registerauth', 'email');
// The first page that is shown makes its theme's style sheet; cron need not make those of all themes before.
$DB->delete_records('task_adhoc', ['classname' => '\\core\\task\\build_installed_themes_task']);
foreach ($wanted->settings as [$component, $name, $value]) {
    set_config($name, $value, $component === 'core' ? null : $component);
}

$course = $DB->get_records_select('course', 'id <> ?', [SITEID], 'id', '*', 0, 1);
$course = reset($course);
$manual = enrol_get_plugin('manual');
foreach (['teacher' => 'editingteacher', 'student' => 'student'] as $who => $role) {
    $person = $wanted->$who;
    $user = $DB->get_record('user', ['username' => $person->username]);
    $id = $user->id ?? user_create_user((object) [
        'username' => $person->username, 'password' => $person->password, 'firstname' => $person->firstname,
        'lastname' => $person->lastname, 'email' => "$person->username@example.org", 'auth' => 'manual', 'confirmed' => 1,
        'mnethostid' => $CFG->mnet_localhost_id, 'lang' => 'en', 'country' => $wanted->country,
    ]);
    if (!$course) {
        continue;
    }
    $instance = $DB->get_record('enrol', ['courseid' => $course->id, 'enrol' => 'manual'])
        ?: $DB->get_record('enrol', ['id' => $manual->add_default_instance($course)]);
    $manual->enrol_user($instance, $id, $DB->get_field('role', 'id', ['shortname' => $role], MUST_EXIST));
}
purge_caches(['lang' => true, 'other' => true]);
