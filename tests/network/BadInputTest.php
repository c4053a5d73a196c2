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
 * Whatever anybody sends to peer.php is answered with the name of the fault; nothing is stored, PHP has nothing to warn of.
 *
 * @group      alone
 * @package    local_courseglue
 * @copyright  2026 The CourseGlue authors
 * @license    https://www.gnu.org/copyleft/gpl.html GNU GPL v3 or later
 */
final class BadInputTest extends network_test_case {
    /** @var array<string, int> Rows before. */
    private array $counts;

    /** @var string What PHP had logged before. */
    private string $errors;

    protected function setUp(): void {
        $this->counts = self::site('a')->counts();
        $this->errors = self::site('a')->errors();
    }

    /**
     * Asserts that an answer names its fault as JSON, and that the site is as it was.
     *
     * @param answer $answer
     * @param int $status
     * @param string[] $faults one of these
     */
    private function assert_refused(answer $answer, int $status, array $faults): void {
        $this->assertContains($answer->fault(), $faults, $answer->body);
        $this->assertSame($status, $answer->status, $answer->body);
        $this->assertStringStartsWith('application/json', $answer->type);
        $this->assertNotSame('', $answer->json()['error']['message']);
        $this->assertSame($this->counts, self::site('a')->counts(), 'nothing is stored');
        $this->assertSame($this->errors, self::site('a')->errors(), 'nothing is logged');
    }

    /**
     * Bodies and what is wrong with them.
     *
     * @return array
     */
    public static function bodies(): array {
        $message = static fn(array $with): string => json_encode($with + [
            'network' => 'courseglue',
            'version' => 1,
            'operation' => 'search',
            'query' => ['words' => 'sea', 'lang' => 'en', 'filters' => new \stdClass(), 'offset' => 0, 'limit' => 1],
        ]);
        return [
            'nothing' => ['', 400, ['not_json', 'bad_request']],
            'no JSON' => ['Hello!', 400, ['not_json']],
            'half of JSON' => ['{"network":"courseglue",', 400, ['not_json']],
            'not even text' => ["\xff\xfe\x00\x01", 400, ['not_json']],
            'JSON that is not UTF-8' => ["{\"network\":\"course\xffglue\"}", 400, ['not_json']],
            'no object' => ['[1,2,3]', 400, ['not_json', 'bad_request']],
            'nothing in it' => ['{}', 400, ['bad_request', 'not_json']],
            'very deep' => [str_repeat('[', 100000), 400, ['not_json', 'bad_request']],
            'very deep, closed' => [str_repeat('{"a":', 5000) . '1' . str_repeat('}', 5000), 400, ['not_json', 'bad_request']],
            '10 MB' => ['{"network":"courseglue","x":"' . str_repeat('x', 10000000) . '"}', 413, ['too_large']],
            'an operation that is unknown' => [$message(['operation' => 'dance']), 404, ['unknown_operation']],
            'an operation that is no text' => [$message(['operation' => ['search']]), 400, ['bad_request', 'not_json']],
            'another network' => [$message(['network' => 'elsewhere']), 409, ['wrong_network']],
            'another version' => [$message(['version' => 999]), 409, ['wrong_version']],
            'a query that is none' => [$message(['query' => 'sea']), 400, ['bad_request']],
            'words without end' => [$message(['query' => [
                'words' => str_repeat('sea ', 1000), 'lang' => 'en', 'filters' => new \stdClass(), 'offset' => 0, 'limit' => 1,
            ]]), 400, ['bad_request']],
            'too much asked for' => [$message(['query' => [
                'words' => 'sea', 'lang' => 'en', 'filters' => new \stdClass(), 'offset' => 0, 'limit' => 100000,
            ]]), 400, ['bad_request']],
            'a number that is none' => [$message(['query' => [
                'words' => 'sea', 'lang' => 'en', 'filters' => new \stdClass(), 'offset' => -1, 'limit' => 1,
            ]]), 400, ['bad_request']],
        ];
    }

    /**
     * Each of them is refused by name.
     *
     * @dataProvider bodies
     * @param string $body
     * @param int $status
     * @param string[] $faults
     */
    public function test_a_bad_body_is_refused(string $body, int $status, array $faults): void {
        $this->assert_refused(self::site('a')->post($body), $status, $faults);
    }

    public function test_an_unknown_thing_asked_for_is_refused(): void {
        foreach (['dance', '../config', "\0", "\xff"] as $operation) {
            $this->assert_refused(self::site('a')->get($operation), 404, ['unknown_operation']);
        }
        $this->assert_refused(self::site('a')->get(str_repeat('x', 5000)), 413, ['too_large']);
    }

    public function test_nothing_asked_for_is_refused(): void {
        $this->assert_refused(answer::of(self::site('a')->url() . '/local/courseglue/peer.php'), 404, ['unknown_operation']);
    }

    public function test_a_list_asked_for_is_refused(): void {
        $answer = answer::of(self::site('a')->url() . '/local/courseglue/peer.php?operation[]=describe&operation[]=sites');
        $this->assertContains($answer->status, [400, 404], $answer->body);
        $this->assert_refused($answer, $answer->status, ['unknown_operation', 'bad_request']);
    }

    /**
     * A message that announces a site.
     *
     * @param array $entry
     * @return string
     */
    private static function announce(array $entry): string {
        return json_encode(['network' => 'courseglue', 'version' => 1, 'operation' => 'announce', 'sites' => [$entry]]);
    }

    public function test_a_descriptor_that_its_site_did_not_sign_is_refused(): void {
        $entry = self::site('b')->get('describe')->json()['site'];
        $body = json_decode($entry['body'], true);
        $body['name'] = 'Evil';
        $body['seq'] += 1;
        $entry['body'] = json_encode($body, JSON_UNESCAPED_SLASHES | JSON_UNESCAPED_UNICODE);
        $answer = self::site('a')->post(self::announce($entry));
        if ($answer->status === 200) {
            // A list is answered item by item.
            $this->assertSame([], $answer->json()['accepted']);
            $this->assertSame('bad_signature', $answer->json()['refused'][0]['code']);
            $this->assertSame($this->counts, self::site('a')->counts());
            $this->assertSame($this->errors, self::site('a')->errors());
        } else {
            $this->assert_refused($answer, 403, ['bad_signature']);
        }
        $names = array_map(
            static fn(array $site): string => json_decode($site['body'], true)['name'],
            self::site('a')->get('snapshot')->json()['sites'],
        );
        $this->assertNotContains('Evil', $names);
    }

    public function test_records_that_their_site_did_not_sign_are_refused(): void {
        $answer = self::site('a')->post(json_encode([
            'network' => 'courseglue',
            'version' => 1,
            'operation' => 'store',
            'site' => self::site('b')->get('describe')->json()['site'],
            'records' => [[
                'type' => 'record',
                'body' => json_encode([
                    'site' => self::site('b')->status()['address'], 'id' => 'course/99999', 'seq' => (int) (microtime(true) * 1000),
                    'lang' => 'en', 'fullname' => ['en' => 'Forged'], 'shortname' => ['en' => 'F'], 'summary' => new \stdClass(),
                    'category' => [], 'tags' => [], 'subject' => null, 'level' => null, 'audience' => null, 'licence' => null,
                    'format' => 'topics', 'start' => null, 'end' => null, 'access' => 'guest', 'backup' => false, 'contact' => null,
                    'link' => 'course/view.php?id=99999', 'contents' => [], 'until' => intdiv(time(), 86400) + 300,
                    'terms' => base64_encode(substr(sha1("term\0forg", true), 0, 6)),
                ], JSON_UNESCAPED_SLASHES),
                'sig' => base64_encode(random_bytes(64)),
                'terms' => base64_encode(substr(sha1("term\0forg", true), 0, 6)),
            ]],
        ], JSON_UNESCAPED_SLASHES));
        if ($answer->status === 200) {
            $this->assertSame([], $answer->json()['stored']);
            $this->assertSame('bad_signature', $answer->json()['refused'][0]['code'], $answer->body);
        } else {
            $this->assert_refused($answer, 403, ['bad_signature']);
        }
        $this->assertSame($this->counts, self::site('a')->counts());
        $this->assertSame($this->errors, self::site('a')->errors());
        $this->assertSame([], self::site('a')->titles('forged'));
    }
}
