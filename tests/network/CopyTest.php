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

namespace local_courseglue\network;

/**
 * A copy of a joined site, restored under another address, neither sends nor withdraws anything.
 *
 * @group      alone
 * @package    local_courseglue
 * @copyright  2026 The CourseGlue authors
 * @license    https://www.gnu.org/copyleft/gpl.html GNU GPL v3 or later
 */
final class CopyTest extends network_test_case {
    /** @var string The copy. */
    private const NAME = 'restored';

    /** @var site */
    private static site $copy;

    public static function setUpBeforeClass(): void {
        self::work('b');
        self::$copy = new site(self::NAME);
        self::$copy->command('copy-of', self::site('b')->name, '127.0.0.32');
    }

    public static function tearDownAfterClass(): void {
        (new site(self::NAME))->try('down');
    }

    /**
     * Requests that the Moodles of the network have got so far from the copy, under its own address or its original's.
     *
     * @return int[]
     */
    private static function requests(): array {
        $by = [self::$copy->url(), self::site('b')->url()];
        return array_map(static fn(site $site): int => $site->requests('', $by[0]) + $site->requests('', $by[1]), self::sites());
    }

    public function test_it_answers_nobody(): void {
        $answer = self::$copy->get('describe');
        $this->assertSame(503, $answer->status, $answer->body);
        $this->assertSame('unavailable', $answer->fault());
    }

    public function test_it_sends_nothing_and_withdraws_nothing(): void {
        $requests = self::requests();

        self::$copy->change('delete', 'mar-210');
        self::$copy->work();
        self::$copy->command('cron');

        $this->assertSame($requests, self::requests());
        self::work('a');
        foreach (['a', 'c'] as $key) {
            $this->assertContains('Marine Biology of the Baltic', self::site($key)->titles('marine biology baltic'), $key);
        }
    }

    public function test_it_says_so(): void {
        $problems = implode(' ', self::$copy->status()['problems']);
        $this->assertStringContainsString('its address is ' . self::$copy->url(), $problems);
        $person = self::site('b')->described['admin'];
        $page = (new visitor(self::$copy))->log_in($person)->open('/local/courseglue/index.php');
        $this->assertStringContainsString('This site looks like a copy', $page['body']);
    }

    public function test_the_original_goes_on(): void {
        $this->assertSame(200, self::site('b')->get('describe')->status);
        $this->assertSame([], self::site('b')->status()['problems']);
    }
}
