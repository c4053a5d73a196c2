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

use CourseGlue\Node;
use CourseGlue\SettingsException;
use PHPUnit\Framework\TestCase;

require_once(__DIR__ . '/Site.php');

/**
 * Keys, addresses, node ids and signatures, checked against PHP's own cryptography.
 *
 * @copyright  2026 The CourseGlue authors
 * @license    https://www.gnu.org/copyleft/gpl.html GNU GPL v3 or later
 */
final class IdentityTest extends TestCase {
    public static function tearDownAfterClass(): void {
        Site::clean();
    }

    public function test_secrets_are_32_random_bytes(): void {
        $secrets = array_map(fn(): string => Node::generateSecret(), range(1, 50));
        $this->assertCount(50, array_unique($secrets));
        $this->assertSame([32], array_unique(array_map(fn(string $secret): int => strlen(base64_decode($secret, true)), $secrets)));
    }

    public function test_public_keys_are_those_of_ed25519(): void {
        $secret = Node::generateSecret();
        $pair = sodium_crypto_sign_seed_keypair(base64_decode($secret));
        $this->assertSame(base64_encode(sodium_crypto_sign_publickey($pair)), Node::publicKey($secret));
    }

    public function test_an_address_is_canonical_and_its_id_follows_from_domain_and_address(): void {
        $identity = json_decode(Node::identify(' HTTPS://Moodle.Example.ac.uk:443/Campus/ '), true);
        $this->assertSame('moodle.example.ac.uk/Campus', $identity['address']);
        $this->assertSame(['https', 'example.ac.uk'], [$identity['scheme'], $identity['domain']]);
        $expected = substr(sha1('example.ac.uk'), 0, 16) . substr(sha1('moodle.example.ac.uk/Campus'), 0, 24);
        $this->assertSame($expected, $identity['nodeid']);
    }

    public function test_hosts_in_any_script_become_idna(): void {
        $this->assertSame('xn--mnchen-3ya.example', json_decode(Node::identify('https://München.example'))->address);
    }

    /**
     * Each of them is refused.
     *
     * @dataProvider no_addresses
     * @param string $url
     */
    public function test_what_is_no_site_is_refused_with_a_sentence(string $url): void {
        try {
            Node::identify($url);
            $this->fail("no exception for $url");
        } catch (SettingsException $exception) {
            $this->assertMatchesRegularExpression('/\w+ \w+ \w+/', $exception->getMessage());
        }
    }

    public static function no_addresses(): array {
        return array_map(fn(string $url): array => [$url], [
            '', 'ftp://a.example', 'https://user:pass@a.example', 'https://a.example/?x=1', 'https://a.example/../b',
            'https://a b', 'https://a.example:99999', 'https://' . str_repeat('a', 400) . '.example',
        ]);
    }

    public function test_signatures_cover_network_type_and_body(): void {
        $site = Site::make('a.example');
        $item = json_decode($site->node()->sign('record', '{"é":1}'), true);
        $this->assertSame(['body', 'sig'], array_keys($item));
        $key = base64_decode(Node::publicKey($site->setting('secret')));
        $sig = base64_decode($item['sig']);
        $this->assertTrue(sodium_crypto_sign_verify_detached($sig, "courseglue/1\0test\0record\0{\"é\":1}", $key));
        $this->assertFalse(sodium_crypto_sign_verify_detached($sig, "courseglue/1\0test\0voucher\0{\"é\":1}", $key));
    }

    public function test_only_known_types_are_signed_and_only_with_a_secret(): void {
        $site = Site::make('a.example');
        foreach ([[[], 'letter'], [['secret' => null], 'record']] as [$settings, $type]) {
            try {
                $site->node($settings)->sign($type, '{}');
                $this->fail('no exception');
            } catch (SettingsException $exception) {
                $this->addToAssertionCount(1);
            }
        }
    }
}
