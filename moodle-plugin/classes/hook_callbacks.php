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

namespace local_courseglue;

use core\hook\navigation\primary_extend;
use local_courseglue\local\search\permission;
use moodle_url;
use navigation_node;

/**
 * What CourseGlue adds to Moodle's own pages.
 *
 * @package    local_courseglue
 * @copyright  2026 The CourseGlue authors
 * @license    https://www.gnu.org/copyleft/gpl.html GNU GPL v3 or later
 */
final class hook_callbacks {
    /** @var string Key of the entry in the primary navigation; index.php activates it. */
    public const NODE_KEY = 'local_courseglue_search';

    /**
     * Adds the search to the primary navigation, for whoever may search in any course.
     *
     * @param primary_extend $hook
     */
    public static function primary_extend(primary_extend $hook): void {
        if (during_initial_install() || isset($GLOBALS['CFG']->upgraderunning)) {
            return;
        }
        if (!permission::granted()) {
            return;
        }
        $hook->get_primaryview()->add(
            get_string('findcourses', 'local_courseglue'),
            new moodle_url('/local/courseglue/index.php'),
            navigation_node::TYPE_ROOTNODE,
            null,
            self::NODE_KEY,
        );
    }
}
