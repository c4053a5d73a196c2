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

require_once(__DIR__ . '/Site.php');

/**
 * Answers to peers, good and bad.
 *
 * @copyright  2026 The CourseGlue authors
 * @license    https://www.gnu.org/copyleft/gpl.html GNU GPL v3 or later
 */
final class AnsweringTest extends TestCase {
    public static function tearDownAfterClass(): void {
        Site::clean();
    }

    private function joined(): Site {
        $site = Site::make('a.example', ['scheme' => 'https']);
        $site->apply($site->node()->join('', $site->entry()));
        return $site;
    }

    private function post(Site $site, string $operation, array $fields, array $settings = []): array {
        $message = $fields + ['network' => 'test', 'version' => 1, 'operation' => $operation];
        return json_decode($site->node($settings)->handle('POST', '', json_encode($message), null), true);
    }

    public function test_a_site_that_has_not_joined_answers_503_to_everything(): void {
        $site = Site::make('a.example', ['serving' => false]);
        foreach ([['GET', 'operation=describe', ''], ['POST', '', '{}'], ['POST', '', "\xff"]] as $request) {
            $reply = json_decode($site->node()->handle(...[...$request, null]), true);
            $this->assertSame([503, 'unavailable'], [$reply['status'], json_decode($reply['body'], true)['error']['code']]);
            $this->assertSame([], $reply['changes']);
        }
    }

    public function test_it_describes_itself_with_its_signed_entry(): void {
        $site = $this->joined();
        $reply = json_decode($site->node()->handle('GET', 'operation=describe', '', null), true);
        $this->assertSame([200, null, []], [$reply['status'], $reply['retryafter'], $reply['changes']]);
        $answer = json_decode($reply['body'], true);
        $this->assertSame(['test', 1], [$answer['network'], $answer['version']]);
        $this->assertSame(json_decode($site->entry(), true), $answer['site']);
        $this->assertEqualsWithDelta($site->now(), $answer['time'], 5000);
    }

    public function test_it_lists_the_sites_that_it_knows(): void {
        $reply = json_decode($this->joined()->node()->handle('GET', 'operation=snapshot', '', null), true);
        $page = json_decode($reply['body'], true);
        $this->assertSame([1, 1, null], [count($page['sites']), $page['total'], $page['next']]);
    }

    public function test_it_answers_searches_without_its_secret(): void {
        $query = ['words' => 'marine biology', 'lang' => 'en', 'filters' => new \stdClass(), 'offset' => 0, 'limit' => 20];
        $reply = $this->post($this->joined(), 'search', ['query' => $query], ['secret' => null]);
        $this->assertSame(200, $reply['status'], $reply['body']);
        $this->assertSame(0, json_decode($reply['body'], true)['total']);
    }

    /**
     * Each of them is refused by name.
     *
     * @dataProvider bad_requests
     * @param array $request
     * @param int $status
     * @param string $code
     */
    public function test_bad_requests_are_named_and_change_nothing(array $request, int $status, string $code): void {
        $site = $this->joined();
        $reply = json_decode($site->node()->handle(...[...$request, null]), true);
        $error = json_decode($reply['body'], true)['error'];
        $this->assertSame([$status, $code], [$reply['status'], $error['code']], $reply['body']);
        $this->assertMatchesRegularExpression('/\w+ \w+/', $error['message']);
        $this->assertSame([], $reply['changes']);
    }

    public static function bad_requests(): array {
        $message = fn(array $changes): array => ['POST', '', json_encode($changes + ['network' => 'test', 'version' => 1, 'operation' => 'search'])];
        return [
            'not JSON' => [['POST', '', 'nonsense'], 400, 'not_json'],
            'not UTF-8' => [['POST', '', "{\"network\":\"\xff\"}"], 400, 'not_json'],
            'empty' => [['POST', '', ''], 400, 'not_json'],
            'no operation' => [['GET', '', ''], 404, 'unknown_operation'],
            'an unknown operation' => [$message(['operation' => 'dance']), 404, 'unknown_operation'],
            'a query string that is no text' => [['GET', "operation=\xff", ''], 404, 'unknown_operation'],
            'a query string without end' => [['GET', str_repeat('x', 5000), ''], 413, 'too_large'],
            'an unknown operation by GET' => [['GET', 'operation=dance', ''], 404, 'unknown_operation'],
            'another network' => [$message(['network' => 'other']), 409, 'wrong_network'],
            'another version' => [$message(['version' => 2]), 409, 'wrong_version'],
            'a method that is none' => [['DELETE', 'operation=describe', ''], 405, 'method_not_allowed'],
            'fields missing' => [$message([]), 400, 'bad_request'],
            'ten megabytes' => [['POST', '', str_repeat('x', 10 << 20)], 413, 'too_large'],
            'deep nesting' => [['POST', '', str_repeat('[', 100000)], 400, 'not_json'],
        ];
    }

    public function test_an_entry_whose_signature_does_not_fit_is_refused(): void {
        $other = Site::make('b.example', ['scheme' => 'https']);
        $entry = json_decode($other->entry(), true);
        $entry['body'] = str_replace('"country":"ES"', '"country":"PT"', $entry['body']);
        $reply = $this->post($this->joined(), 'store', ['site' => $entry, 'records' => []]);
        $this->assertSame([403, 'bad_signature'], [$reply['status'], json_decode($reply['body'], true)['error']['code']]);
        $this->assertSame([], $reply['changes']);
    }

    public function test_an_entry_without_vouchers_is_not_admitted(): void {
        $other = Site::make('b.example', ['scheme' => 'https']);
        $reply = $this->post($this->joined(), 'announce', ['sites' => [json_decode($other->entry(), true)]]);
        $refused = json_decode($reply['body'], true)['refused'];
        $this->assertSame([$other->nodeid(), 'not_admitted'], [$refused[0]['nodeid'], $refused[0]['code']]);
        $this->assertSame([], $reply['changes']);
    }

    /**
     * Ways to write a newcomer's request, and whether it is one.
     *
     * @return array
     */
    public static function requests_of_a_newcomer(): array {
        $deep = fn(int $levels): string => str_repeat('[', $levels) . str_repeat(']', $levels);
        return [
            'as it is' => [fn(string $json): string => $json, true],
            'with the operation escaped' => [fn(string $json): string => str_replace('"vouch"', '"\\u0076ouch"', $json), true],
            'after an unknown field of 100 levels' => [fn(string $json): string => "{\"new\":{$deep(100)}," . substr($json, 1), true],
            'after an unknown field of 700 levels' => [fn(string $json): string => "{\"new\":{$deep(700)}," . substr($json, 1), false],
            'after half a surrogate in an unknown field' => [fn(string $json): string => '{"new":"\\ud800",' . substr($json, 1), false],
            'as a list' => [fn(string $json): string => "[{$json}]", false],
            'with the operation twice' => [fn(string $json): string => '{"operation":"search",' . substr($json, 1), false],
            'after a byte order mark' => [fn(string $json): string => "\xef\xbb\xbf{$json}", false],
        ];
    }

    /**
     * A host is asked only where it was named to be locked, however the request is written.
     *
     * @dataProvider requests_of_a_newcomer
     * @param callable $written
     * @param bool $isone
     */
    public function test_the_host_to_lock_is_named_before_it_is_asked(callable $written, bool $isone): void {
        $site = $this->joined();
        $newcomer = json_decode(Site::make('b.example', ['scheme' => 'https'])->entry());
        $message = json_encode(['network' => 'test', 'version' => 1, 'operation' => 'vouch', 'site' => $newcomer]);
        $request = ['POST', '', $written($message)];
        $code = fn(?string $host): string => json_decode(
            json_decode($site->node()->handle(...[...$request, $host]), true)['body'],
            true,
        )['error']['code'];
        $this->assertSame($isone ? 'b.example' : null, $site->node()->hostToCheck(...$request));
        if ($isone) {
            $this->assertSame(['rate_limited', 'rate_limited'], [$code(null), $code('c.example')]);
            $this->assertSame('not_admitted', $code('b.example'), 'There is no such host.');
        } else {
            $this->assertContains($code('b.example'), ['not_json', 'bad_request']);
        }
    }
}
