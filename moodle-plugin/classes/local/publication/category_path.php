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

use stdClass;

/**
 * The categories above a course, from the root down.
 *
 * Read from the database and not through core_course_category, whose application cache does not notice a category
 * hidden by SQL.
 *
 * @package    local_courseglue
 * @copyright  2026 The CourseGlue authors
 * @license    https://www.gnu.org/copyleft/gpl.html GNU GPL v3 or later
 */
final class category_path {
    /**
     * The categories, from the root down; empty when one of them does not exist.
     *
     * @param int $categoryid the course's category
     * @return stdClass[] id, name, visible and path
     */
    public static function of(int $categoryid): array {
        global $DB;
        $path = $DB->get_field('course_categories', 'path', ['id' => $categoryid]);
        $ids = array_map('intval', array_filter(explode('/', (string) $path)));
        if (!$ids) {
            return [];
        }
        $found = $DB->get_records_list('course_categories', 'id', $ids, '', 'id, name, visible, path');
        $categories = [];
        foreach ($ids as $id) {
            if (!isset($found[$id])) {
                return [];
            }
            $categories[] = $found[$id];
        }
        return $categories;
    }
}
