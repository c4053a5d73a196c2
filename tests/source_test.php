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

use local_courseglue\local\source;
use local_courseglue\local\subnet;

/**
 * Whom a request is counted for.
 *
 * @package    local_courseglue
 * @copyright  2026 The CourseGlue authors
 * @license    https://www.gnu.org/copyleft/gpl.html GNU GPL v3 or later
 * @covers     \local_courseglue\local\source
 * @covers     \local_courseglue\local\subnet
 */
final class source_test extends \basic_testcase {
    /** @var int Moodle's setting where X-Forwarded-For is believed, and Client-IP is not */
    private const BEHIND_PROXY = 1;

    /**
     * The source of a request that came through a proxy.
     *
     * @param string $forwarded
     * @param string $ignored
     * @return string
     */
    private function behind_proxy(string $forwarded, string $ignored = ''): string {
        $server = ['REMOTE_ADDR' => '192.0.2.1', 'HTTP_X_FORWARDED_FOR' => $forwarded];
        return source::of($server, self::BEHIND_PROXY, $ignored);
    }

    public function test_headers_that_anybody_can_send_are_not_believed(): void {
        $server = ['REMOTE_ADDR' => '192.0.2.1', 'HTTP_X_FORWARDED_FOR' => '198.51.100.7', 'HTTP_CLIENT_IP' => '198.51.100.8'];
        $this->assertSame('192.0.2.1', source::of($server));
    }

    public function test_two_sources_behind_a_trusted_proxy_are_told_apart(): void {
        $this->assertSame('198.51.100.7', $this->behind_proxy('198.51.100.7'));
        $this->assertSame('198.51.100.8', $this->behind_proxy('198.51.100.8'));
    }

    public function test_what_a_source_claims_in_front_of_the_proxy_s_own_word_is_not_believed(): void {
        $this->assertSame('198.51.100.7', $this->behind_proxy('203.0.113.9, 198.51.100.7'));
    }

    public function test_further_proxies_of_the_admin_s_list_are_passed_over(): void {
        $through = '203.0.113.9, 198.51.100.7, 10.0.0.3, 10.0.0.4';
        $this->assertSame('198.51.100.7', $this->behind_proxy($through, '10.0.0.0/24 # ours'));
        $this->assertSame('192.0.2.1', $this->behind_proxy('10.0.0.3', '10.0.0.0/24'), 'Only proxies: the nearest counts.');
    }

    public function test_what_is_no_address_counts_for_the_proxy(): void {
        foreach (['unknown', '', 'a, b', '198.51.100.7, unknown', '1.2.3', '::ffff:'] as $header) {
            $this->assertSame('192.0.2.1', $this->behind_proxy($header), $header);
        }
        $this->assertSame('', source::of([]));
    }

    public function test_the_client_s_own_header_is_believed_where_the_admin_says_so(): void {
        $server = ['REMOTE_ADDR' => '192.0.2.1', 'HTTP_X_FORWARDED_FOR' => '198.51.100.7', 'HTTP_CLIENT_IP' => '198.51.100.8'];
        $this->assertSame('198.51.100.8', source::of($server, 0));
        $this->assertSame('198.51.100.8', source::of($server, 2));
    }

    public function test_ports_are_left_out(): void {
        $this->assertSame('198.51.100.7', $this->behind_proxy('198.51.100.7:4711'));
        $this->assertSame('2001:db8:1:2::/64', $this->behind_proxy('[2001:db8:1:2::7]:4711'));
        $this->assertSame('2001:db8:1:2::/64', $this->behind_proxy('[2001:db8:1:2::7]'));
    }

    public function test_the_many_addresses_of_one_subscriber_count_together(): void {
        $this->assertSame('2001:db8:1:2::/64', source::of(['REMOTE_ADDR' => '2001:db8:1:2:3:4:5:6']));
        $this->assertSame('2001:db8:1:2::/64', source::of(['REMOTE_ADDR' => '2001:0DB8:1:2::ffff']));
        $this->assertSame('2001:db8:1:3::/64', source::of(['REMOTE_ADDR' => '2001:db8:1:3::1']));
        $this->assertSame('198.51.100.7', source::of(['REMOTE_ADDR' => '::ffff:198.51.100.7']));
    }

    public function test_ranges_are_read_as_moodle_reads_them(): void {
        $addresses = ['10.0.0.1', '10.0.0.9', '10.0.0.10', '10.0.1.0', '10.128.0.0', '127.0.0.1', '192.168.010.001',
            '255.255.255.255', '2001:db8::1', '2001:db8::1f', '2001:db8:0:1::', '2001:db9::1', '::1', 'fe80::1:2'];
        $ranges = ['10.0.0.1', '10.0.0.0/24', '10.0.0.0/9', '10.0.0.0/32', '0.0.0.0/0', '10.0.0.1-9', '10.0.0.9 - 10', '10.',
            '10.0', '10.0.0.', '192.168.10.1', '2001:db8::/32', '2001:db8::/63', '::/0', '2001:db8::1-1f', '2001:db8', '::1',
            '::1/128', 'fe80::1:2/17', '', 'proxy.example', '10.0.0.0/33', '10.0.0.0/x', '10.0.0.1-300', '1.2.3.4.5',
            '2001:db8::/129'];
        foreach ($ranges as $range) {
            foreach ($addresses as $address) {
                $holds = (bool) array_filter(subnet::list($range), fn(subnet $subnet) => $subnet->holds(source::pack($address)));
                $this->assertSame(address_in_subnet($address, $range), $holds, "$address in $range");
            }
        }
    }

    public function test_a_source_is_the_address_that_moodle_logs(): void {
        global $CFG;
        $server = $_SERVER;
        $before = [$CFG->getremoteaddrconf ?? null, $CFG->reverseproxyignore ?? null];
        try {
            $headers = ['198.51.100.7', '203.0.113.9, 198.51.100.7', '198.51.100.7, 10.0.0.3', '10.0.0.3, 198.51.100.7:99'];
            foreach ($headers as $forwarded) {
                foreach ([0, 1, 2, 3] as $skip) {
                    [$CFG->getremoteaddrconf, $CFG->reverseproxyignore] = [$skip, '10.0.0.0/8'];
                    $_SERVER = ['REMOTE_ADDR' => '192.0.2.1', 'HTTP_X_FORWARDED_FOR' => $forwarded] + $server;
                    $this->assertSame(getremoteaddr(), source::of($_SERVER, $skip, '10.0.0.0/8'), "$skip: $forwarded");
                }
            }
        } finally {
            $_SERVER = $server;
            [$CFG->getremoteaddrconf, $CFG->reverseproxyignore] = $before;
        }
    }
}
