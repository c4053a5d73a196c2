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
 * What a site lost of the network's list, the others give back to it.
 *
 * @group      alone
 * @package    local_courseglue
 * @copyright  2026 The CourseGlue authors
 * @license    https://www.gnu.org/copyleft/gpl.html GNU GPL v3 or later
 */
final class RepairTest extends network_test_case {
    public static function setUpBeforeClass(): void {
        self::work('a');
    }

    public function test_a_site_gets_back_what_its_database_lost(): void {
        $c = self::site('c');
        $before = $c->counts();
        $titles = $c->titles('marine biology');
        $this->assertGreaterThan(20, $before['others']);
        $this->assertNotSame([], $titles);

        $c->change('lose');
        $this->assertSame(0, $c->counts()['records']);

        // It gets back what it is a home of. A few it held for homes that did not answer at the time.
        $least = (int) floor($before['others'] * 0.95);
        for ($day = 0; $day < 3 && $c->counts()['others'] < $least; $day++) {
            $c->change('nextday');
            foreach (self::sites() as $site) {
                $site->work();
            }
            $c->work();
        }
        $this->assertGreaterThanOrEqual($least, $c->counts()['others']);
        $this->assertSame($titles, $c->titles('marine biology'));
        $this->assertSame([], $c->status()['problems']);
    }

    public function test_sites_tell_by_sketches_what_the_others_lack(): void {
        foreach (self::sites() as $key => $site) {
            $this->assertGreaterThan(0, $site->requests('sketch'), $key);
        }
    }

    public function test_long_answers_are_packed_for_who_takes_them(): void {
        $url = self::site('a')->url() . '/local/courseglue/peer.php?operation=snapshot';
        [$packed, $plain] = [answer::of($url, null, 'gzip'), answer::of($url)];
        $this->assertSame(['gzip', ''], [$packed->encoding, $plain->encoding]);
        $this->assertSame($plain->json(), $packed->json());
    }
}
