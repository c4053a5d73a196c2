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
use local_courseglue\local\store\choice_store;

/**
 * One choice for many courses.
 *
 * @package    local_courseglue
 * @copyright  2026 The CourseGlue authors
 * @license    https://www.gnu.org/copyleft/gpl.html GNU GPL v3 or later
 */
final class bulk_choice {
    /**
     * Makes the choice for those of the courses that the current user decides about.
     *
     * @param int[] $courseids
     * @param int $choice a constant of {@see policy}
     * @return int[] changed, refused: numbers of courses
     */
    public static function make(array $courseids, int $choice): array {
        $report = ['changed' => 0, 'refused' => 0];
        foreach (array_unique($courseids) as $courseid) {
            $context = course_context::instance($courseid, IGNORE_MISSING);
            if (!$context || $courseid === (int) SITEID || !permission::decides_course($context)) {
                $report['refused']++;
            } else if (choice_store::get($courseid) !== $choice) {
                choice_store::choose($courseid, $choice);
                $report['changed']++;
            }
        }
        return $report;
    }
}
