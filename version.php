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
 * Version information.
 *
 * @package    local_courseglue
 * @copyright  2026 The CourseGlue authors
 * @license    https://www.gnu.org/copyleft/gpl.html GNU GPL v3 or later
 */

defined('MOODLE_INTERNAL') || die();

// The repository holds the plugin in parts: only a package, or a copy with links followed, is the plugin.
if (file_exists(__DIR__ . '/Cargo.toml')) {
    throw new \RuntimeException('local/courseglue is a checkout of the CourseGlue repository, which is not the plugin itself:'
        . ' move it out of Moodle, run scripts/package in it, and install the local_courseglue.zip it writes.');
}

$plugin->component = 'local_courseglue';
$plugin->version   = 2026113004;
$plugin->requires  = 2024100700;
$plugin->supported = [405, 501];
$plugin->maturity  = MATURITY_ALPHA;
$plugin->release   = '0.1.0';
