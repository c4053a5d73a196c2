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
 * The page that other sites call: JSON in, JSON out, no login, no session.
 *
 * @package    local_courseglue
 * @copyright  2026 The CourseGlue authors
 * @license    https://www.gnu.org/copyleft/gpl.html GNU GPL v3 or later
 */

define('AJAX_SCRIPT', true);
define('NO_DEBUG_DISPLAY', true);
define('NO_MOODLE_COOKIES', true);
define('ABORT_AFTER_CONFIG', true);

// What config.php or a plugin prints stands before no answer: it is kept back here, and dropped.
ob_start(); // phpcs:ignore moodle.Files.MoodleInternal.MoodleInternalGlobalState
// phpcs:ignore moodle.Files.RequireLogin.Missing -- other sites have no account here: signatures take the place of a login.
require(__DIR__ . '/../../config.php');
require(__DIR__ . '/classes/local/fast_path.php');

use local_courseglue\local\fast_path;
use local_courseglue\local\peer_answer;
use local_courseglue\local\peer_endpoint;

// One byte more than the limit tells about the rest: what the sender admits to be too large is not read at all.
$toolarge = (int) ($_SERVER['CONTENT_LENGTH'] ?? 0) > fast_path::BODY_LIMIT;
$posted = ($_SERVER['REQUEST_METHOD'] ?? 'GET') === 'POST' && !$toolarge;
$body = $posted ? (string) file_get_contents('php://input', false, null, 0, fast_path::BODY_LIMIT + 1) : '';
if ($toolarge || strlen($body) > fast_path::BODY_LIMIT) {
    peer_answer::error(413, 'too_large', 'A request has at most 1 MiB.')->send();
    die;
}

try {
    $answer = (new fast_path($CFG))->answer($_SERVER, $body);
} catch (Throwable) {
    // Moodle says what is wrong, or answers all the same.
    $answer = null;
}
$news = $answer['changes'] ?? '';
if ($answer !== null && $news === '') {
    fast_path::send($answer);
    if (!$answer['catchup']) {
        die;
    }
    fast_path::close_connection();
} else {
    // What is said where Moodle cannot even start, as when its database is down; Moodle's own word for that would be 200.
    peer_answer::prepare();
}
// Moodle as it is for any other page.
define('ABORT_AFTER_CONFIG_CANCEL', true);
require($CFG->dirroot . '/lib/setup.php');

if ($answer === null) {
    $method = $_SERVER['REQUEST_METHOD'] ?? 'GET';
    // Not cleaned: what is not exactly an operation's name is unknown, and the answer says so.
    $reply = peer_endpoint::answer($method, $_SERVER['QUERY_STRING'] ?? '', $body);
    $reply->send($_SERVER['HTTP_ACCEPT_ENCODING'] ?? '', $method === 'HEAD');
    fast_path::close_connection();
} else if ($news !== '') {
    $refusal = peer_endpoint::store($news);
    $refusal === null ? fast_path::send($answer) : $refusal->send();
    fast_path::close_connection();
}
peer_endpoint::catch_up($answer['catchup'] ?? false);
