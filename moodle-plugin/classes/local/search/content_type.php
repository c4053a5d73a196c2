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

namespace local_courseglue\local\search;

/**
 * The name of a type of content, as this site calls it: section, or the name of an activity.
 *
 * @package    local_courseglue
 * @copyright  2026 The CourseGlue authors
 * @license    https://www.gnu.org/copyleft/gpl.html GNU GPL v3 or later
 */
final class content_type {
    /**
     * The name of a type in the reader's language; an activity that this site does not have keeps its own name.
     *
     * @param string $type "section" or a module's name
     * @return string
     */
    public static function label(string $type): string {
        if ($type === 'section') {
            return get_string('section');
        }
        if (get_string_manager()->string_exists('modulename', 'mod_' . $type)) {
            return get_string('modulename', 'mod_' . $type);
        }
        return ucfirst($type);
    }
}
