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

use local_courseglue\local\publication\pacer;

/**
 * Long work makes way for people, and short work does not wait.
 *
 * @package    local_courseglue
 * @category   test
 * @copyright  2026 The CourseGlue authors
 * @license    https://www.gnu.org/copyleft/gpl.html GNU GPL v3 or later
 * @covers     \local_courseglue\local\publication\pacer
 */
final class publication_pacer_test extends \advanced_testcase {
    /**
     * Loads, and how long the rest is after a second of long work.
     *
     * @return array
     */
    public static function loads(): array {
        return [
            'nothing else to do' => [0.0, 0.5],
            'one process' => [1.5, 0.5],
            'some processes' => [1.75, 15.25],
            'as many as there are processors' => [2.0, 30.0],
            'many' => [64.0, 30.0],
        ];
    }

    /**
     * Long work rests.
     *
     * @dataProvider loads
     * @param float $load
     * @param float $pause
     */
    public function test_long_work_rests_the_longer_the_busier_the_server_is(float $load, float $pause): void {
        $pacer = new pacer(fn(): float => $load);
        $pacer->pause(60.0);
        $this->assertEqualsWithDelta($pause, $pacer->pause(1.0), 1e-9);
        $this->assertEqualsWithDelta($pause / 10, $pacer->pause(0.1), 1e-9);
    }

    public function test_what_takes_a_moment_does_not_rest_on_any_server(): void {
        $pacer = new pacer(fn(): float => 64.0);
        for ($step = 0; $step < 20; $step++) {
            $this->assertSame(0.0, $pacer->pause(0.09));
        }
        $this->assertGreaterThan(0.0, $pacer->pause(1.0));
    }

    public function test_the_load_is_that_of_the_system(): void {
        $pacer = new pacer();
        $pacer->pause(60.0);
        $this->assertGreaterThanOrEqual(0.5, $pacer->pause(1.0));
        $this->assertLessThanOrEqual(30.0, $pacer->pause(1.0));
    }
}
