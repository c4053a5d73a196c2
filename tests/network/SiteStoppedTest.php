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
 * A site that is down takes no course away, and misses nothing once it is back.
 *
 * @group      alone
 * @package    local_courseglue
 * @copyright  2026 The CourseGlue authors
 * @license    https://www.gnu.org/copyleft/gpl.html GNU GPL v3 or later
 */
final class SiteStoppedTest extends network_test_case {
    /** @var array What C said of itself before it was stopped. */
    private static array $before;

    /** @var array<string, array<string, string[]>> What A and B found before, by words. */
    private static array $found = [];

    public static function setUpBeforeClass(): void {
        self::work('c');
        self::$before = self::site('c')->status();
        foreach (['a', 'b'] as $key) {
            foreach (['biology', 'history', 'introduction', 'matemàtiques'] as $words) {
                self::$found[$key][$words] = self::site($key)->titles($words);
            }
        }
        self::assertNotSame([], self::$found['a']['biology']);
        self::site('c')->command('stop');
    }

    public static function tearDownAfterClass(): void {
        self::site('c')->try('start');
        self::site('b')->try('php', 'local/courseglue/tests/network/change.php', 'delete', 'meanwhile');
        self::work('b');
    }

    public function test_its_courses_are_still_found(): void {
        foreach (['a', 'b'] as $key) {
            $this->assertContains('Tropical Marine Biology', self::site($key)->titles('tropical marine biology'), $key);
        }
    }

    public function test_the_courses_of_the_others_are_still_found(): void {
        $this->assertContains('Marine Biology of the Baltic', self::site('a')->titles('marine biology baltic'));
        $this->assertContains('Cell Biology for Beginners', self::site('b')->titles('cell biology beginners'));
    }

    public function test_every_course_that_a_site_found_it_still_finds(): void {
        foreach (['a', 'b'] as $key) {
            foreach (self::$found[$key] as $words => $titles) {
                $this->assertSame($titles, self::site($key)->titles($words), "$words from $key");
            }
        }
    }

    /**
     * The others go on: what they publish now reaches C when it is back.
     */
    public function test_it_comes_back_and_nothing_was_lost(): void {
        $b = self::site('b');
        $b->change('create', json_encode(['shortname' => 'meanwhile', 'fullname' => 'Marvolindra meanwhile', 'sections' => []]));
        $b->work();
        $this->assertSame(['Marvolindra meanwhile'], self::site('a')->titles('marvolindra'));

        $c = self::site('c');
        $c->command('start');
        self::eventually('b', fn(): bool => $c->titles('marvolindra') === ['Marvolindra meanwhile']);
        $this->assertSame(self::$before['published'], $c->status()['published']);
        $this->assertContains('Tropical Marine Biology', self::site('a')->titles('tropical marine biology'));
    }
}
