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

declare(strict_types=1);

namespace local_courseglue\local\publication;

use core\context\course as course_context;
use core\context\coursecat as category_context;
use moodle_url;
use navigation_node;
use stdClass;

/**
 * The ways from a course and a category to the pages where sharing is decided.
 *
 * @package    local_courseglue
 * @copyright  2026 The CourseGlue authors
 * @license    https://www.gnu.org/copyleft/gpl.html GNU GPL v3 or later
 */
final class navigation {
    /** @var string Key of the entry in the course's navigation. */
    public const NODE_KEY = 'local_courseglue_publication';

    /**
     * Adds the page to a course's navigation, for users who may decide about the course.
     *
     * @param navigation_node $navigation the course's node
     * @param stdClass $course
     * @param course_context $context
     */
    public static function extend_course(navigation_node $navigation, stdClass $course, course_context $context): void {
        if ((int) $course->id === (int) SITEID || !permission::decides_course($context)) {
            return;
        }
        $navigation->add(
            get_string('publication', 'local_courseglue'),
            self::url((int) $course->id),
            navigation_node::TYPE_SETTING,
            null,
            self::NODE_KEY,
        );
    }

    /**
     * Adds the page to a category's navigation, for users who may decide about the category.
     *
     * @param navigation_node $navigation the category's node
     * @param category_context $context
     */
    public static function extend_category(navigation_node $navigation, category_context $context): void {
        if (!has_capability(permission::CATEGORY, $context)) {
            return;
        }
        $navigation->add(
            get_string('category', 'local_courseglue'),
            self::category_url((int) $context->instanceid),
            navigation_node::TYPE_SETTING,
            null,
            self::NODE_KEY,
        );
    }

    /**
     * The page of a category.
     *
     * @param int $categoryid
     * @return moodle_url
     */
    public static function category_url(int $categoryid): moodle_url {
        return new moodle_url('/local/courseglue/category.php', ['id' => $categoryid]);
    }

    /**
     * The page of a course.
     *
     * @param int $courseid
     * @return moodle_url
     */
    public static function url(int $courseid): moodle_url {
        return new moodle_url('/local/courseglue/course.php', ['id' => $courseid]);
    }
}
