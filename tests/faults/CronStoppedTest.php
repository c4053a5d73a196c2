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

namespace local_courseglue\faults;

/**
 * Cron did not run for three days.
 *
 * @package    local_courseglue
 * @copyright  2026 The CourseGlue authors
 * @license    https://www.gnu.org/copyleft/gpl.html GNU GPL v3 or later
 */
final class CronStoppedTest extends fault_test_case {
    /** @var int for how long */
    private const DAYS = 3;

    /** @var int how many requests a site may send to the others when cron is back: those of one hour, and not of 72 */
    private const REQUESTS = 60;

    /** @var string[] the names of the plugin's tasks in cron's output */
    private const TASKS = ['exchange with another site', 'send changed courses'];

    /** @var victim */
    private static victim $a;

    public static function setUpBeforeClass(): void {
        self::work('a');
        self::$a = self::victim('a');
    }

    public static function tearDownAfterClass(): void {
        self::work('a');
    }

    public function test_one_run_brings_it_back_and_makes_up_for_nothing(): void {
        [$known, $news] = self::signed(2);
        [$a, $server] = [self::$a->site, self::$a->first];
        $this->assertSame(200, $server->ask('', $known['message'])->status);
        $before = $a->status();
        $a->command('php', self::INSIDE, 'daysago', (string) self::DAYS);
        $server->fall_behind(self::DAYS * 86400);
        $requests = self::requests();

        $first = $a->command('cron')->output();
        foreach (self::TASKS as $task) {
            $this->assertSame(1, substr_count($first, "Execute scheduled task: CourseGlue: $task"), "$task:\n$first");
        }
        $this->assertSame(1, substr_count($first, 'exchanged with'), $first);
        $this->assertLessThan(self::REQUESTS, self::requests() - $requests);
        $server->wait_until_caught_up();
        $this->assertSame($known['ids'], $server->found($known['word']));
        $this->assertSame($before['sites'], $a->status()['sites']);
        $this->assertSame([], $a->status()['problems']);

        $second = $a->command('cron')->output();
        $this->assertSame(0, substr_count($second, 'exchanged with'), $second);
        $this->assertSame(200, $server->ask('', $news['message'])->status);
        $server->catch_up();
        $this->assertSame($news['ids'], $server->found($news['word']));
        self::$a->assert_nothing_logged('when cron was back');
    }

    /**
     * Requests that the other sites have got so far.
     *
     * @return int
     */
    private static function requests(): int {
        return self::site('b')->requests() + self::site('c')->requests();
    }
}
