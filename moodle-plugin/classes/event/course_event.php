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

namespace local_courseglue\event;

use moodle_url;

/**
 * An event that decides or says whether other sites find a course.
 *
 * @package    local_courseglue
 * @copyright  2026 The CourseGlue authors
 * @license    https://www.gnu.org/copyleft/gpl.html GNU GPL v3 or later
 */
abstract class course_event extends courseglue_event {
    #[\Override]
    protected function init(): void {
        parent::init();
        $this->data['objecttable'] = 'course';
    }

    #[\Override]
    public function get_url(): moodle_url {
        return new moodle_url('/local/courseglue/course.php', ['id' => $this->objectid]);
    }

    #[\Override]
    public static function get_objectid_mapping(): array {
        return ['db' => 'course', 'restore' => 'course'];
    }

    #[\Override]
    public static function get_other_mapping(): bool {
        return false;
    }
}
