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

namespace CourseGlue\Tests;

use PHPUnit\Framework\TestCase;

require_once(__DIR__ . '/Site.php');

/**
 * Outgoing requests under the admin's settings: blocked hosts, allowed ports, plain HTTP, TLS, time.
 *
 * @copyright  2026 The CourseGlue authors
 * @license    https://www.gnu.org/copyleft/gpl.html GNU GPL v3 or later
 */
final class GuardTest extends TestCase {
    /** @var string[] What Moodle blocks unless the admin decides otherwise. */
    private const MOODLE = ['127.0.0.0/8', '192.168.0.0/16', '10.0.0.0/8', '172.16.0.0/12', '0.0.0.0', 'localhost', '169.254.169.254',
        '0000::1'];

    /** @var resource|null */
    private $listener = null;

    protected function tearDown(): void {
        $this->listener = null;
        Site::clean();
    }

    /**
     * A server that takes connections and says nothing.
     *
     * @return string its address
     */
    private function listen(): string {
        $this->listener = stream_socket_server('tcp://127.0.0.40:0');
        return stream_socket_get_name($this->listener, false);
    }

    /**
     * Whether anybody has connected to it.
     *
     * @return bool
     */
    private function dialled(): bool {
        $read = [$this->listener];
        [$write, $except] = [[], []];
        return stream_select($read, $write, $except, 0, 50000) > 0;
    }

    /**
     * What stands in the way of joining through a URL, and of looking who is there: the same.
     *
     * @param array $settings
     * @param string $url
     * @return array
     */
    private function trouble(array $settings, string $url): array {
        $site = Site::make('a.example', ['scheme' => 'https']);
        $looked = json_decode($site->node($settings)->probe($url), true)['setback'];
        $joined = json_decode($site->node($settings)->join($url, $site->entry()), true)['setback'];
        $this->assertSame($looked, $joined);
        $this->assertSame($url, $joined['site']);
        return $joined['trouble'];
    }

    public function test_loopback_is_not_dialled_under_moodles_own_settings(): void {
        $port = substr(strrchr($this->listen(), ':'), 1);
        foreach (['127.0.0.40', 'localhost'] as $host) {
            $trouble = $this->trouble(['blockedhosts' => self::MOODLE, 'allowhttp' => true], "http://$host:$port");
            $this->assertSame(['kind' => 'blocked_here', 'rule' => 'host'], $trouble);
        }
        $this->assertFalse($this->dialled());
    }

    public function test_ports_outside_the_list_are_not_dialled(): void {
        $address = $this->listen();
        $trouble = $this->trouble(['allowedports' => [443, 80], 'allowhttp' => true], "http://$address");
        $this->assertSame(['kind' => 'blocked_here', 'rule' => 'port'], $trouble);
        $this->assertFalse($this->dialled());
    }

    public function test_plain_http_is_not_spoken_unless_allowed(): void {
        $trouble = $this->trouble(['allowhttp' => false], 'http://' . $this->listen());
        $this->assertSame(['kind' => 'blocked_here', 'rule' => 'scheme'], $trouble);
        $this->assertFalse($this->dialled());
    }

    public function test_a_server_that_says_nothing_is_given_up_after_the_timeout(): void {
        ini_set('courseglue.timeout', '1');
        $start = microtime(true);
        $trouble = $this->trouble(['allowhttp' => true], 'http://' . $this->listen());
        ini_restore('courseglue.timeout');
        $this->assertSame(['kind' => 'silent'], $trouble);
        $this->assertEqualsWithDelta(3, microtime(true) - $start, 1.5);
        $this->assertTrue($this->dialled());
    }

    public function test_a_task_ends_before_phps_own_time_limit(): void {
        $code = 'set_time_limit(4); require $argv[1]; $site = new CourseGlue\Tests\Site($argv[2]);'
            . 'echo isset(json_decode($site->node()->join($argv[3], $site->entry()))->setback) ? "in time" : "joined";';
        $site = Site::make('a.example', ['scheme' => 'https']);
        $directory = dirname($site->setting('viewdir'));
        $command = [...Site::php(), '-r', $code, '--', __DIR__ . '/Site.php', $directory, 'http://' . $this->listen()];
        $start = microtime(true);
        $this->assertSame('in time', exec(implode(' ', array_map('escapeshellarg', $command))));
        $this->assertLessThan(4, microtime(true) - $start);
    }

    public function test_certificates_are_verified_against_the_admins_roots(): void {
        $certificate = Site::directory() . '/site.pem';
        $this->certify($certificate);
        $server = $this->serve_tls($certificate);
        try {
            $untrusted = $this->trouble([], "https://$server->address");
            $this->assertSame(['certificate', 'self_signed'], [$untrusted['kind'], $untrusted['why']]);
            $trusted = $this->trouble(['cafile' => $certificate], "https://$server->address");
            $this->assertNotSame('certificate', $trusted['kind']);
        } finally {
            proc_terminate($server->process);
        }
    }

    /**
     * Writes a certificate for 127.0.0.41 that signs itself, and its key.
     *
     * @param string $file
     */
    private function certify(string $file): void {
        $command = 'openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -days 2 -subj /CN=127.0.0.41'
            . ' -addext subjectAltName=IP:127.0.0.41 -addext basicConstraints=critical,CA:FALSE';
        exec("$command -keyout $file.key -out $file 2>&1", $output, $status);
        $this->assertSame(0, $status, implode("\n", $output));
    }

    /**
     * Serves 404s over TLS.
     *
     * @param string $certificate
     * @return object with address and process
     */
    private function serve_tls(string $certificate): object {
        $code = '$context = stream_context_create(["ssl" => ["local_cert" => $argv[1], "local_pk" => "$argv[1].key"]]);'
            . '$server = stream_socket_server("tls://127.0.0.41:0", $code, $message, STREAM_SERVER_BIND | STREAM_SERVER_LISTEN, $context);'
            . 'echo stream_socket_get_name($server, false), "\n";'
            . 'while (true) { $peer = @stream_socket_accept($server, 60); if (!$peer) { continue; } fread($peer, 4096);'
            . 'fwrite($peer, "HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\nConnection: close\r\n\r\n"); fclose($peer); }';
        $process = proc_open([PHP_BINARY, '-r', $code, '--', $certificate], [1 => ['pipe', 'w']], $pipes);
        return (object) ['address' => trim(fgets($pipes[1])), 'process' => $process];
    }
}
