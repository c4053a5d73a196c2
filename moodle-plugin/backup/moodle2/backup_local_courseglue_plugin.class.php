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
use local_courseglue\local\publication\policy;
use local_courseglue\local\store\choice_store;
use local_courseglue\local\store\description_store;

/**
 * The plugin's part of a backup: the description of the course and, with the course and each section and activity of it, the
 * choice "Never share".
 *
 * @package    local_courseglue
 * @copyright  2026 The CourseGlue authors
 * @license    https://www.gnu.org/copyleft/gpl.html GNU GPL v3 or later
 */
final class backup_local_courseglue_plugin extends backup_local_plugin {
    /**
     * The elements that are saved with a course.
     *
     * @return backup_plugin_element
     */
    protected function define_course_plugin_structure(): backup_plugin_element {
        $plugin = $this->get_plugin_element();
        $course = new backup_nested_element($this->get_recommended_name(), null, ['choice']);
        $description = new backup_nested_element('description', null, [...description::FACTS, ...description::CONSENTS]);
        $plugin->add_child($course);
        $course->add_child($description);
        $course->set_source_array([$this->choice()]);
        $description->set_source_table(description_store::TABLE, ['courseid' => backup::VAR_COURSEID]);
        return $plugin;
    }

    /**
     * The elements that are saved with a section.
     *
     * @return backup_plugin_element
     */
    protected function define_section_plugin_structure(): backup_plugin_element {
        return $this->refusal();
    }

    /**
     * The elements that are saved with an activity.
     *
     * @return backup_plugin_element
     */
    protected function define_module_plugin_structure(): backup_plugin_element {
        return $this->refusal();
    }

    /**
     * The element with the choice "Never share"; it is empty where the course may be shared.
     *
     * @return backup_plugin_element
     */
    private function refusal(): backup_plugin_element {
        $plugin = $this->get_plugin_element();
        $refusal = new backup_nested_element($this->get_recommended_name(), null, ['choice']);
        $plugin->add_child($refusal);
        $choice = $this->choice();
        $refusal->set_source_array((int) $choice['choice'] === policy::NEVER ? [$choice] : []);
        return $plugin;
    }

    /**
     * The course's choice.
     *
     * @return array
     */
    private function choice(): array {
        return ['choice' => choice_store::get((int) $this->task->get_courseid())];
    }
}
