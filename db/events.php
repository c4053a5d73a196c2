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
 * Event observers: whatever may change what a visitor sees of a course marks it for another look; settings are told to the log.
 *
 * @package    local_courseglue
 * @copyright  2026 The CourseGlue authors
 * @license    https://www.gnu.org/copyleft/gpl.html GNU GPL v3 or later
 */

defined('MOODLE_INTERNAL') || die();

$observers = array_map(
    fn(string $event): array => [
        'eventname' => '\core\event\\' . $event,
        'callback' => '\local_courseglue\observer::course_changed',
        'internal' => false,
    ],
    [
        'capability_assigned',
        'capability_unassigned',
        'course_category_deleted',
        'course_category_updated',
        'course_content_deleted',
        'course_created',
        'course_deleted',
        'course_module_created',
        'course_module_deleted',
        'course_module_updated',
        'course_restored',
        'course_section_created',
        'course_section_deleted',
        'course_section_updated',
        'course_updated',
        'enrol_instance_created',
        'enrol_instance_deleted',
        'enrol_instance_updated',
        'tag_added',
        'tag_removed',
    ]
);
$observers[] = [
    'eventname' => '\core\event\role_assigned',
    'callback' => '\local_courseglue\observer::teacher_came',
    'internal' => false,
];
$observers[] = [
    'eventname' => '\core\event\config_log_created',
    'callback' => '\local_courseglue\observer::setting_changed',
];
