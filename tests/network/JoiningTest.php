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
 * Nothing leaves a site before it has joined, and after it has left nothing of it remains.
 *
 * @group      newcomers
 * @package    local_courseglue
 * @copyright  2026 The CourseGlue authors
 * @license    https://www.gnu.org/copyleft/gpl.html GNU GPL v3 or later
 */
final class JoiningTest extends network_test_case {
    /** @var string The site that joins and leaves. */
    private const NAME = 'newcomer';

    /** @var site */
    private static site $newcomer;

    public static function setUpBeforeClass(): void {
        self::$newcomer = site::fresh(self::NAME);
        self::$newcomer->change('create', json_encode([
            'shortname' => 'new',
            'fullname' => 'Ostravelgia for newcomers',
            'sections' => [],
        ]));
    }

    public static function tearDownAfterClass(): void {
        (new site(self::NAME))->try('down');
    }

    /**
     * Requests that the Moodles of the network have got from the newcomer so far.
     *
     * @return int
     */
    private static function requests(): int {
        $by = self::$newcomer->url();
        return array_sum(array_map(static fn(site $site): int => $site->requests('', $by), self::sites()));
    }

    public function test_before_it_joins_nothing_leaves(): void {
        $before = self::requests();
        self::$newcomer->command('cron');
        self::$newcomer->work();
        $this->assertSame($before, self::requests());
        $this->assertFalse(self::$newcomer->status()['joined']);
    }

    public function test_before_it_joins_it_answers_nobody(): void {
        foreach (['describe', 'snapshot', 'sketch'] as $operation) {
            $answer = self::$newcomer->get($operation);
            $this->assertSame(503, $answer->status);
            $this->assertSame('unavailable', $answer->fault());
        }
        $this->assertSame(503, self::$newcomer->post('{}')->status);
    }

    public function test_without_a_yes_it_does_not_join(): void {
        $before = self::requests();
        self::$newcomer->try('php', 'local/courseglue/cli/join.php', '--address=' . self::site('a')->url());
        $this->assertSame($before, self::requests(), 'it asks who is there, and does not say who it is');
        $this->assertFalse(self::$newcomer->status()['joined']);
    }

    /**
     * Joining, publishing, leaving: one story, in this order.
     */
    public function test_it_joins_is_found_and_leaves(): void {
        self::$newcomer->command('php', 'local/courseglue/cli/join.php', '--address=' . self::site('a')->url(), '--yes');
        $this->assertSame(1, self::site('a')->requests('snapshot', self::$newcomer->url()));
        $this->assertGreaterThan(0, self::requests());
        $this->assertTrue(self::$newcomer->status()['joined']);
        $this->assertSame(200, self::$newcomer->get('describe')->status);

        self::$newcomer->work();
        self::eventually('a', fn(): bool => self::site('b')->titles('ostravelgia') === ['Ostravelgia for newcomers']
            && self::site('c')->titles('ostravelgia') === ['Ostravelgia for newcomers']);
        self::$newcomer->work();
        $this->assertContains('Marine Biology of the Baltic', self::$newcomer->titles('marine biology baltic'));

        self::$newcomer->command('php', 'local/courseglue/cli/leave.php', '--yes');
        $this->assertFalse(self::$newcomer->status()['joined']);
        $this->assertSame(503, self::$newcomer->get('describe')->status);
        self::eventually('a', fn(): bool => self::site('a')->titles('ostravelgia') === []
            && self::site('b')->titles('ostravelgia') === []
            && self::site('c')->titles('ostravelgia') === []);
        $before = self::requests();
        self::$newcomer->work();
        $this->assertSame($before, self::requests());
    }
}
