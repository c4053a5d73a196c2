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
 * The database cannot be reached.
 *
 * @package    local_courseglue
 * @copyright  2026 The CourseGlue authors
 * @license    https://www.gnu.org/copyleft/gpl.html GNU GPL v3 or later
 */
final class DatabaseDownTest extends fault_test_case {
    /** @var string what is asked for by GET */
    private const READS = ['describe', 'sketch&from=0&count=50', 'snapshot'];

    /** @var int more often than there are workers */
    private const ROUNDS = 10;

    /** @var int microseconds in which another one would have got as far as to ask the database, too */
    private const BOOT = 500_000;

    /** @var victim the site whose database it is */
    private static victim $a;

    /** @var database_door */
    private static database_door $door;

    public static function setUpBeforeClass(): void {
        self::$a = self::victim('a');
        self::$door = new database_door(self::$a->first, self::work_directory());
        self::$a->first->catch_up();
    }

    public static function tearDownAfterClass(): void {
        self::$door->remove();
        self::publisher()->try('php', self::CHANGE, 'delete', 'dbdown');
        self::work('c');
    }

    protected function tearDown(): void {
        self::$door->open();
        // That there was no database is for Moodle to log.
        self::$a->forget_log();
    }

    public function test_reads_go_on_and_the_view_catches_up_when_it_is_back(): void {
        [$known, $news] = self::signed(2);
        $server = self::$a->first;
        $this->assertSame(200, $server->ask('', $known['message'])->status);
        $server->catch_up();
        $this->assertSame($known['ids'], $server->found($known['word']));
        $this->assertSame(200, self::$a->second->ask('', $news['message'])->status);
        $server->fall_behind();

        self::$door->shut();
        for ($round = 0; $round < 5; $round++) {
            // Each of them tries to catch up, in vain.
            @unlink("$server->view/turn");
            foreach (self::READS as $operation) {
                $this->assertSame(200, $server->ask("operation=$operation")->status, $operation);
            }
            $this->assertSame($known['ids'], $server->found($known['word']));
        }

        self::$door->open();
        $server->catch_up();
        $this->assertSame($news['ids'], $server->found($news['word']));
    }

    public function test_of_a_database_that_never_answers_one_worker_waits_and_reads_go_on(): void {
        $server = self::$a->first;
        $server->catch_up();
        $server->wait_until_idle();
        $server->fall_behind();

        self::$door->fall_silent();
        $this->assertSame(200, $server->ask('operation=describe')->status);
        web_server::until('somebody waits for the database', fn(): bool => self::$door->waiting() > 0);
        for ($round = 0; $round < self::ROUNDS; $round++) {
            // Time goes by: somebody else would try to catch up now, were nobody at it.
            $server->let_turn_pass();
            foreach (self::READS as $operation) {
                $this->assertSame(200, $server->ask("operation=$operation")->status, "$operation in round $round");
            }
        }
        usleep(self::BOOT);
        $this->assertSame(1, self::$door->waiting());

        self::$door->open();
        $server->catch_up();
    }

    public function test_writes_are_told_to_come_again_and_the_publisher_does(): void {
        [$direct] = self::signed(1);
        $server = self::$a->first;
        self::publisher()->change('create', json_encode([
            'shortname' => 'dbdown', 'fullname' => 'Zerkolandria for patient people', 'sections' => [],
        ]));

        self::$door->shut();
        $answer = $server->ask('', $direct['message']);
        $this->assertSame(503, $answer->status, $answer->body);
        $this->assertGreaterThan(0, (int) ($answer->headers['retry-after'] ?? 0));
        self::publisher()->work();
        $this->assertSame(1, self::publisher()->status()['pending']);
        $this->assertSame(200, $server->ask('operation=describe')->status);
        $this->assertSame([], $server->found('zerkolandria'));

        self::$door->open();
        $this->assertSame(200, $server->ask('', $direct['message'])->status);
        self::publisher()->work();
        $this->assertSame(0, self::publisher()->status()['pending']);
        $server->catch_up();
        $this->assertCount(1, $server->found('zerkolandria'));
        $this->assertSame(count($direct['recordids']), self::$a->holds($direct['recordids']));
    }
}
