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
 * Leaves the network.
 *
 * @package    local_courseglue
 * @copyright  2026 The CourseGlue authors
 * @license    https://www.gnu.org/copyleft/gpl.html GNU GPL v3 or later
 */

define('CLI_SCRIPT', true);

require(__DIR__ . '/../../../config.php');
require_once($CFG->libdir . '/clilib.php');

use local_courseglue\local\cli;
use local_courseglue\local\engine\failure;
use local_courseglue\local\membership\leaving;
use local_courseglue\local\membership\leaving_sentences;
use local_courseglue\local\membership\membership;

$options = cli::options(['yes' => false], 'cli:leave:help');

cli::run(function () use ($options): void {
    if (!membership::is_active()) {
        throw new failure(get_string('leave:notjoined', 'local_courseglue'));
    }
    cli_writeln(get_string('leave:question', 'local_courseglue'));
    array_map(fn(string $consequence) => cli_writeln("- $consequence"), leaving_sentences::consequences());
    cli::confirm($options['yes']);
    array_map('cli_writeln', leaving_sentences::outcome(leaving::run()));
});
