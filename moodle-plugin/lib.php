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
 * Callbacks that Moodle looks for by name. No logic here: they delegate.
 *
 * @package    local_courseglue
 * @copyright  2026 The CourseGlue authors
 * @license    https://www.gnu.org/copyleft/gpl.html GNU GPL v3 or later
 */

/**
 * Checks for the status report.
 *
 * @return \core\check\check[]
 */
function local_courseglue_status_checks(): array {
    return [
        new \local_courseglue\check\extension(),
        new \local_courseglue\check\membership(),
        new \local_courseglue\check\sync(),
        new \local_courseglue\check\publishing(),
        new \local_courseglue\check\reachability(),
        new \local_courseglue\check\view(),
    ];
}

/**
 * Adds the search to the tree of the Navigation block.
 *
 * @param global_navigation $navigation
 */
function local_courseglue_extend_navigation(global_navigation $navigation): void {
    \local_courseglue\local\search\navigation::extend_tree($navigation);
}

/**
 * Adds the page of a course's choice to its navigation.
 *
 * @param navigation_node $navigation
 * @param stdClass $course
 * @param context_course $context
 */
function local_courseglue_extend_navigation_course($navigation, $course, $context): void {
    \local_courseglue\local\publication\navigation::extend_course($navigation, $course, $context);
}

/**
 * Adds the page where a category decides what of it is shared to the category's navigation.
 *
 * @param navigation_node $navigation
 * @param context_coursecat $context
 */
function local_courseglue_extend_navigation_category_settings($navigation, $context): void {
    \local_courseglue\local\publication\navigation::extend_category($navigation, $context);
}
