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
 * A site that moves to another address takes its courses along.
 *
 * @group      newcomers
 * @package    local_courseglue
 * @copyright  2026 The CourseGlue authors
 * @license    https://www.gnu.org/copyleft/gpl.html GNU GPL v3 or later
 */
final class TakenAlongTest extends network_test_case {
    /** @var string The site at its old address. */
    private const OLD = 'before-move';

    /** @var string The site at its new address. */
    private const NEW = 'after-move';

    public static function tearDownAfterClass(): void {
        (new site(self::NEW))->try('php', 'local/courseglue/cli/leave.php', '--yes');
        (new site(self::NEW))->try('down');
        (new site(self::OLD))->try('down');
        self::work('a');
    }

    /**
     * Joining, moving, found at the new address alone: one story, in this order.
     */
    public function test_its_courses_are_found_where_it_is_now(): void {
        $old = site::fresh(self::OLD);
        $old->change('create', json_encode(['shortname' => 'move', 'fullname' => 'Wanderlumina on the move', 'sections' => []]));
        $old->command('php', 'local/courseglue/cli/join.php', '--address=' . self::site('a')->url(), '--yes');
        $old->work();
        self::eventually('a', fn(): bool => self::found('b') === [$old->url()] && self::found('c') === [$old->url()]);

        $new = new site(self::NEW);
        $new->command('copy-of', self::OLD, site::unused_address());
        $old->command('stop');
        $said = implode(' ', $new->change('moved')['said']);
        $this->assertStringContainsString(parse_url($new->url(), PHP_URL_HOST), $said);
        $this->assertTrue($new->status()['joined']);
        $new->work();
        self::eventually('a', fn(): bool => self::found('a') === [$new->url()] && self::found('b') === [$new->url()]
            && self::found('c') === [$new->url()]);
    }

    /**
     * At which sites a search finds the course.
     *
     * @param string $from the site that searches
     * @return string[] URLs
     */
    private static function found(string $from): array {
        return array_map(
            static fn(array $hit): string => $hit['site']['url'],
            self::site($from)->search('wanderlumina')['hits'],
        );
    }
}
