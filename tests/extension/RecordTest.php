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
 * Records and tombstones: built, signed, cut to size.
 *
 * @copyright  2026 The CourseGlue authors
 * @license    https://www.gnu.org/copyleft/gpl.html GNU GPL v3 or later
 */
final class RecordTest extends TestCase {
    private const CONTENT = [
        'id' => 'course/12', 'lang' => 'en', 'fullname' => ['en' => 'Marine biology', 'es' => 'Biología marina'],
        'shortname' => ['en' => 'BIO1'], 'summary' => ['en' => 'Life in the sea.'], 'category' => [['en' => 'Science']],
        'tags' => ['ocean'], 'subject' => null, 'level' => null, 'audience' => null, 'licence' => 'cc-by-4.0', 'format' => 'topics',
        'start' => 1700000000, 'end' => null, 'access' => 'guest', 'backup' => false, 'contact' => null,
        'link' => 'course/view.php?id=12',
        'contents' => [['type' => 'page', 'name' => ['en' => 'Plankton'], 'link' => 'mod/page/view.php?id=7']],
    ];

    public static function tearDownAfterClass(): void {
        Site::clean();
    }

    private function record(Site $site, array $changes = [], int $seq = 1700000000123): array {
        return json_decode($site->node()->record(json_encode($changes + self::CONTENT), $seq), true);
    }

    public function test_a_record_is_signed_by_its_site_and_has_its_id(): void {
        $site = Site::make('a.example/moodle');
        $record = $this->record($site);
        $this->assertSame(sha1("a.example/moodle\0course/12"), $record['recordid']);
        $this->assertSame(1700000000123, $record['seq']);
        $body = json_decode($record['body'], true);
        $this->assertSame(['a.example/moodle', 1700000000123, 'course/12'], [$body['site'], $body['seq'], $body['id']]);
        $this->assertSame('Biología marina', $body['fullname']['es']);
        $this->assertSame(self::CONTENT['contents'], $body['contents']);
        $key = base64_decode(Node::publicKey($site->setting('secret')));
        $signed = "courseglue/1\0test\0record\0{$record['body']}";
        $this->assertTrue(sodium_crypto_sign_verify_detached(base64_decode($record['sig']), $signed, $key));
    }

    public function test_its_terms_are_the_keys_of_its_words(): void {
        $terms = $this->record(Site::make('a.example'))['terms'];
        foreach (['Marine', 'plankton'] as $word) {
            [$term] = Node::terms($word, 'en');
            $this->assertContains(substr(sha1("term\0$term"), 0, 12), $terms, $word);
        }
    }

    public function test_it_is_cut_to_four_kilobytes_from_the_end_of_its_contents(): void {
        $contents = [];
        for ($number = 1; $number <= 200; $number++) {
            $contents[] = ['type' => 'page', 'name' => ['en' => "Chapter $number of many"], 'link' => "mod/page/view.php?id=$number"];
        }
        $body = $this->record(Site::make('a.example'), ['contents' => $contents])['body'];
        $this->assertLessThanOrEqual(4096, strlen($body));
        $kept = json_decode($body, true)['contents'];
        $this->assertNotEmpty($kept);
        $this->assertSame(array_slice($contents, 0, count($kept)), $kept);
    }

    public function test_the_same_content_makes_the_same_bytes(): void {
        $site = Site::make('a.example');
        $this->assertSame($this->record($site), $this->record($site));
    }

    /**
     * Each of them is refused.
     *
     * @dataProvider bad_content
     * @param string $content
     */
    public function test_content_that_makes_no_record_is_refused_with_a_sentence(string $content): void {
        $this->expectException(SettingsException::class);
        $this->expectExceptionMessageMatches('/\w+ \w+/');
        Site::make('a.example')->node()->record($content, 1);
    }

    public static function bad_content(): array {
        $with = fn(array $changes): array => [json_encode($changes + self::CONTENT)];
        return [
            'not JSON' => ['nonsense'], 'empty' => ['{}'], 'no name' => $with(['fullname' => []]),
            'a link that leads elsewhere' => $with(['link' => 'https://evil.example/']),
            'an access that is none' => $with(['access' => 'magic']),
        ];
    }

    public function test_a_tombstone_has_the_id_of_what_it_withdraws(): void {
        $site = Site::make('a.example');
        $tombstone = json_decode($site->node()->tombstone('course/12', 5, ['0123456789ab']), true);
        $this->assertSame(sha1("a.example\0course/12"), $tombstone['recordid']);
        $body = json_decode($tombstone['body'], true);
        $this->assertEquals(['site' => 'a.example', 'id' => 'course/12', 'seq' => 5, 'terms' => 'ASNFZ4mr'], $body);
        $key = base64_decode(Node::publicKey($site->setting('secret')));
        $signed = "courseglue/1\0test\0tombstone\0{$tombstone['body']}";
        $this->assertTrue(sodium_crypto_sign_verify_detached(base64_decode($tombstone['sig']), $signed, $key));
    }

    public function test_a_negative_seq_is_refused(): void {
        $this->expectException(SettingsException::class);
        $this->expectExceptionMessage('$seq');
        $this->record(Site::make('a.example'), [], -1);
    }

    public function test_without_a_secret_nothing_is_built(): void {
        $this->expectException(SettingsException::class);
        $this->expectExceptionMessage('secret');
        Site::make('a.example')->node(['secret' => null])->record(json_encode(self::CONTENT), 1);
    }
}
