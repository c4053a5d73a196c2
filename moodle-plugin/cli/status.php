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
 * Shows this site's place in the network, and what is wrong.
 *
 * @package    local_courseglue
 * @copyright  2026 The CourseGlue authors
 * @license    https://www.gnu.org/copyleft/gpl.html GNU GPL v3 or later
 */

define('CLI_SCRIPT', true);

require(__DIR__ . '/../../../config.php');
require_once($CFG->libdir . '/clilib.php');

use local_courseglue\local\cli;
use local_courseglue\local\engine\engine_factory;
use local_courseglue\local\engine\extension_guide;
use local_courseglue\local\status;

$options = cli::options(['json' => false], 'cli:status:help');

$status = status::of_this_site();
if ($options['json']) {
    cli::json($status);
    die;
}
foreach (array_diff_key($status, ['checks' => true]) as $name => $value) {
    cli_writeln($name . ': ' . (is_array($value) ? implode(' ', $value) : var_export($value, true)));
}
foreach ($status['checks'] as $check) {
    cli_writeln("{$check['name']}: {$check['status']}: {$check['summary']}" . rtrim(" {$check['details']}"));
}
if (engine_factory::problem() !== null) {
    cli_writeln("\n" . extension_guide::here()->text());
}
