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

// phpcs:ignore moodle.Files.RequireLogin.Missing -- other sites have no account here: signatures take the place of a login.
require(__DIR__ . '/../../config.php');

use local_courseglue\local\peer_answer;
use local_courseglue\local\peer_endpoint;

// What the sender admits to be too large is not read at all; one byte more than the limit tells about the rest.
if ((int) ($_SERVER['CONTENT_LENGTH'] ?? 0) > peer_endpoint::BODY_LIMIT) {
    peer_answer::error(413, 'too_large', 'A request has at most 1 MiB.')->send();
    die;
}
$method = $_SERVER['REQUEST_METHOD'] ?? 'GET';
$body = $method === 'POST' ? (string) file_get_contents('php://input', false, null, 0, peer_endpoint::BODY_LIMIT + 1) : '';
// Not cleaned: what is not exactly an operation's name is unknown, and the answer says so.
$answer = peer_endpoint::answer($method, $_SERVER['QUERY_STRING'] ?? '', $body);
$answer->send($_SERVER['HTTP_ACCEPT_ENCODING'] ?? '');
