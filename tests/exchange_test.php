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

use local_courseglue\local\membership\exchange;
use local_courseglue\local\store\state_store;
use local_courseglue\tests\membership_testcase;

/**
 * When the exchange with another site is due.
 *
 * @package    local_courseglue
 * @copyright  2026 The CourseGlue authors
 * @license    https://www.gnu.org/copyleft/gpl.html GNU GPL v3 or later
 * @covers     \local_courseglue\local\membership\exchange
 * @covers     \local_courseglue\task\sync
 */
final class exchange_test extends membership_testcase {
    /** @var int a moment */
    private const START = 1800000000;

    /**
     * How often an exchange is due when cron runs at these times and each exchange succeeds.
     *
     * @param int $every seconds from one run of cron to the next
     * @param int $hours
     * @return int[] the times
     */
    private function due(int $every, int $hours): array {
        exchange::forget();
        $due = [];
        for ($now = self::START; $now < self::START + $hours * HOURSECS; $now += $every) {
            if (exchange::is_due($now)) {
                $due[] = $now;
                state_store::set(exchange::LAST, (string) $now);
            }
        }
        return $due;
    }

    public function test_cron_every_minute_exchanges_once_an_hour(): void {
        $this->join();
        $due = $this->due(MINSECS, 24);
        $this->assertContains(count($due), [24, 25]);
        $this->assertSame([HOURSECS], array_values(array_unique(array_map(fn($a, $b) => $b - $a, array_slice($due, 1, -1), array_slice($due, 2)))));
    }

    public function test_cron_every_hour_loses_none(): void {
        $this->join();
        $this->assertCount(48, $this->due(HOURSECS, 48));
    }

    public function test_cron_every_six_hours_exchanges_each_time(): void {
        $this->join();
        $this->assertCount(8, $this->due(6 * HOURSECS, 48));
    }

    public function test_while_sites_join_one_after_the_other_each_run_of_cron_exchanges(): void {
        $this->join();
        $this->engine->settling = true;
        $this->assertCount(60, $this->due(MINSECS, 1));
        $this->engine->settling = false;
        $this->assertCount(1, $this->due(MINSECS, 1));
    }

    public function test_not_every_site_exchanges_at_the_same_minute(): void {
        $this->join();
        $minutes = [];
        for ($site = 0; $site < 20; $site++) {
            state_store::set('identity', ['nodeid' => sha1("site $site")] + state_store::get_array('identity'));
            $minutes[] = $this->due(MINSECS, 3)[1] % HOURSECS;
        }
        $this->assertGreaterThan(10, count(array_unique($minutes)));
    }

    public function test_an_exchange_that_failed_is_tried_again_before_the_hour_is_over(): void {
        $this->join();
        $this->engine->peer = 'https://other.example';
        $said = exchange::run();
        $this->assertSame(['no exchange: https://other.example did not answer as it should. The next run tries another site.'], $said);
        $this->assertFalse(exchange::is_due(time()));
        $this->assertTrue(exchange::is_due(time() + 10 * MINSECS));

        $this->engine->news = [['change' => 'mark', 'name' => 'exchanged', 'value' => '1']];
        $this->assertSame(['exchanged with https://other.example.'], exchange::run());
        $last = (int) state_store::get(exchange::LAST);
        $this->assertEqualsWithDelta(time(), $last, 2);
    }

    public function test_a_time_in_the_future_keeps_nobody_from_exchanging(): void {
        $this->join();
        state_store::set(exchange::LAST, (string) (time() + YEARSECS));
        state_store::set('lastsynctried', (string) (time() + YEARSECS));
        $this->assertTrue(exchange::is_due(time()));
    }

    public function test_the_task_works_only_when_it_is_due(): void {
        $this->join();
        $task = new task\sync();
        $this->expectOutputRegex('/^CourseGlue: no other site to exchange with\.\s*$/');
        $task->execute();
        $task->execute();
        $this->assertCount(1, $this->engine->exchanged);
    }
}
