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

/**
 * The way to the search.
 *
 * @covers     \local_courseglue\local\search\navigation
 * @covers     \local_courseglue\hook_callbacks
 * @covers     ::local_courseglue_extend_navigation
 *
 * @package    local_courseglue
 * @copyright  2026 The CourseGlue authors
 * @license    https://www.gnu.org/copyleft/gpl.html GNU GPL v3 or later
 */
final class navigation_test extends \advanced_testcase {
    /**
     * Where a page has an entry.
     *
     * @return string[] of menu and tree
     */
    private function entries(): array {
        global $PAGE;
        $PAGE = new \moodle_page();
        $PAGE->set_context(\context_system::instance());
        $PAGE->set_url('/index.php');
        $menu = new primary($PAGE);
        $tree = new \global_navigation($PAGE);
        $menu->initialise();
        $tree->initialise();
        return self::found($menu, $tree);
    }

    /**
     * Which of the two have an entry.
     *
     * @param primary $menu
     * @param \global_navigation $tree
     * @return string[]
     */
    private static function found(primary $menu, \global_navigation $tree): array {
        $has = fn(\navigation_node $node): bool => (bool) $node->children->get(navigation::NODE_KEY);
        return array_keys(array_filter(['menu' => $menu, 'tree' => $tree], $has));
    }

    public function test_who_may_search_has_an_entry_in_the_menu_and_in_the_tree(): void {
        $this->resetAfterTest();
        $course = $this->getDataGenerator()->create_course();
        $this->setUser($this->getDataGenerator()->create_and_enrol($course, 'teacher'));
        $this->assertSame(['menu', 'tree'], $this->entries());
    }

    public function test_who_may_not_has_none(): void {
        $this->resetAfterTest();
        $course = $this->getDataGenerator()->create_course();
        $this->setUser($this->getDataGenerator()->create_and_enrol($course, 'student'));
        $this->assertSame([], $this->entries());
        $this->setGuestUser();
        $this->assertSame([], $this->entries());
        $this->setUser(null);
        $this->assertSame([], $this->entries());
    }

    public function test_nobody_is_asked_during_an_upgrade(): void {
        global $CFG;
        $this->resetAfterTest();
        $this->setAdminUser();
        $page = new \moodle_page();
        $page->set_context(\context_system::instance());
        $page->set_url('/index.php');
        foreach ([true, false] as $running) {
            $CFG->upgraderunning = $running ? time() : null;
            [$menu, $tree] = [new primary($page), new \global_navigation($page)];
            navigation::extend_primary($menu);
            navigation::extend_tree($tree);
            $this->assertSame($running ? [] : ['menu', 'tree'], self::found($menu, $tree));
        }
    }
}
