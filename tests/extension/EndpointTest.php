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

use CourseGlue\Endpoint;
use CourseGlue\SettingsException;
use CourseGlue\ViewException;
use CourseGlue\ViewWriter;
use PHPUnit\Framework\TestCase;

require_once(__DIR__ . '/Site.php');

/**
 * Answering peers from the view alone.
 *
 * @copyright  2026 The CourseGlue authors
 * @license    https://www.gnu.org/copyleft/gpl.html GNU GPL v3 or later
 */
final class EndpointTest extends TestCase {
    public static function tearDownAfterClass(): void {
        Site::clean();
    }

    private function joined(array $settings = []): Site {
        $site = Site::make('a.example', ['scheme' => 'https']);
        $site->apply($site->node()->join('', $site->entry()));
        $node = ['secret' => null] + json_decode($site->settings(), true);
        ViewWriter::settings($site->setting('viewdir'), json_encode($settings + [
            'node' => $node, 'gate' => 'open', 'limit' => null, 'forced' => 'forced', 'notes' => "\u{1F600} of the plugin",
        ]));
        return $site;
    }

    private function ask(Site $site, string $method, string $query, string $body = '', string ...$more): ?array {
        [$encoding, $tag, $source] = $more + ['', '', ''];
        return Endpoint::answer($site->setting('viewdir'), 'forced', $method, $query, $body, $encoding, $tag, $source);
    }

    private function message(array $fields): string {
        return json_encode(['network' => 'test', 'version' => 1] + $fields);
    }

    public function test_a_read_is_answered_as_the_node_answers_it(): void {
        $site = $this->joined();
        $answer = $this->ask($site, 'GET', 'operation=snapshot');
        $this->assertSame(['status', 'headers', 'body', 'changes', 'catchup'], array_keys($answer));
        $this->assertSame([200, '', false], [$answer['status'], $answer['changes'], $answer['catchup']]);
        $this->assertSame(json_decode($site->node()->handle('GET', 'operation=snapshot', '', null))->body, $answer['body']);
        $this->assertContains('Content-Type: application/json', $answer['headers']);
        $this->assertContains('Content-Length: ' . strlen($answer['body']), $answer['headers']);
    }

    public function test_a_packed_body_is_bytes(): void {
        $site = $this->joined();
        $plain = $this->ask($site, 'GET', 'operation=snapshot')['body'];
        $answer = $this->ask($site, 'GET', 'operation=snapshot', '', 'gzip');
        $this->assertContains('Content-Encoding: gzip', $answer['headers']);
        $this->assertSame($plain, gzdecode($answer['body']));
    }

    public function test_who_has_it_is_told_so(): void {
        $site = $this->joined();
        $tags = preg_grep('/^ETag: /', $this->ask($site, 'GET', 'operation=snapshot')['headers']);
        $answer = $this->ask($site, 'GET', 'operation=snapshot', '', '', substr(reset($tags), 6));
        $this->assertSame([304, ''], [$answer['status'], $answer['body']]);
    }

    public function test_a_newcomer_and_a_place_without_a_view_are_left_to_moodle(): void {
        $site = $this->joined();
        $newcomer = ['operation' => 'vouch', 'site' => json_decode(Site::make('b.example')->entry())];
        $this->assertNull($this->ask($site, 'POST', '', $this->message($newcomer)));
        $this->assertNull($this->ask(Site::make('b.example'), 'GET', 'operation=describe'));
    }

    public function test_what_is_to_be_stored_comes_with_the_answer_and_is_nothing_once_it_is_held(): void {
        $site = $this->joined();
        $content = json_encode([
            'id' => 'course/2', 'link' => 'course/view.php?id=2', 'lang' => 'en', 'fullname' => ['en' => 'Marine biology'],
            'access' => 'open',
        ]);
        $record = json_decode($site->node()->record($content, $site->now()), true);
        $item = ['type' => 'record'] + array_intersect_key($record, array_flip(['body', 'sig', 'terms']));
        $store = ['operation' => 'store', 'site' => json_decode($site->entry()), 'records' => [$item]];
        $answer = $this->ask($site, 'POST', '', $this->message($store));
        $this->assertSame([200, [$record['recordid']]], [$answer['status'], json_decode($answer['body'], true)['stored']]);
        $changes = json_decode($answer['changes'], true);
        $this->assertSame([$record['recordid']], array_column($changes, 'recordid'));

        $site->apply(json_encode(['changes' => $changes]));
        $again = $this->ask($site, 'POST', '', $this->message($store));
        $this->assertSame([$answer['body'], ''], [$again['body'], $again['changes']]);

        $store['records'][0]['body'] = str_replace('Marine', 'Modern', $item['body']);
        $forged = $this->ask($site, 'POST', '', $this->message($store));
        $this->assertSame([403, ''], [$forged['status'], $forged['changes']]);
    }

    public function test_what_is_no_text_is_no_failure(): void {
        $site = $this->joined();
        $answers = [
            $this->ask($site, "\xff", "\xff", "\xff"),
            $this->ask($site, 'GET', "operation=\xff", '', "\xff", "\xff", "\xff"),
            $this->ask($site, 'POST', '', "\xff\0"),
        ];
        $this->assertSame([405, 404, 400], array_column($answers, 'status'));
    }

    public function test_who_asks_too_often_is_refused_and_others_are_not(): void {
        $site = $this->joined(['limit' => ['requests' => 1, 'seconds' => 600]]);
        $status = fn(string $source): int =>
            $this->ask($site, 'GET', 'operation=describe', '', '', '', $source)['status'];
        $this->assertSame(200, $status('192.0.2.1'));
        $this->assertSame([429, 200, 200], [$status('192.0.2.1'), $status('192.0.2.2'), $status('')]);
    }

    public function test_the_plugins_notes_come_back(): void {
        $this->assertSame("\u{1F600} of the plugin", Endpoint::notes($this->joined()->setting('viewdir')));
        $this->assertNull(Endpoint::notes(Site::directory()));
    }

    public function test_settings_that_cannot_be_used_are_refused(): void {
        $this->expectException(SettingsException::class);
        ViewWriter::settings(Site::directory(), '{"gate":"open"}');
    }

    public function test_settings_that_cannot_be_written_are_said(): void {
        $settings = json_encode(['node' => json_decode(Site::make('a.example')->settings()), 'gate' => 'open']);
        $this->expectException(ViewException::class);
        $this->expectExceptionMessage('/proc/nowhere');
        ViewWriter::settings('/proc/nowhere', $settings);
    }
}
