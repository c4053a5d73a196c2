<?php
// Part of CourseGlue, GPL v3 or later.

/**
 * Prints how many database queries pages take that a student only reads, as JSON: {page: queries}.
 *
 * Usage: php bench_pages.php CONFIG; makes the student and a course where they are not there
 */

define('CLI_SCRIPT', true);

require($argv[1]);
require_once($CFG->dirroot . '/course/lib.php');
require_once($CFG->dirroot . '/user/lib.php');
require_once($CFG->libdir . '/enrollib.php');

/** How often each page is asked: the least counts, as what is done once in a while is not what a page costs. */
const TIMES = 6;
const PASSWORD = 'CourseGlue-Student-1';

set_config('perfdebug', 15);
$course = $DB->get_record('course', ['shortname' => 'bench'])
    ?: create_course((object) ['fullname' => 'Bench', 'shortname' => 'bench', 'category' => 1, 'numsections' => 3]);
if (!$DB->record_exists('user', ['username' => 'bench'])) {
    $user = user_create_user((object) [
        'username' => 'bench', 'password' => PASSWORD, 'firstname' => 'Ada', 'lastname' => 'Bench', 'auth' => 'manual',
        'email' => 'bench@example.org', 'confirmed' => 1, 'mnethostid' => $CFG->mnet_localhost_id,
    ]);
    $instance = $DB->get_record('enrol', ['courseid' => $course->id, 'enrol' => 'manual'], '*', MUST_EXIST);
    enrol_get_plugin('manual')->enrol_user($instance, $user, $DB->get_field('role', 'id', ['shortname' => 'student']));
}
// Moodle asks differently for a while after somebody was there: both times nobody was.
$DB->delete_records('user_lastaccess');

$curl = curl_init();
curl_setopt_array($curl, [CURLOPT_RETURNTRANSFER => true, CURLOPT_FOLLOWLOCATION => true, CURLOPT_COOKIEFILE => '']);

/** Opens a page, by POST where there are fields. */
function page(string $path, ?array $fields = null): string {
    global $CFG, $curl;
    curl_setopt($curl, CURLOPT_URL, $CFG->wwwroot . $path);
    curl_setopt($curl, $fields === null ? CURLOPT_HTTPGET : CURLOPT_POSTFIELDS, $fields === null ? true : http_build_query($fields, '', '&'));
    $html = curl_exec($curl);
    $status = curl_getinfo($curl, CURLINFO_RESPONSE_CODE);
    if ($html === false || $status !== 200) {
        throw new moodle_exception('error', '', '', null, "$path: $status " . curl_error($curl));
    }
    return $html;
}

preg_match('~name="logintoken" value="(\w+)"~', page('/login/index.php'), $token);
page('/login/index.php', ['username' => 'bench', 'password' => PASSWORD, 'logintoken' => $token[1]]);
$queries = [];
foreach (['/?redirect=0', '/my/', '/my/courses.php', '/course/view.php?id=' . $course->id] as $path) {
    $counts = [];
    for ($time = 0; $time < TIMES; $time++) {
        $html = page($path);
        if (!str_contains($html, 'login/logout.php') || !preg_match('~DB reads/writes: (\d+)/(\d+)~', $html, $found)) {
            throw new moodle_exception('error', '', '', null, "$path does not say how many queries it took for somebody logged in");
        }
        $counts[] = $found[1] + $found[2];
    }
    $queries[$path] = min($counts);
}
echo json_encode($queries, JSON_UNESCAPED_SLASHES), "\n";
