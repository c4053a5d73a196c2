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

defined('MOODLE_INTERNAL') || die();

use local_courseglue\local\description\description;
use local_courseglue\local\publication\permission;
use local_courseglue\local\publication\restore_rules;

/**
 * The plugin's part of a restore: the description of a course, and the choice "Never share" of a course, section or activity.
 *
 * @package    local_courseglue
 * @copyright  2026 The CourseGlue authors
 * @license    https://www.gnu.org/copyleft/gpl.html GNU GPL v3 or later
 */
final class restore_local_courseglue_plugin extends restore_local_plugin {
    /**
     * The elements that are restored with a course.
     *
     * @return restore_path_element[]
     */
    protected function define_course_plugin_structure(): array {
        return [
            new restore_path_element('courseglue', $this->get_pathfor()),
            new restore_path_element('courseglue_description', $this->get_pathfor('/description')),
        ];
    }

    /**
     * The elements that are restored with a section.
     *
     * @return restore_path_element[]
     */
    protected function define_section_plugin_structure(): array {
        return [new restore_path_element('courseglue', $this->get_pathfor())];
    }

    /**
     * The elements that are restored with an activity.
     *
     * @return restore_path_element[]
     */
    protected function define_module_plugin_structure(): array {
        return [new restore_path_element('courseglue', $this->get_pathfor())];
    }

    /**
     * The choice of the course that something comes from.
     *
     * @param array|\stdClass $data
     */
    public function process_courseglue($data): void {
        restore_rules::choice((int) $this->task->get_courseid(), (int) ((array) $data)['choice']);
    }

    /**
     * Restores the description of a course. Into an existing course it is restored only by a user who may decide about that course.
     *
     * @param array|\stdClass $data
     */
    public function process_courseglue_description($data): void {
        $courseid = (int) $this->task->get_courseid();
        $isnew = $this->task->get_target() === backup::TARGET_NEW_COURSE;
        if (!$isnew && !permission::decides_course(\core\context\course::instance($courseid), (int) $this->task->get_userid())) {
            return;
        }
        $description = description::from((array) $data);
        restore_rules::description($courseid, $description, $this->task->is_samesite());
    }
}
