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
 * Joins the network.
 *
 * @package    local_courseglue
 * @copyright  2026 The CourseGlue authors
 * @license    https://www.gnu.org/copyleft/gpl.html GNU GPL v3 or later
 */

define('CLI_SCRIPT', true);

require(__DIR__ . '/../../../config.php');
require_once($CFG->libdir . '/clilib.php');

use local_courseglue\local\cli;
use local_courseglue\local\identity\identity;
use local_courseglue\local\membership\contact;
use local_courseglue\local\membership\joining;
use local_courseglue\local\membership\preview;

$options = cli::options(['address' => '', 'first' => false, 'yes' => false], 'cli:join:help');
$address = is_string($options['address']) ? trim($options['address']) : '';
if (($address === '') !== (bool) $options['first']) {
    cli_error(get_string($address === '' ? 'join:nameaddress' : 'join:notboth', 'local_courseglue'));
}

cli::run(function () use ($options, $address): void {
    $contact = $options['first'] ? null : contact::find($address);
    if ($contact !== null) {
        cli_writeln(get_string('join:found', 'local_courseglue') . " $contact->name, $contact->url");
    }
    $preview = preview::make();
    cli_writeln(get_string('join:body', 'local_courseglue') . '. ' . get_string('join:body_desc', 'local_courseglue'));
    cli_writeln($preview->body);
    cli_writeln(get_string('join:storing', 'local_courseglue') . '. ' . get_string('join:storing_desc', 'local_courseglue'));
    cli::confirm($options['yes']);
    $problems = joining::run($contact?->url, $preview->digest());
    cli_writeln(get_string('join:done', 'local_courseglue', identity::load()->address));
    array_map('cli_writeln', $problems);
});
