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
use PHPUnit\Framework\TestCase;

/**
 * The frozen vectors, checked by another implementation: PHP's own SHA-1 and sodium.
 *
 * @copyright  2026 The CourseGlue authors
 * @license    https://www.gnu.org/copyleft/gpl.html GNU GPL v3 or later
 */
final class VectorsTest extends TestCase {
    private static function vectors(string $name): array {
        $file = __DIR__ . "/../../rust-ext/vectors/$name.json";
        return json_decode(file_get_contents($file), true, 16, JSON_THROW_ON_ERROR);
    }

    public function test_node_and_record_ids_follow_from_sha1(): void {
        $vectors = self::vectors('identity');
        foreach ($vectors['addresses'] as $vector) {
            $expected = substr(sha1($vector['domain']), 0, 16) . substr(sha1($vector['address']), 0, 24);
            self::assertSame($expected, $vector['nodeid']);
            $identified = json_decode(Node::identify($vector['url']), true);
            foreach (['address', 'scheme', 'domain', 'nodeid'] as $field) {
                self::assertSame($vector[$field], $identified[$field]);
            }
        }
        foreach ($vectors['records'] as $vector) {
            self::assertSame(sha1("{$vector['address']}\0{$vector['id']}"), $vector['recordid']);
        }
    }

    public function test_sodium_verifies_every_signature(): void {
        $signed = self::vectors('identity')['signed'];
        $key = base64_decode($signed['key'], true);
        $pair = sodium_crypto_sign_seed_keypair(base64_decode($signed['secret'], true));
        self::assertSame($key, sodium_crypto_sign_publickey($pair));
        foreach ($signed['items'] as $item) {
            $message = "courseglue/1\0{$signed['network']}\0{$item['type']}\0{$item['body']}";
            self::assertTrue(sodium_crypto_sign_verify_detached(base64_decode($item['sig'], true), $message, $key));
        }
        $subject = json_decode($signed['voucher']['for'], true);
        $voucher = $signed['voucher']['voucher'];
        $body = json_encode(
            ['address' => $subject['address'], 'key' => $subject['key'], 'day' => $voucher['day'], 'since' => $voucher['since']],
            JSON_UNESCAPED_SLASHES
        );
        $message = "courseglue/1\0{$signed['network']}\0voucher\0$body";
        self::assertTrue(sodium_crypto_sign_verify_detached(base64_decode($voucher['sig'], true), $message, $key));
    }

    public function test_term_keys_follow_from_sha1(): void {
        foreach (self::vectors('terms') as $vector) {
            self::assertSame($vector['terms'], Node::terms($vector['text'], $vector['lang']));
            self::assertSame(array_map(fn($term) => sha1("term\0$term"), $vector['terms']), $vector['keys']);
        }
    }
}
