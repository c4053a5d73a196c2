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
 * With more sites than a word has homes no site holds everything: searches go to the homes of their words.
 *
 * @package    local_courseglue
 * @copyright  2026 The CourseGlue authors
 * @license    https://www.gnu.org/copyleft/gpl.html GNU GPL v3 or later
 */
final class ThroughHomesTest extends network_test_case {
    /** @var string[] The further sites, and a word that only a course of theirs has. */
    private const WORDS = ['m' => 'brivolatte', 'n' => 'kestromund', 'o' => 'zaphelion', 'p' => 'ulmaquento'];

    /** @var site[] */
    private static array $further = [];

    public static function setUpBeforeClass(): void {
        if (!getenv('COURSEGLUE_SEVEN')) {
            self::markTestSkipped('Four more Moodles take some minutes: set COURSEGLUE_SEVEN=1 to have them.');
        }
        foreach (self::WORDS as $name => $word) {
            $site = self::$further[$name] = new site($name);
            $site->command('new', '4.5', 'pgsql', implode('.', [127, 3, random_int(1, 250), random_int(1, 250)]));
            $site->command('set', 'local_courseglue', 'allowhttp', '1');
            $site->command('set', 'local_courseglue', 'publishpolicy', 'all');
            $site->command('set', 'local_courseglue', 'graceperiod', '0');
            $site->command('set', 'core', 'curlsecurityblockedhosts', '');
            $site->command('set', 'core', 'curlsecurityallowedport', '');
            $site->change('create', json_encode([
                'shortname' => $name, 'fullname' => ucfirst($word) . ' in practice', 'sections' => [],
            ]));
            $site->command('php', 'local/courseglue/cli/join.php', '--address=' . self::site('a')->url(), '--yes');
        }
        foreach ([...self::$further, ...array_values(self::sites()), ...self::$further] as $site) {
            $site->work();
        }
    }

    public static function tearDownAfterClass(): void {
        foreach (array_keys(self::$further) as $name) {
            (new site($name))->try('php', 'local/courseglue/cli/leave.php', '--yes');
            (new site($name))->try('down');
        }
    }

    public function test_all_know_all(): void {
        foreach ([...self::$further, ...self::sites()] as $site) {
            $this->assertGreaterThanOrEqual(7, $site->status()['sites'], $site->name);
        }
    }

    public function test_every_course_is_found_from_everywhere(): void {
        foreach ([...self::$further, ...self::sites()] as $site) {
            foreach (self::WORDS as $word) {
                $this->assertSame([ucfirst($word) . ' in practice'], $site->titles($word), "$word from $site->name");
            }
        }
    }

    public function test_a_search_asks_homes_and_a_dead_one_is_passed_over(): void {
        self::$further['p']->command('stop');
        foreach (['a', 'b', 'c'] as $key) {
            foreach (self::WORDS as $word) {
                $this->assertSame([ucfirst($word) . ' in practice'], self::site($key)->titles($word), "$word from $key");
            }
        }
        self::$further['p']->command('start');
    }
}
