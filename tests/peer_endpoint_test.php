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

namespace local_courseglue;

use local_courseglue\local\engine\engine_factory;
use local_courseglue\local\engine\missing_engine;
use local_courseglue\local\membership\membership;
use local_courseglue\local\peer_endpoint;
use local_courseglue\local\store\site_store;
use local_courseglue\tests\membership_testcase;

/**
 * What another site gets to hear. What the engine says of a message is tested with the engine.
 *
 * @package    local_courseglue
 * @copyright  2026 The CourseGlue authors
 * @license    https://www.gnu.org/copyleft/gpl.html GNU GPL v3 or later
 * @covers     \local_courseglue\local\peer_endpoint
 * @covers     \local_courseglue\local\peer_answer
 */
final class peer_endpoint_test extends membership_testcase {
    /**
     * Whether an answer is a refusal, named in JSON.
     *
     * @param int $status
     * @param string $code
     * @param local\peer_answer $answer
     */
    private function assert_refused(int $status, string $code, local\peer_answer $answer): void {
        $this->assertSame($status, $answer->status);
        $error = json_decode($answer->body, true)['error'];
        $this->assertSame($code, $error['code']);
        $this->assertMatchesRegularExpression('/^[A-Z].+\.$/', $error['message']);
    }

    public function test_a_site_that_has_not_joined_answers_nobody(): void {
        $this->engine->answer['changes'] = 'never asked for';
        $answer = peer_endpoint::answer('GET', 'operation=describe', '');
        $this->assert_refused(503, 'unavailable', $answer);
        $this->assertGreaterThan(0, $answer->retryafter);
    }

    public function test_a_site_that_joined_gives_the_engine_s_answer(): void {
        $this->join();
        $this->engine->answer = ['status' => 409, 'body' => '{"error":{}}', 'retryafter' => 7, 'changes' => []];
        $answer = peer_endpoint::answer('POST', '', '{}');
        $this->assertSame([409, '{"error":{}}', 7], [$answer->status, $answer->body, $answer->retryafter]);
    }

    public function test_what_a_message_changes_is_stored_before_it_is_answered(): void {
        $this->join();
        $this->engine->answer['changes'] = [['change' => 'site', 'nodeid' => sha1('x'), 'address' => 'x.example',
            'domain' => 'x.example', 'seq' => 1, 'lease' => 30000, 'body' => '{}', 'sig' => 's', 'vouchers' => []]];
        $this->assertSame(200, peer_endpoint::answer('POST', '', '{}')->status);
        $this->assertNotNull(site_store::entry(sha1('x')));
    }

    public function test_what_a_message_changes_that_was_answered_without_moodle_is_stored(): void {
        $changes = json_encode([['change' => 'site', 'nodeid' => sha1('x'), 'address' => 'x.example', 'domain' => 'x.example',
            'seq' => 1, 'lease' => 30000, 'body' => '{}', 'sig' => 's', 'vouchers' => []]]);
        $this->assert_refused(503, 'unavailable', peer_endpoint::store($changes));
        $this->assertNull(site_store::entry(sha1('x')));
        $this->join();
        $this->assertNull(peer_endpoint::store($changes));
        $this->assertNotNull(site_store::entry(sha1('x')));
        $this->assert_refused(503, 'unavailable', peer_endpoint::store('what is no JSON'));
        $this->assertDebuggingCalled();
    }

    public function test_what_could_not_be_stored_is_not_acknowledged(): void {
        $this->preventResetByRollback();
        $this->join();
        $this->engine->answer['changes'] = [['change' => 'site', 'nodeid' => str_repeat('x', 41), 'address' => 'x.example',
            'domain' => 'x.example', 'seq' => 1, 'lease' => 30000, 'body' => '{}', 'sig' => 's', 'vouchers' => []]];
        $this->assert_refused(503, 'unavailable', peer_endpoint::answer('POST', '', '{}'));
        $this->assertDebuggingCalled();
    }

    /**
     * Takes a lock as another request would hold it.
     *
     * @param string $name
     * @return \core\lock\lock
     */
    private function lock(string $name): \core\lock\lock {
        global $CFG;
        $CFG->lock_factory = '\\core\\lock\\db_record_lock_factory';
        return \core\lock\lock_config::get_lock_factory('local_courseglue')->get_lock($name, 0);
    }

    /**
     * Answers a message before which a host has to be asked.
     *
     * @param string $host
     * @return local\peer_answer
     */
    private function check(string $host): local\peer_answer {
        $this->engine->tocheck = $host;
        $answer = peer_endpoint::answer('POST', '', '{}');
        $this->engine->tocheck = null;
        return $answer;
    }

    public function test_a_host_is_not_checked_twice_at_the_same_moment(): void {
        $this->join();
        $lock = $this->lock('check_' . sha1('x.example'));
        $this->assert_refused(429, 'rate_limited', $this->check('x.example'));
        $this->assertSame(200, $this->check('y.example')->status);
        $lock->release();
        $this->assertSame(200, $this->check('x.example')->status);
        $this->assertSame(['y.example', 'x.example'], $this->engine->checked, 'Only a host that is locked may be asked.');
    }

    public function test_only_two_hosts_are_checked_at_the_same_moment(): void {
        $this->join();
        $locks = [$this->lock('checks_1')];
        $this->assertSame(200, $this->check('x.example')->status);
        $locks[] = $this->lock('checks_2');
        $answer = $this->check('x.example');
        $this->assert_refused(429, 'rate_limited', $answer);
        $this->assertGreaterThan(0, $answer->retryafter);
        $this->assertSame(200, peer_endpoint::answer('POST', '', '{}')->status, 'Only checks wait for each other.');
        foreach ($locks as $lock) {
            $lock->release();
            $this->assertSame(200, $this->check('x.example')->status);
        }
        $this->assertSame(['x.example', null, 'x.example', 'x.example'], $this->engine->checked);
    }

    public function test_a_long_answer_is_packed_for_who_takes_it(): void {
        $long = new local\peer_answer(200, json_encode(range(1, 1000)));
        foreach (['gzip', 'deflate, GZIP;q=0.5, br', ' gzip ; q=1'] as $accepted) {
            $this->assertSame($long->body, gzdecode($long->packed($accepted)), $accepted);
        }
        foreach (['', 'br', 'gzip;q=0', 'gzip; q=0.00', 'x-gzip', '*'] as $accepted) {
            $this->assertNull($long->packed($accepted), $accepted);
        }
        $this->assertNull((new local\peer_answer(200, str_repeat(' ', 1024)))->packed('gzip'));
    }

    public function test_other_methods_are_refused(): void {
        $this->assert_refused(405, 'method_not_allowed', peer_endpoint::answer('DELETE', 'operation=describe', ''));
    }

    public function test_a_body_over_the_limit_is_refused(): void {
        $this->join();
        $this->assert_refused(413, 'too_large', peer_endpoint::answer('POST', '', str_repeat('x', 1048577)));
        $this->assertSame(200, peer_endpoint::answer('POST', '', str_repeat('x', 1048576))->status);
    }

    public function test_a_site_without_the_extension_is_alive_and_says_no_more(): void {
        $this->join();
        engine_factory::replace(new missing_engine('missing'));
        $this->assert_refused(503, 'unavailable', peer_endpoint::answer('GET', 'operation=describe', ''));
    }

    public function test_a_site_under_maintenance_is_alive(): void {
        global $CFG;
        $this->join();
        $CFG->maintenance_enabled = 1;
        $this->assert_refused(503, 'unavailable', peer_endpoint::answer('GET', 'operation=describe', ''));
    }

    public function test_a_site_that_wants_everybody_to_log_in_answers_other_sites(): void {
        global $CFG;
        $this->join();
        $CFG->forcelogin = 1;
        $this->assertSame(200, peer_endpoint::answer('GET', 'operation=describe', '')->status);
    }

    public function test_a_site_that_left_answers_nobody(): void {
        $this->join();
        membership::forget();
        $this->assert_refused(503, 'unavailable', peer_endpoint::answer('GET', 'operation=describe', ''));
    }
}
