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
 * What a test site's web server runs: the peer endpoint.
 *
 * @copyright  2026 The CourseGlue authors
 * @license    https://www.gnu.org/copyleft/gpl.html GNU GPL v3 or later
 */

declare(strict_types=1);

namespace CourseGlue\Tests;

require_once(__DIR__ . '/Site.php');

if (parse_url($_SERVER['REQUEST_URI'], PHP_URL_PATH) !== Site::ENDPOINT) {
    http_response_code(404);
    echo '<html>Nothing here</html>';
    return;
}
$site = new Site(getenv('COURSEGLUE_SITE'));
$request = [$_SERVER['REQUEST_METHOD'], $_SERVER['QUERY_STRING'] ?? '', file_get_contents('php://input')];
// One process answers for each site of these tests: no other asks the same host.
$reply = $site->apply($site->node()->handle(...[...$request, $site->node()->host_to_check(...$request)]));
http_response_code($reply['status']);
header('Content-Type: application/json');
if ($reply['retryafter'] !== null) {
    header("Retry-After: {$reply['retryafter']}");
}
echo $reply['body'];
