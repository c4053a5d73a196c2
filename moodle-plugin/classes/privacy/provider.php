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

namespace local_courseglue\privacy;

use core_privacy\local\metadata\collection;

/**
 * The plugin's own tables hold no user's data, and a search leaves the site without its user. Moodle's log
 * says which user did what; its stores export and delete that.
 *
 * @package    local_courseglue
 * @copyright  2026 The CourseGlue authors
 * @license    https://www.gnu.org/copyleft/gpl.html GNU GPL v3 or later
 */
class provider implements
    \core_privacy\local\metadata\provider,
    \core_privacy\local\request\data_provider
{
    /**
     * Describes what a search sends to other sites, and what Moodle's log keeps.
     *
     * @param collection $collection
     * @return collection
     */
    public static function get_metadata(collection $collection): collection {
        $collection->add_external_location_link(
            'network',
            [
                'words' => 'privacy:metadata:network:words',
                'lang' => 'privacy:metadata:network:lang',
                'filters' => 'privacy:metadata:network:filters',
            ],
            'privacy:metadata:network'
        );
        $collection->add_plugintype_link('logstore', [], 'privacy:metadata:log');
        $collection->add_subsystem_link('core_message', [], 'privacy:metadata:core_message');
        return $collection;
    }
}
