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
use Random\Engine\Mt19937;
use Random\Randomizer;

/**
 * Processes are killed at random moments: what was acknowledged stays, and what comes next works.
 *
 * @package    local_courseglue
 * @copyright  2026 The CourseGlue authors
 * @license    https://www.gnu.org/copyleft/gpl.html GNU GPL v3 or later
 */
final class KillTest extends fault_test_case {
    /** @var string[][] what cron runs of ours, and cron itself */
    private const CRON = [
        'sync' => ['local/courseglue/cli/sync.php'],
        'publish' => ['admin/cli/scheduled_task.php', '--execute=\local_courseglue\task\publish', '--force'],
        'sweep' => ['admin/cli/scheduled_task.php', '--execute=\local_courseglue\task\sweep', '--force'],
        'cron' => ['admin/cli/cron.php', '--keep-alive=0'],
    ];

    /** @var float how long a run of cron is taken to last before one was seen, s */
    private const FIRST = 0.5;

    /** @var int how many courses wait to be published when cron is killed */
    private const WAITING = 20;

    /** @var string[] what the second run of a task says when the first one's lock was left */
    private const BUSY = ['another process is doing this now', 'Another process is sending courses'];

    /** @var int after how many runs of cron at the most nothing is left to be published */
    private const RUNS = 5;

    /** @var int after how many rounds it says how far it is */
    private const TOLD = 50;

    /** @var victim[] one on each database */
    private static array $victims = [];

    /** @var array<string, float> how long things take that are not cut off, s */
    private array $takes = [];

    /** @var array<string, int> what was killed, and how often */
    private array $killed = ['store' => 0, 'catchup' => 0, 'cron' => 0];

    /** @var int how many stores were cut off before their answer */
    private int $cut = 0;

    /** @var array<string, string[]> for each victim the ids of all records that it acknowledged */
    private array $acknowledged = ['a' => [], 'b' => []];

    public static function setUpBeforeClass(): void {
        foreach (['a', 'b'] as $key) {
            self::$victims[$key] = self::victim($key);
        }
    }

    public function test_whatever_is_killed_nothing_acknowledged_is_lost_and_the_next_request_is_answered(): void {
        [$wanted, $seed] = [(int) getenv('COURSEGLUE_KILLS'), (int) getenv('COURSEGLUE_SEED')];
        $this->assertGreaterThan(0, $wanted);
        $chance = new Randomizer(new Mt19937($seed));
        $begun = microtime(true);
        // A command that has ended before its moment came is not killed, and another round is needed.
        $signed = self::signed(2 * $wanted + 2 * count(self::$victims));
        $this->measure($signed);
        for ($round = 0; array_sum($this->killed) < $wanted; $round++) {
            $message = array_pop($signed);
            $this->assertNotNull($message, 'rounds are left');
            $key = $chance->getInt(0, 1) ? 'a' : 'b';
            $what = array_keys($this->killed)[$round % count($this->killed)];
            $moment = $chance->getInt(0, 1000) / 1000;
            $task = array_keys(self::CRON)[$chance->getInt(0, count(self::CRON) - 1)];
            $when = "in round $round of seed $seed ($what of $key at $moment, $task)";
            $acknowledged = match ($what) {
                'store' => $this->kill_store($key, $message, $moment),
                'catchup' => $this->kill_catch_up($key, $message, $moment),
                'cron' => $this->kill_cron($key, $message, $moment, $task),
            };
            $this->look_at($key, $message, $acknowledged, $when);
            if (($round + 1) % self::TOLD === 0) {
                self::tell(sprintf('%d of %d kills after %d s', array_sum($this->killed), $wanted, microtime(true) - $begun));
            }
        }
        foreach (self::$victims as $key => $victim) {
            foreach (array_chunk($this->acknowledged[$key], 1000) as $some) {
                $this->assertSame(count($some), $victim->holds($some), "all that $key acknowledged");
            }
            $this->assertNotSame([], $this->acknowledged[$key]);
            // Those that were killed published, too; the next runs see to what they left, without waiting for hours.
            $victim->change('UPDATE mdl_local_courseglue_publications SET tries = 0');
            for ($run = 0; $run < self::RUNS && ($run === 0 || $victim->waiting()); $run++) {
                $victim->site->work();
            }
            $this->assertSame([[], []], [$victim->waiting(), $victim->site->status()['problems']], $key);
        }
        self::tell(sprintf(
            '%d kills in %d s: %d of a worker that stored (%d before its answer), %d of one that caught up, %d of cron; %d records',
            array_sum($this->killed),
            microtime(true) - $begun,
            $this->killed['store'],
            $this->cut,
            $this->killed['catchup'],
            $this->killed['cron'],
            count(array_merge(...array_values($this->acknowledged))),
        ));
    }

    /**
     * Finds out how long everything takes that a request brings about.
     *
     * @param array[] $signed
     */
    private function measure(array &$signed): void {
        foreach (self::$victims as $key => $victim) {
            $victim->first->ask('', array_pop($signed)['message']);
            $this->takes["store $key"] = 1.5 * $this->timed(
                fn(): answer => $victim->first->ask('', array_pop($signed)['message'])
            );
            $this->takes["catchup $key"] = $this->timed(fn() => $victim->first->catch_up());
            $victim->forget_log();
        }
    }

    /**
     * How long something takes.
     *
     * @param callable $work
     * @return float s
     */
    private function timed(callable $work): float {
        $begun = microtime(true);
        $work();
        return microtime(true) - $begun;
    }

    /**
     * Kills the worker that stores, before or after its answer. Who got none sends the same again.
     *
     * @param string $key
     * @param array $message
     * @param float $moment
     * @return string[] ids of the records that it acknowledged
     */
    private function kill_store(string $key, array $message, float $moment): array {
        $server = self::$victims[$key]->first;
        $flight = $server->send('', $message['message']);
        $flight->go_on_for($moment * $this->takes["store $key"]);
        $server->kill_workers();
        $this->killed['store']++;
        $answer = $flight->land();
        if (($answer->status ?? 502) === 502) {
            $this->cut++;
            $answer = $server->ask('', $message['message']);
        }
        return $this->stored($answer, $message);
    }

    /**
     * Kills the worker that brings the view up to date with what came by way of another web server.
     *
     * @param string $key
     * @param array $message
     * @param float $moment
     * @return string[] ids of the records that were acknowledged
     */
    private function kill_catch_up(string $key, array $message, float $moment): array {
        $server = self::$victims[$key]->first;
        $acknowledged = $this->stored(self::$victims[$key]->second->ask('', $message['message']), $message);
        $server->fall_behind();
        $flight = $server->send('operation=describe');
        $flight->go_on_for($moment * $this->takes["catchup $key"]);
        $server->kill_workers();
        $this->killed['catchup']++;
        $answer = $flight->land();
        $this->assertContains($answer->status ?? 502, [200, 502], 'it was answered first, or cut off');
        return $acknowledged;
    }

    /**
     * Kills cron, or a task. What it was at is then done by the next run.
     *
     * @param string $key
     * @param array $message
     * @param float $moment
     * @param string $task
     * @return string[] ids of the records that were acknowledged
     */
    private function kill_cron(string $key, array $message, float $moment, string $task): array {
        [$victim, $command] = [self::$victims[$key], self::CRON[$task]];
        $acknowledged = $this->stored($victim->second->ask('', $message['message']), $message);
        $victim->change('UPDATE mdl_local_courseglue_publications SET dirty = 1, digest = NULL WHERE id IN (SELECT id FROM
            (SELECT id FROM mdl_local_courseglue_publications WHERE dirty = 0 ORDER BY id LIMIT ' . self::WAITING . ') waiting)');
        $victim->change("UPDATE mdl_task_scheduled SET nextruntime = 0 WHERE component = 'local_courseglue'");
        $running = new command($victim->site, $command);
        usleep((int) (1e6 * $moment * ($this->takes["$task $key"] ?? self::FIRST)));
        if ($running->kill()) {
            $this->killed['cron']++;
        }
        // The database notices that whoever held its locks is gone. How long a run takes depends on what else the machine does.
        web_server::until('no lock is left', function () use ($key, $victim, $task, $command): bool {
            $printed = '';
            $this->takes["$task $key"] = $this->timed(function () use ($victim, $command, &$printed): void {
                $printed = (new command($victim->site, $command))->end();
            });
            return str_replace(self::BUSY, '', $printed) === $printed;
        });
        return $acknowledged;
    }

    /**
     * The records that an answer acknowledges: all of the message.
     *
     * @param answer $answer
     * @param array $message
     * @return string[] ids
     */
    private function stored(answer $answer, array $message): array {
        $this->assertSame(200, $answer->status, $answer->body);
        $this->assertEqualsCanonicalizing($message['recordids'], $answer->json()['stored'], $answer->body);
        return $answer->json()['stored'];
    }

    /**
     * Looks whether all is well after a kill.
     *
     * @param string $key
     * @param array $message
     * @param string[] $acknowledged
     * @param string $when
     */
    private function look_at(string $key, array $message, array $acknowledged, string $when): void {
        $victim = self::$victims[$key];
        $this->assertSame(200, $victim->first->ask('operation=describe')->status, "the next request $when");
        $this->assertSame(count($acknowledged), $victim->holds($acknowledged), "in the database $when");
        $victim->first->catch_up();
        $this->assertSame($message['ids'], $victim->first->found($message['word']), "in the view $when");
        $victim->assert_nothing_logged($when);
        array_push($this->acknowledged[$key], ...$acknowledged);
    }
}
