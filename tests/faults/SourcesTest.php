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
 * Two sources behind one proxy.
 *
 * @package    local_courseglue
 * @copyright  2026 The CourseGlue authors
 * @license    https://www.gnu.org/copyleft/gpl.html GNU GPL v3 or later
 */
final class SourcesTest extends fault_test_case {
    /** @var int requests that one source may make in a minute */
    private const LIMIT = 5;

    /** @var string[] two sources */
    private const SOURCES = ['127.0.0.71', '127.0.0.72'];

    /** @var web_server */
    private static web_server $server;

    /** @var proxy */
    private static proxy $proxy;

    public static function setUpBeforeClass(): void {
        self::$server = self::victim('a')->first;
        self::$server->site->command('set', 'local_courseglue', 'ratelimit', (string) self::LIMIT);
        self::$proxy = new proxy(self::$server->site, '127.0.0.70');
    }

    public static function tearDownAfterClass(): void {
        self::$proxy->stop();
        self::$server->site->try('set', 'local_courseglue', 'ratelimit', '0');
        self::$server->site->try('set', 'core', 'getremoteaddrconf', '3');
        self::$server->catch_up(web_server::ANOTHER);
    }

    /**
     * Says which headers Moodle believes, and forgets who asked before.
     *
     * @param string $skipped Moodle's setting
     */
    private function believe(string $skipped): void {
        self::$server->site->command('set', 'core', 'getremoteaddrconf', $skipped);
        self::$server->catch_up(web_server::ANOTHER);
        unlink(self::$server->view . '/rates');
        self::$server->kill_workers();
    }

    public function test_they_are_limited_apart_where_the_proxy_is_trusted(): void {
        $this->believe('1');
        for ($asked = 0; $asked < self::LIMIT; $asked++) {
            $this->assertSame(200, self::$proxy->ask(self::SOURCES[0])->status);
        }
        $answer = self::$proxy->ask(self::SOURCES[0]);
        $this->assertSame([429, 'rate_limited'], [$answer->status, $answer->fault()]);
        $wait = (int) ($answer->headers['retry-after'] ?? 0);
        $this->assertTrue($wait >= 1 && $wait <= 60, "Retry-After: $wait");
        $this->assertSame(200, self::$proxy->ask(self::SOURCES[1])->status);
        $this->assertSame(429, self::$proxy->ask(self::SOURCES[0], '198.51.100.7')->status, 'what it claims does not count');
    }

    public function test_they_count_as_one_where_it_is_not(): void {
        $this->believe('3');
        for ($asked = 0; $asked < self::LIMIT; $asked++) {
            $this->assertSame(200, self::$proxy->ask(self::SOURCES[$asked % 2], "198.51.100.$asked")->status);
        }
        foreach (self::SOURCES as $source) {
            $this->assertSame(429, self::$proxy->ask($source)->status);
        }
    }
}
