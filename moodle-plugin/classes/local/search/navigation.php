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

use core\navigation\views\primary;
use global_navigation;
use moodle_url;
use navigation_node;
use pix_icon;

/**
 * The link to the search on every page, for users who may search.
 *
 * @package    local_courseglue
 * @copyright  2026 The CourseGlue authors
 * @license    https://www.gnu.org/copyleft/gpl.html GNU GPL v3 or later
 */
final class navigation {
    /** @var string Key of the entry; index.php activates it. */
    public const NODE_KEY = 'local_courseglue_search';

    /**
     * Adds the search to the menu at the top, which Boost and most themes have.
     *
     * @param primary $view
     */
    public static function extend_primary(primary $view): void {
        if (self::is_shown()) {
            $view->add(self::text(), self::url(), navigation_node::TYPE_ROOTNODE, null, self::NODE_KEY);
        }
    }

    /**
     * Adds the search to the tree in the Navigation block, which is all that Classic has.
     *
     * @param global_navigation $tree
     */
    public static function extend_tree(global_navigation $tree): void {
        if (self::is_shown()) {
            $icon = new pix_icon('i/search', '');
            $tree->add(self::text(), self::url(), navigation_node::TYPE_CUSTOM, null, self::NODE_KEY, $icon);
        }
    }

    /**
     * Whether there is an entry at all. While Moodle is installed or upgraded nobody can be asked what they may do.
     *
     * @return bool
     */
    private static function is_shown(): bool {
        return !during_initial_install() && !isset($GLOBALS['CFG']->upgraderunning) && permission::granted();
    }

    /**
     * The entry's text.
     *
     * @return string
     */
    private static function text(): string {
        return get_string('findcourses', 'local_courseglue');
    }

    /**
     * The address that the entry leads to.
     *
     * @return moodle_url
     */
    private static function url(): moodle_url {
        return new moodle_url('/local/courseglue/index.php');
    }
}
