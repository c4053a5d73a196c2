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
use local_courseglue\local\fast_path;
use local_courseglue\local\identity\instance_id;
use local_courseglue\local\membership\joining;
use local_courseglue\local\membership\membership;
use local_courseglue\local\membership\preview;
use local_courseglue\local\peer_endpoint;
use local_courseglue\local\view;

/**
 * Answers without the full boot, by the real extension, where it is loaded.
 *
 * @package    local_courseglue
 * @copyright  2026 The CourseGlue authors
 * @license    https://www.gnu.org/copyleft/gpl.html GNU GPL v3 or later
 * @covers     \local_courseglue\local\fast_path
 * @covers     \local_courseglue\local\gate
 * @covers     \local_courseglue\local\view_settings
 */
final class fast_path_test extends \advanced_testcase {
    #[\Override]
    protected function setUp(): void {
        parent::setUp();
        if (engine_factory::problem() !== null) {
            $this->markTestSkipped('The extension courseglue is not loaded.');
        }
        global $CFG;
        $this->resetAfterTest();
        engine_factory::reset();
        // What a process remembers of one directory must not reach the next test.
        $CFG->local_courseglue_viewdir = make_request_directory();
        // The address that Moodle gives its tests is one of plain HTTP.
        set_config('allowhttp', 1, 'local_courseglue');
    }

    #[\Override]
    protected function tearDown(): void {
        engine_factory::reset();
        instance_id::delete();
        parent::tearDown();
    }

    /**
     * Joins, as the first site of a network.
     */
    private function join(): void {
        joining::run(null, preview::make()->digest());
    }

    /**
     * What a request is answered without the full boot.
     *
     * @param array $server what the web server says of it
     * @param string $body
     * @return array|null
     */
    private function answer(array $server = [], string $body = ''): ?array {
        global $CFG;
        $server += ['REQUEST_METHOD' => 'GET', 'QUERY_STRING' => 'operation=describe', 'REMOTE_ADDR' => '192.0.2.1'];
        return (new fast_path($CFG))->answer($server, $body);
    }

    public function test_a_read_is_answered_without_the_database(): void {
        global $DB;
        $this->join();
        $reads = $DB->perf_get_reads();
        $answer = $this->answer();
        $this->assertSame($reads, $DB->perf_get_reads());
        $this->assertSame(200, $answer['status']);
        $this->assertContains('Content-Type: application/json', $answer['headers']);
        $this->assertSame(membership::entry()['body'], json_decode($answer['body'], true)['site']['body']);
    }

    public function test_a_write_that_brings_no_news_is_answered_without_the_database(): void {
        $this->join();
        $message = ['network' => 'courseglue', 'version' => 1, 'operation' => 'announce', 'sites' => [membership::entry()]];
        $answer = $this->answer(['REQUEST_METHOD' => 'POST'], json_encode($message));
        $this->assertSame([200, ''], [$answer['status'], $answer['changes']]);
        $message['sites'][0]['body'] .= ' ';
        $answer = $this->answer(['REQUEST_METHOD' => 'POST'], json_encode($message));
        $this->assertSame('bad_signature', json_decode($answer['body'], true)['refused'][0]['code']);
        $this->assertSame('', $answer['changes']);
    }

    public function test_a_request_for_a_voucher_that_is_refused_takes_no_full_boot(): void {
        $this->join();
        $message = ['network' => 'courseglue', 'version' => 1, 'operation' => 'vouch', 'site' => membership::entry()];
        $answer = $this->answer(['REQUEST_METHOD' => 'POST'], json_encode($message));
        $this->assertSame([400, ''], [$answer['status'], $answer['changes']], 'no site vouches for itself');
    }

    public function test_a_head_is_a_get_without_body(): void {
        $this->join();
        $answer = $this->answer(['REQUEST_METHOD' => 'HEAD']);
        $this->assertSame([200, ''], [$answer['status'], $answer['body']]);
    }

    public function test_another_method_is_refused(): void {
        $this->join();
        $this->assertSame(405, $this->answer(['REQUEST_METHOD' => 'DELETE'])['status']);
        $this->assertSame(405, peer_endpoint::answer('DELETE', '', '')->status);
    }

    public function test_before_it_joined_and_after_it_left_the_database_decides(): void {
        $this->assertNull($this->answer());
        $this->assertSame(503, peer_endpoint::answer('GET', 'operation=describe', '')->status);
        $this->assertNull($this->answer());
        $this->join();
        $this->assertNotNull($this->answer());
        membership::forget();
        $this->assertNull($this->answer());
    }

    public function test_maintenance_that_ended_is_noticed_by_the_next_request(): void {
        global $CFG;
        $this->join();
        $CFG->maintenance_enabled = 1;
        view::refresh(engine_factory::get());
        $this->assertNull($this->answer());
        $this->assertSame(503, peer_endpoint::answer('GET', 'operation=describe', '')->status);
        $CFG->maintenance_enabled = 0;
        $this->assertSame(200, peer_endpoint::answer('GET', 'operation=describe', '')->status);
        $this->assertSame(200, $this->answer()['status']);
    }

    public function test_where_the_plugin_was_uninstalled_other_web_servers_say_that_it_does_not_take_part(): void {
        $this->join();
        $this->assertSame(200, $this->answer()['status']);
        unset_config('version', 'local_courseglue');
        peer_endpoint::catch_up(true);
        $this->assertSame(503, $this->answer()['status']);
    }

    public function test_a_gate_that_was_closed_opens_again_where_the_plugin_is_back(): void {
        global $CFG;
        $this->join();
        $version = get_config('local_courseglue', 'version');
        unset_config('version', 'local_courseglue');
        peer_endpoint::catch_up(true);
        set_config('version', $version, 'local_courseglue');
        $answer = $this->answer();
        $this->assertSame([503, true], [$answer['status'], $answer['catchup']], 'one request at a time looks again');
        peer_endpoint::catch_up($answer['catchup']);
        $this->assertSame(200, $this->answer()['status']);
    }

    public function test_settings_of_an_earlier_plugin_are_written_anew(): void {
        global $CFG;
        $this->join();
        $file = $CFG->local_courseglue_viewdir . '/settings';
        $settings = json_decode(file_get_contents($file), true);
        unset($settings['forced'], $settings['notes']);
        \CourseGlue\ViewWriter::settings($CFG->local_courseglue_viewdir, json_encode($settings));
        $this->assertNull($this->answer());
        peer_endpoint::answer('GET', 'operation=describe', '');
        $this->assertSame(200, $this->answer()['status']);
    }

    public function test_a_copy_is_not_answered_for(): void {
        global $CFG;
        $this->join();
        $CFG->noemailever = true;
        view::refresh(engine_factory::get());
        $this->assertNull($this->answer());
    }

    public function test_another_config_php_is_noticed_at_once(): void {
        global $CFG;
        $this->join();
        $before = $CFG->config_php_settings;
        try {
            $CFG->config_php_settings['divertallemailsto'] = 'staging@example.org';
            $this->assertNull($this->answer());
        } finally {
            $CFG->config_php_settings = $before;
        }
        $this->assertNotNull($this->answer());
    }

    public function test_a_view_of_another_moodle_is_not_answered_from(): void {
        global $CFG;
        $this->join();
        $before = $CFG->config_php_settings;
        try {
            $CFG->config_php_settings['wwwroot'] = 'https://staging.example.org';
            $this->assertNull($this->answer());
        } finally {
            $CFG->config_php_settings = $before;
        }
    }

    public function test_settings_that_were_deleted_are_written_by_the_next_full_boot(): void {
        global $CFG;
        $this->join();
        unlink($CFG->local_courseglue_viewdir . '/settings');
        view::refresh(engine_factory::get());
        $this->assertFileExists($CFG->local_courseglue_viewdir . '/settings');
    }

    public function test_no_secret_lies_in_the_view(): void {
        global $CFG;
        $CFG->proxyhost = 'proxy.example';
        $CFG->proxypassword = 'hunter2';
        $this->join();
        $secret = local\identity\identity::load()->secret();
        foreach (glob($CFG->local_courseglue_viewdir . '/*') as $file) {
            $this->assertStringNotContainsString($secret, file_get_contents($file));
            $this->assertStringNotContainsString('hunter2', file_get_contents($file));
        }
    }

    public function test_a_source_that_asks_too_often_is_told_to_wait(): void {
        set_config('ratelimit', 3, 'local_courseglue');
        $this->join();
        $statuses = array_map(fn(): int => $this->answer()['status'], range(1, 8));
        $this->assertSame(200, $statuses[0]);
        $this->assertSame(429, end($statuses));
        $this->assertMatchesRegularExpression('/^Retry-After: [1-9]/m', implode("\n", $this->answer()['headers']));
        $this->assertSame(200, $this->answer(['REMOTE_ADDR' => '192.0.2.2'])['status']);
    }

    public function test_two_sources_behind_one_trusted_proxy_are_limited_apart(): void {
        global $CFG;
        set_config('ratelimit', 3, 'local_courseglue');
        $CFG->getremoteaddrconf = 1;
        $this->join();
        $ask = fn(string $source): int => $this->answer(['HTTP_X_FORWARDED_FOR' => $source])['status'];
        for ($request = 0; $request < 8; $request++) {
            $last = $ask('198.51.100.7');
        }
        $this->assertSame(429, $last);
        $this->assertSame(200, $ask('198.51.100.8'));
        $this->assertSame(429, $ask('203.0.113.5, 198.51.100.7'), 'It made up another source.');
    }

    public function test_no_limit_is_a_limit_of_none(): void {
        set_config('ratelimit', 0, 'local_courseglue');
        $this->join();
        for ($request = 0; $request < 700; $request++) {
            $last = $this->answer()['status'];
        }
        $this->assertSame(200, $last);
    }
}
