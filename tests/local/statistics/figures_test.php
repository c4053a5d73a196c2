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

namespace local_courseglue\local\statistics;

/**
 * The figures that a site shares about itself.
 *
 * @package    local_courseglue
 * @copyright  2026 The CourseGlue authors
 * @license    https://www.gnu.org/copyleft/gpl.html GNU GPL v3 or later
 */
final class figures_test extends \advanced_testcase {
    /**
     * By default nothing is shared.
     *
     * @covers \local_courseglue\local\statistics\figures::shared
     */
    public function test_nothing_is_shared_by_default(): void {
        $this->resetAfterTest();
        unset_config('sharefigures', 'local_courseglue');
        $this->assertSame([], figures::shared());
    }

    /**
     * Only what the admin chose is shared, and only people who can log in count.
     *
     * @covers \local_courseglue\local\statistics\figures::shared
     */
    public function test_chosen_figures_are_counted(): void {
        $this->resetAfterTest();
        $before = [];
        set_config('sharefigures', 'courses,users,activeusers,nonsense', 'local_courseglue');
        $before = figures::shared();
        $this->getDataGenerator()->create_course();
        $this->getDataGenerator()->create_user(['lastaccess' => time()]);
        $this->getDataGenerator()->create_user(['lastaccess' => time() - 60 * DAYSECS]);
        $this->getDataGenerator()->create_user(['confirmed' => 0]);
        $this->getDataGenerator()->create_user(['deleted' => 1]);
        $after = figures::shared();
        $this->assertSame(['courses', 'users', 'activeusers'], array_keys($after));
        $this->assertSame(1, $after['courses'] - $before['courses']);
        $this->assertSame(2, $after['users'] - $before['users']);
        $this->assertSame(1, $after['activeusers'] - $before['activeusers']);
    }
}
