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
 * Searches the courses of the network.
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
use local_courseglue\local\engine\failure;
use local_courseglue\local\identity\identity;
use local_courseglue\local\membership\membership;
use local_courseglue\local\store\changes;

$options = cli::options(['words' => '', 'lang' => 'en', 'limit' => '20', 'json' => false], 'cli:search:help');
if ($options['words'] === '') {
    cli_error(get_string('cli:search:help', 'local_courseglue'));
}

cli::run(function () use ($options): void {
    if (!membership::is_active()) {
        throw new failure(get_string('cli:notactive', 'local_courseglue'));
    }
    $found = engine_factory::get()->search([
        'words' => $options['words'],
        'lang' => $options['lang'],
        'filters' => [],
        'offset' => 0,
        'limit' => (int) $options['limit'],
    ]);
    changes::try($found['changes'] ?? []);
    unset($found['changes']);
    if ($options['json']) {
        cli::json($found);
        return;
    }
    cli_writeln(get_string('cli:search:total', 'local_courseglue', $found['total']));
    $own = identity::load()->nodeid;
    foreach ($found['hits'] as $hit) {
        $names = $hit['record']['fullname'];
        $name = $names[$options['lang']] ?? $names[$hit['record']['lang']] ?? reset($names);
        cli_writeln("- {$name} ({$hit['site']['name']}, {$hit['record']['lang']}, {$hit['record']['access']})"
            . ($hit['nodeid'] === $own ? ' [' . get_string('own', 'local_courseglue') . ']' : ''));
        cli_writeln('  ' . rtrim($hit['site']['url'], '/') . '/' . $hit['record']['link']);
    }
});
