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

use PHPUnit\Framework\TestCase;

/**
 * The three Moodles of the network, joined and with their courses published, and the embedded sites beside them.
 *
 * @package    local_courseglue
 * @copyright  2026 The CourseGlue authors
 * @license    https://www.gnu.org/copyleft/gpl.html GNU GPL v3 or later
 */
abstract class network_test_case extends TestCase {
    /**
     * A site of the network.
     *
     * @param string $key a, b or c
     * @return site
     */
    protected static function site(string $key): site {
        $described = self::network()['sites'][$key];
        return new site($described['site'] ?? $key, $described);
    }

    /**
     * The embedded sites that take part beside the Moodles.
     *
     * @return embedded_site[]
     */
    protected static function embedded(): array {
        return array_map(static fn(string $url): embedded_site => new embedded_site($url), self::network()['embedded'] ?? []);
    }

    /**
     * The network's file, read once.
     *
     * @return array
     */
    private static function network(): array {
        static $network = null;
        return $network ??= json_decode(file_get_contents(getenv('COURSEGLUE_NETWORK')), true, 512, JSON_THROW_ON_ERROR);
    }

    /**
     * All three.
     *
     * @return array<string, site>
     */
    protected static function sites(): array {
        return ['a' => self::site('a'), 'b' => self::site('b'), 'c' => self::site('c')];
    }

    /**
     * Everything that is due at every site, the one with the news first.
     *
     * @param string $first
     */
    protected static function work(string $first): void {
        $sites = self::sites();
        $sites[$first]->work();
        unset($sites[$first]);
        foreach ($sites as $site) {
            $site->work();
        }
    }

    /**
     * Lets the sites work until something is so; fails when it is not after a few rounds.
     *
     * @param string $first
     * @param callable $so (): bool
     */
    protected static function eventually(string $first, callable $so): void {
        for ($round = 0; $round < 5; $round++) {
            self::work($first);
            if ($so()) {
                self::assertTrue(true);
                return;
            }
        }
        self::fail('It did not come about in five rounds of work.');
    }
}
