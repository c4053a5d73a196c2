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
 * The view is deleted again and again while others ask.
 *
 * @package    local_courseglue
 * @copyright  2026 The CourseGlue authors
 * @license    https://www.gnu.org/copyleft/gpl.html GNU GPL v3 or later
 */
final class ViewDeletedTest extends fault_test_case {
    /** @var int how often it is deleted */
    private const TIMES = 20;

    /** @var int seconds: far less than making the view of a large network may take on a slow disk */
    private const WAIT = 30;

    /** @var int how many ask at once */
    private const ASKERS = 4;

    /** @var victim */
    private static victim $a;

    public static function setUpBeforeClass(): void {
        self::$a = self::victim('a');
    }

    public function test_who_has_none_does_not_wait_for_long_while_another_process_makes_it(): void {
        $server = self::$a->first;
        $server->catch_up();
        $server->wait_until_idle();
        $directory = $server->view;
        $maker = null;
        web_server::until('nobody writes to it', function () use ($directory, &$maker): bool {
            $maker = ViewWriter::lock($directory);
            return $maker !== null;
        });
        array_map(static fn(string $file): bool => unlink($file), glob("$directory/{current,settings,base-*,log-*}", GLOB_BRACE));
        $server->kill_workers();
        $begun = microtime(true);
        $answer = $server->ask('operation=snapshot');
        $this->assertSame(503, $answer->status, $answer->body);
        $this->assertGreaterThan(0, (int) ($answer->headers['retry-after'] ?? 0));
        $this->assertLessThan(self::WAIT, microtime(true) - $begun);

        $maker->release();
        $this->assertSame(200, $server->ask('operation=snapshot')->status);
        // A developer is told why.
        self::$a->forget_log();
    }

    public function test_everybody_is_answered_and_it_is_made_again(): void {
        [$known] = self::signed(1);
        $server = self::$a->first;
        $this->assertSame(200, $server->ask('', $known['message'])->status);
        $server->catch_up();
        $bodies = [null, web_server::query($known['word'])];
        $flights = [];
        $answered = 0;
        for ($deleted = 0; $deleted < self::TIMES;) {
            foreach (range(1, self::ASKERS) as $asker) {
                $body = $bodies[$asker % 2];
                $flights[$asker] ??= $server->send($body === null ? 'operation=describe' : '', $body);
                if ($flights[$asker]->goes_on()) {
                    continue;
                }
                $answer = $flights[$asker]->land();
                $this->assertSame(200, $answer?->status, $answer->body ?? 'cut off');
                if ($body !== null) {
                    $this->assertCount(count($known['ids']), $answer->json()['hits']);
                }
                $flights[$asker] = null;
                $answered++;
            }
            if ($answered >= ($deleted + 1) * 2 * self::ASKERS) {
                array_map(static fn(string $file): bool => @unlink($file), glob("$server->view/{*,.courseglue-*}", GLOB_BRACE));
                $deleted++;
            }
            usleep(1000);
        }
        foreach (array_filter($flights) as $flight) {
            $this->assertSame(200, $flight->land()?->status);
        }
        $this->assertSame(200, $server->ask('operation=describe')->status);
        web_server::until('there is a view again', fn(): bool => $server->state() !== null);
        $server->catch_up();
        $this->assertSame($known['ids'], $server->found($known['word']));
        self::$a->assert_no_error_logged('while the view was deleted');
    }
}
