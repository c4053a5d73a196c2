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
 * Two web servers with separate disks, on one database.
 *
 * @package    local_courseglue
 * @copyright  2026 The CourseGlue authors
 * @license    https://www.gnu.org/copyleft/gpl.html GNU GPL v3 or later
 */
final class FrontEndsTest extends fault_test_case {
    /** @var victim */
    private static victim $a;

    public static function setUpBeforeClass(): void {
        self::$a = self::victim('a');
    }

    public static function tearDownAfterClass(): void {
        self::$a->site->try('set', 'local_courseglue', 'ratelimit', '0');
    }

    /**
     * From one to the other.
     *
     * @return array
     */
    public static function ways(): array {
        return ['from the first to the second' => ['first', 'second'], 'from the second to the first' => ['second', 'first']];
    }

    public function test_they_are_one_site_with_one_key(): void {
        [$first, $second] = [self::$a->first, self::$a->second];
        $this->assertNotSame($first->view, $second->view);
        $this->assertSame(
            $first->ask('operation=describe')->json()['site']['body'],
            $second->ask('operation=describe')->json()['site']['body']
        );
    }

    /**
     * What is stored by way of one is found by way of the other, and what is withdrawn is not any more.
     *
     * @dataProvider ways
     * @param string $from
     * @param string $to
     */
    public function test_what_one_takes_the_other_has(string $from, string $to): void {
        [$from, $to] = [self::$a->$from, self::$a->$to];
        [$news] = self::signed(1);
        $this->assertSame(200, $from->ask('', $news['message'])->status);
        $to->catch_up();
        $this->assertSame($news['ids'], $to->found($news['word']));

        $wanted = ['id' => (int) substr($news['ids'][0], strlen('course/')), 'word' => $news['word']];
        $withdrawal = self::publisher()->command('php', self::INSIDE, 'withdraw', json_encode($wanted))->json()['message'];
        $answer = $from->ask('', $withdrawal);
        $this->assertCount(1, $answer->json()['stored'], $answer->body);
        $to->catch_up();
        $this->assertSame(array_slice($news['ids'], 1), $to->found($news['word']));
        self::$a->assert_nothing_logged('on either');
    }

    public function test_what_an_administrator_forbids_reaches_both(): void {
        [$news] = self::signed(1);
        $servers = [self::$a->first, self::$a->second];
        $this->assertSame(200, $servers[0]->ask('', $news['message'])->status);
        self::$a->site->command('php', self::INSIDE, 'block', $news['word']);
        foreach ($servers as $server) {
            $server->catch_up();
            $this->assertSame([], $server->found($news['word']));
        }
        self::$a->site->command('php', self::INSIDE, 'allow', $news['word']);
        foreach ($servers as $server) {
            $server->catch_up();
            $this->assertSame($news['ids'], $server->found($news['word']));
        }
    }

    public function test_a_setting_reaches_both(): void {
        self::$a->site->command('set', 'local_courseglue', 'ratelimit', '2');
        foreach ([self::$a->first, self::$a->second] as $server) {
            $server->catch_up();
            $statuses = array_map(static fn(): int => $server->ask('operation=describe')->status, range(1, 4));
            $this->assertContains(429, $statuses);
        }
        self::$a->site->command('set', 'local_courseglue', 'ratelimit', '0');
        foreach ([self::$a->first, self::$a->second] as $server) {
            $server->catch_up(web_server::ANOTHER);
            $this->assertSame(200, $server->ask('operation=describe')->status);
        }
    }
}
