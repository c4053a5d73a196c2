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

use local_courseglue\network\answer;

/**
 * A site accepts connections and then says nothing.
 *
 * @package    local_courseglue
 * @copyright  2026 The CourseGlue authors
 * @license    https://www.gnu.org/copyleft/gpl.html GNU GPL v3 or later
 */
final class SilentPeerTest extends fault_test_case {
    /** @var int seconds that anything may take which asks it: some of its requests in turn, each with its limit of 10 */
    private const PATIENCE = 60;

    /** @var int seconds that a worker may take which asks it once, and a little more for a busy machine */
    private const ONE_REQUEST = 20;

    /** @var silent_peer what stands where site c was */
    private static silent_peer $peer;

    public static function setUpBeforeClass(): void {
        self::work('c');
        $c = self::site('c');
        $address = substr(strrchr($c->url(), '/'), 1);
        $c->command('stop');
        self::$peer = new silent_peer($address);
    }

    public static function tearDownAfterClass(): void {
        self::$peer->close();
        self::site('c')->try('start');
        self::site('b')->try('php', self::CHANGE, 'delete', 'silence');
        self::work('b');
    }

    public function test_publishing_to_the_others_goes_on(): void {
        [$a, $b] = [self::site('a'), self::site('b')];
        $b->change('create', json_encode(['shortname' => 'silence', 'fullname' => 'Quelbrivonia in silence', 'sections' => []]));
        $begun = microtime(true);
        $b->work();
        $this->assertLessThan(self::PATIENCE, microtime(true) - $begun);
        $this->assertGreaterThan(0, self::$peer->callers());
        $this->assertCount(1, (new web_server($a))->found('quelbrivonia'));
        $this->assertSame(1, $b->status()['pending'], 'it is for the next run to tell the silent one');
    }

    public function test_a_search_has_its_results(): void {
        $begun = microtime(true);
        $this->assertSame(['Quelbrivonia in silence'], self::site('a')->titles('quelbrivonia'));
        $this->assertLessThan(self::ONE_REQUEST, microtime(true) - $begun);
    }

    public function test_newcomers_that_say_nothing_hold_few_workers_and_not_for_long(): void {
        $server = new web_server(self::site('a'));
        $newcomers = array_map(
            static fn(int $number): silent_peer => new silent_peer('127.0.' . random_int(1, 250) . ".$number:0"),
            range(1, 4)
        );
        $begun = microtime(true);
        $flights = array_map(fn(silent_peer $newcomer): flight => $server->send('', $this->vouch($newcomer)), $newcomers);
        web_server::until('two are told to come again', function () use ($flights): bool {
            return count(array_filter($flights, static fn(flight $flight): bool => !$flight->goes_on())) >= 2;
        });
        $this->assertSame(200, $server->ask('operation=describe')->status, 'others are answered meanwhile');
        $answers = array_map(static fn(flight $flight): ?answer => $flight->land(), $flights);
        $this->assertLessThan(self::ONE_REQUEST, microtime(true) - $begun);
        $statuses = array_map(static fn(?answer $answer): int => $answer->status ?? 0, $answers);
        $this->assertSame(2, count(array_keys($statuses, 429, true)), implode(' ', $statuses));
        foreach ($answers as $answer) {
            $this->assertNotNull($answer->fault());
            $this->assertSame($answer->status === 429, isset($answer->headers['retry-after']));
        }
    }

    /**
     * The message by which a newcomer asks to be looked at.
     *
     * @param silent_peer $newcomer
     * @return string
     */
    private function vouch(silent_peer $newcomer): string {
        return self::site('b')->command('php', self::INSIDE, 'newcomer', $newcomer->address())->json()['message'];
    }
}
