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
 * Seven Moodles, each joined through another member, among more sites than a word has homes: no site holds everything, and
 * searches go to the homes of their words.
 *
 * @group      newcomers
 * @package    local_courseglue
 * @copyright  2026 The CourseGlue authors
 * @license    https://www.gnu.org/copyleft/gpl.html GNU GPL v3 or later
 */
final class ThroughHomesTest extends network_test_case {
    /** @var string[] The further sites, and a word that only a course of theirs has. */
    private const WORDS = ['m' => 'brivolatte', 'n' => 'kestromund', 'o' => 'zaphelion', 'p' => 'ulmaquento'];

    /** @var string[] Through which site each of them joins. */
    private const THROUGH = ['m' => 'a', 'n' => 'm', 'o' => 'c', 'p' => 'n'];

    /** @var site[] */
    private static array $further = [];

    public static function setUpBeforeClass(): void {
        foreach (self::WORDS as $name => $word) {
            $site = self::$further[$name] = site::fresh($name);
            $site->change('create', json_encode([
                'shortname' => $name, 'fullname' => self::title($word), 'sections' => [],
            ]));
            $through = self::$further[self::THROUGH[$name]] ?? self::site(self::THROUGH[$name]);
            $site->command('php', 'local/courseglue/cli/join.php', '--address=' . $through->url(), '--yes');
        }
        // Two runs of everybody's cron.
        foreach ([1, 2] as $run) {
            foreach (self::moodles() as $site) {
                $site->work();
            }
        }
    }

    public static function tearDownAfterClass(): void {
        foreach (array_keys(self::$further) as $name) {
            (new site($name))->try('php', 'local/courseglue/cli/leave.php', '--yes');
            (new site($name))->try('down');
        }
    }

    /**
     * The title of the course with a word.
     *
     * @param string $word
     * @return string
     */
    private static function title(string $word): string {
        return ucfirst($word) . ' in practice';
    }

    /**
     * All seven.
     *
     * @return site[]
     */
    private static function moodles(): array {
        return [...array_values(self::$further), ...array_values(self::sites())];
    }

    public function test_all_know_all(): void {
        foreach (self::moodles() as $site) {
            $this->assertGreaterThanOrEqual(7 + count(self::embedded()), $site->status()['sites'], $site->name);
        }
    }

    public function test_every_course_is_found_from_everywhere(): void {
        foreach (self::WORDS as $word) {
            foreach (self::moodles() as $site) {
                $this->assertSame([self::title($word)], $site->titles($word), "$word from $site->name");
            }
            foreach (self::embedded() as $site) {
                $this->assertSame([self::title($word)], $site->titles($word), "$word from $site->url");
            }
        }
    }

    public function test_nobody_holds_everything_and_a_search_asks_homes(): void {
        foreach (self::moodles() as $site) {
            $found = $site->search('brivolatte');
            $this->assertFalse($found['everything'], $site->name);
            $this->assertNotSame([], $found['asked'], $site->name);
            $this->assertNotContains(self::address($site->url()), $found['asked']);
        }
    }

    public function test_a_dead_moodle_is_passed_over(): void {
        self::$further['p']->command('stop');
        try {
            foreach (self::sites() as $key => $site) {
                foreach (self::WORDS as $word) {
                    $this->assertSame([self::title($word)], $site->titles($word), "$word from $key");
                }
            }
        } finally {
            self::$further['p']->command('start');
        }
    }

    public function test_dead_and_slow_homes_are_passed_over(): void {
        $disturbed = 0;
        foreach (self::WORDS as $word) {
            $asked = self::site('a')->search($word)['asked'];
            $homes = array_filter(self::embedded(), fn($site): bool => in_array(self::address($site->url), $asked, true));
            try {
                foreach (array_values($homes) as $number => $home) {
                    $home->behave($number === 0 ? 'dead' : 'slow');
                }
                $found = self::site('a')->search($word);
                $this->assertSame([self::title($word)], self::site('a')->titles_of($found), $word);
                if ($homes !== []) {
                    $disturbed++;
                    $others = array_diff($found['asked'], array_map(fn($site): string => self::address($site->url), $homes));
                    $this->assertNotSame([], $others, $word);
                }
            } finally {
                foreach ($homes as $home) {
                    $home->behave('well');
                }
            }
        }
        $this->assertGreaterThan(0, $disturbed, 'no home of any word is an embedded site');
    }

    /**
     * The address as sites call it, without the scheme.
     *
     * @param string $url
     * @return string
     */
    private static function address(string $url): string {
        return preg_replace('~^https?://~', '', $url);
    }
}
