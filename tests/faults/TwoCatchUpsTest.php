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

use CourseGlue\ViewWriter;

/**
 * Several processes find at the same moment that the view is behind.
 *
 * @package    local_courseglue
 * @copyright  2026 The CourseGlue authors
 * @license    https://www.gnu.org/copyleft/gpl.html GNU GPL v3 or later
 */
final class TwoCatchUpsTest extends fault_test_case {
    /** @var int how often */
    private const TIMES = 3;

    /** @var victim */
    private static victim $a;

    public static function setUpBeforeClass(): void {
        self::$a = self::victim('a');
    }

    public function test_cron_commands_and_requests_end_well_and_no_row_is_lost(): void {
        $server = self::$a->first;
        foreach (self::signed(self::TIMES) as $news) {
            $answer = self::$a->second->ask('', $news['message']);
            $this->assertSame(200, $answer->status, $answer->body);
            $server->fall_behind();
            $commands = [
                new command(self::$a->site, ['local/courseglue/cli/sync.php']),
                new command(self::$a->site, ['local/courseglue/cli/sync.php']),
                new command(self::$a->site, ['local/courseglue/cli/statistics.php', '--json']),
                new command(self::$a->site, ['local/courseglue/cli/statistics.php', '--json']),
            ];
            $requests = 0;
            do {
                $running = array_filter($commands, static fn(command $command): bool => $command->is_at_work());
                @unlink("$server->view/turn");
                $this->assertSame(200, $server->ask('operation=describe')->status);
                $requests++;
            } while ($running);
            $printed = array_map(static fn(command $command): string => $command->end(), $commands);
            $exchanged = count(preg_grep('/exchanged with/', $printed));
            $idle = count(preg_grep('/another process is doing this now/', $printed));
            $this->assertGreaterThan(0, $exchanged);
            $this->assertSame(2, $exchanged + $idle, 'whoever comes second has nothing to do');
            $this->assertGreaterThan(1, $requests);
            $server->wait_until_caught_up();
            $this->assertSame($news['ids'], $server->found($news['word']));
            self::$a->assert_nothing_logged('while several caught up');
        }
    }

    public function test_nobody_waits_for_whoever_writes_to_the_view(): void {
        $server = self::$a->first;
        [$news] = self::signed(1);
        $this->assertSame(200, self::$a->second->ask('', $news['message'])->status);
        $server->fall_behind();
        $writer = ViewWriter::lock($server->view);
        $this->assertNotNull($writer);
        (new command(self::$a->site, ['local/courseglue/cli/sync.php']))->end();
        $this->assertSame(200, $server->ask('operation=describe')->status);
        $this->assertSame([], $server->found($news['word']));
        $writer->release();
        $server->catch_up();
        $this->assertSame($news['ids'], $server->found($news['word']));
        self::$a->assert_nothing_logged('while another process wrote');
    }
}
