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
 * Strings, English. In alphabetical order.
 *
 * @package    local_courseglue
 * @copyright  2026 The CourseGlue authors
 * @license    https://www.gnu.org/copyleft/gpl.html GNU GPL v3 or later
 */

defined('MOODLE_INTERNAL') || die();

$string['check:extension'] = 'CourseGlue: PHP extension';
$string['check:extension:abi'] = 'The PHP extension does not fit this plugin';
$string['check:extension:missing'] = 'The PHP extension is not loaded';
$string['check:extension:ok'] = 'The PHP extension {$a} is loaded';
$string['check:membership'] = 'CourseGlue: membership';
$string['check:membership:copy'] = 'This site looks like a copy: nothing is sent until you say what it is';
$string['check:membership:joined'] = 'Joined as {$a}';
$string['check:membership:none'] = 'Not joined: nothing leaves this site';
$string['check:reachability'] = 'CourseGlue: reachable by other sites';
$string['check:reachability:failed'] = 'Other sites cannot reach this one';
$string['check:reachability:failed_details'] = 'Asked for {$a->url} and got: {$a->answer}. Other sites need this page without logging in: let it through any bot wall, firewall or web server rule.';
$string['check:reachability:ok'] = 'The page that other sites ask answers';
$string['check:reachability:unknown'] = 'Could not be tested from here: {$a}';
$string['check:sync'] = 'CourseGlue: exchange with other sites';
$string['check:sync:late'] = 'The last exchange was {$a} ago: see whether cron runs';
$string['check:sync:never'] = 'No exchange yet: it happens when cron runs';
$string['check:sync:ok'] = 'The last exchange was {$a} ago';
$string['check:view'] = 'CourseGlue: local copy on this web server';
$string['check:view:network'] = 'The local copy lies on a network file system ({$a->type}), which is slow and unsafe for it. Add to config.php: $CFG->local_courseglue_viewdir = \'/a/directory/on/a/local/disk\'; (it is now {$a->dir})';
$string['check:view:ok'] = 'Kept in {$a}';
$string['check:view:readonly'] = 'Cannot write to {$a}. Make it writable for the web server, or add to config.php: $CFG->local_courseglue_viewdir = \'/a/directory/on/a/local/disk\';';
$string['copy:reason:address'] = 'its address is {$a->now}, and it joined as {$a->then}';
$string['copy:reason:divertallemailsto'] = 'its mail is diverted to other addresses ($CFG->divertallemailsto)';
$string['copy:reason:instancediffers'] = 'its data directory belongs to another site';
$string['copy:reason:instancemissing'] = 'its data directory is not the one it joined with';
$string['copy:reason:noemailever'] = 'it sends no mail ($CFG->noemailever)';
$string['copy:reason:secret'] = 'its key cannot be read with the secret in its data directory';
$string['courseglue:manage'] = 'Join and leave CourseGlue, and decide what is published';
$string['courseglue:publish'] = 'Decide whether a course is listed in CourseGlue';
$string['courseglue:search'] = 'Search the courses of other sites with CourseGlue';
$string['courseglue:viewstatistics'] = 'See the worldwide statistics of CourseGlue';
$string['engine:abi'] = 'The PHP extension courseglue on this server does not fit this version of the plugin: install the extension that was released with it, and restart PHP.';
$string['engine:failed'] = '{$a}';
$string['engine:missing'] = 'The PHP extension courseglue is not loaded on this server: install it, add the line extension=courseglue to php.ini (for the web server and for cron), and restart PHP.';
$string['environment:extension'] = 'CourseGlue needs its own PHP extension to take part in the network. Moodle works without it. How to install it: see the plugin\'s README.';
$string['pluginname'] = 'CourseGlue';
$string['task:publish'] = 'CourseGlue: send changed courses';
$string['task:record_history'] = 'CourseGlue: keep today\'s totals';
$string['task:sweep'] = 'CourseGlue: look for changed courses';
$string['task:sync'] = 'CourseGlue: exchange with another site';
