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
 * The worldwide totals.
 *
 * @package    local_courseglue
 * @copyright  2026 The CourseGlue authors
 * @license    https://www.gnu.org/copyleft/gpl.html GNU GPL v3 or later
 */
final class totals_test extends \advanced_testcase {
    /**
     * Totals of three sites, two of which share a figure.
     *
     * @return totals
     */
    private static function totals(): totals {
        return new totals([
            'sites' => 3,
            'sharing' => 2,
            'figures' => [
                'users' => ['sum' => 30, 'median' => 15, 'sites' => 2],
                'courses' => ['sum' => 9, 'median' => 4.5, 'sites' => 2],
            ],
            'countries' => [
                ['country' => 'DE', 'sites' => 1, 'figures' => ['courses' => 4]],
                ['country' => 'ES', 'sites' => 2, 'figures' => ['courses' => 5]],
            ],
            'releases' => [['release' => '4.5', 'sites' => 2], ['release' => '5.1', 'sites' => 1]],
            'languages' => [['lang' => 'en', 'sites' => 3]],
        ]);
    }

    /**
     * Figures come in the order in which they are shown, countries by size, releases by age.
     *
     * @covers \local_courseglue\local\statistics\totals
     */
    public function test_totals_are_in_order(): void {
        $totals = self::totals();
        $this->assertSame(['courses', 'users'], array_keys($totals->figures()));
        $this->assertSame(['Spain', 'Germany'], array_column($totals->countries(), 'label'));
        $this->assertSame(['5.1', '4.5'], array_column($totals->releases(), 'code'));
        $this->assertSame(['English'], array_column($totals->languages(), 'label'));
    }

    /**
     * The whole table has a row for everything.
     *
     * @covers \local_courseglue\local\statistics\totals::rows
     */
    public function test_the_whole_table_has_everything(): void {
        $rows = self::totals()->rows();
        $about = ['total', 'median', 'country', 'country', 'release', 'release', 'language'];
        $this->assertSame($about, array_column($rows, 'about'));
        $this->assertSame(9, $rows[0]['courses']);
        $this->assertSame('', $rows[0]['posts']);
    }

    /**
     * A site that knows of nobody shows zeros.
     *
     * @covers \local_courseglue\local\statistics\totals
     */
    public function test_an_empty_answer_is_zero(): void {
        $totals = new totals([]);
        $this->assertSame(0, $totals->sites());
        $this->assertSame([], $totals->figures());
        $this->assertSame([], $totals->countries());
    }
}
