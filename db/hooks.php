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
 * Hook callbacks.
 *
 * @package    local_courseglue
 * @copyright  2026 The CourseGlue authors
 * @license    https://www.gnu.org/copyleft/gpl.html GNU GPL v3 or later
 */

defined('MOODLE_INTERNAL') || die();

$callbacks = [
    [
        'hook' => \core\hook\navigation\primary_extend::class,
        'callback' => [\local_courseglue\hook_callbacks::class, 'primary_extend'],
    ],
    [
        'hook' => \core_course\hook\after_form_definition::class,
        'callback' => [\local_courseglue\local\publication\course_form::class, 'define'],
    ],
    [
        'hook' => \core_course\hook\after_form_validation::class,
        'callback' => [\local_courseglue\local\publication\course_form::class, 'validate'],
    ],
    [
        'hook' => \core_course\hook\after_form_submission::class,
        'callback' => [\local_courseglue\local\publication\course_form::class, 'keep'],
    ],
];
