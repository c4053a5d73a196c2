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
 * Words leave the site when a person asks for it, and never because of a link, an image or a form that somebody else made.
 *
 * @package    local_courseglue
 * @copyright  2026 The CourseGlue authors
 * @license    https://www.gnu.org/copyleft/gpl.html GNU GPL v3 or later
 */
final class LinkTest extends network_test_case {
    /** @var string What somebody else would like to have searched for. */
    private const LINK = '/local/courseglue/index.php?words=marine+biology';

    /** @var string A word that courses of several languages and sites have, so that there is something to filter. */
    private const WORD = 'casos';

    /** @var array<string, string> The site for each version. */
    private const VERSIONS = ['the oldest Moodle' => 'a', 'the newest Moodle' => 'c'];

    public static function setUpBeforeClass(): void {
        // So that the log counts searches.
        foreach (self::VERSIONS as $key) {
            self::site($key)->command('set', 'local_courseglue', 'logsearches', '1');
        }
    }

    public static function tearDownAfterClass(): void {
        foreach (self::VERSIONS as $key) {
            self::site($key)->command('set', 'local_courseglue', 'logsearches', '0');
        }
    }

    /**
     * Versions.
     *
     * @return array
     */
    public static function versions(): array {
        return array_map(fn(string $key): array => [$key], self::VERSIONS);
    }

    /**
     * How often somebody searched, as the log has it.
     *
     * @param string $key
     * @return int
     */
    private static function searches(string $key): int {
        $searches = array_filter(self::site($key)->change('log'), fn(array $told): bool => $told['event'] === 'courses_searched');
        return count($searches);
    }

    /**
     * Asserts that a page shows the words and waits.
     *
     * @param array $page
     * @param string $how it was asked for
     */
    private function assert_waits(array $page, string $how): void {
        $this->assertSame(200, $page['status'], $how);
        $this->assertStringContainsString('data-region="waiting"', $page['body'], $how);
        $this->assertStringContainsString('value="marine biology"', $page['body'], $how);
        $this->assertStringNotContainsString('data-region="summary"', $page['body'], $how);
    }

    /**
     * However it is followed, and whatever the browser says or does not say of where it was.
     *
     * @dataProvider versions
     * @param string $key
     */
    public function test_a_link_searches_for_nothing(string $key): void {
        $site = self::site($key);
        $teacher = (new visitor($site))->log_in($site->described['teacher']);
        $before = self::searches($key);
        $own = $site->url() . '/mod/forum/discuss.php?d=1';
        $followed = [
            'a link on another site' => ['Referer: https://evil.example/', 'Sec-Fetch-Site: cross-site', 'Sec-Fetch-User: ?1'],
            'a browser that says nothing' => [],
            'a referrer taken out' => ['Sec-Fetch-Site: cross-site'],
            'an image' => ['Sec-Fetch-Dest: image', 'Sec-Fetch-Mode: no-cors', 'Accept: image/*'],
            'a frame' => ['Sec-Fetch-Dest: iframe', 'Sec-Fetch-Site: cross-site'],
            'prefetching' => ['Sec-Purpose: prefetch', 'Sec-Fetch-Site: cross-site'],
            'a sister site' => ['Referer: http://blog.' . parse_url($site->url(), PHP_URL_HOST) . '/', 'Sec-Fetch-Site: same-site'],
            'a post in a forum here' => ["Referer: $own", 'Sec-Fetch-Site: same-origin', 'Sec-Fetch-User: ?1'],
            'a mail' => ['Sec-Fetch-Site: none', 'Sec-Fetch-User: ?1'],
        ];
        foreach ($followed as $how => $headers) {
            $this->assert_waits($teacher->open(self::LINK, null, $headers), $how);
        }
        $this->assert_waits($teacher->open(self::LINK . '&key=' . str_repeat('0', 64)), 'a key that is made up');
        $this->assert_waits($teacher->open(self::LINK . '&page=1&languages=en&sesskey=abc'), 'further parameters');
        $form = ['words' => 'marine biology', 'sesskey' => 'abc'];
        $this->assert_waits($teacher->open(self::LINK, $form), 'a form that is made up');
        $this->assertSame($before, self::searches($key));
    }

    /**
     * One's own search goes on without a question: filters, pages, reloading, going back.
     *
     * @dataProvider versions
     * @param string $key
     */
    public function test_ones_own_search_goes_on(string $key): void {
        $site = self::site($key);
        $teacher = (new visitor($site))->log_in($site->described['teacher']);
        $before = self::searches($key);
        $first = $this->send($teacher, $teacher->open('/local/courseglue/index.php')['body'], self::WORD);
        $this->assertStringContainsString('data-region="summary"', $first['body']);
        $this->assertStringContainsString('words=' . self::WORD, $first['url'], 'it has an address to come back to');
        $this->assertStringNotContainsString('sesskey', $first['url']);

        $pattern = '~href="([^"]+)" rel="nofollow" class="local_courseglue-value~';
        $this->assertSame(1, preg_match($pattern, $first['body'], $filter));
        $own = substr($first['url'], strlen($site->url()));
        $followed = [$own, substr(html_entity_decode($filter[1]), strlen($site->url())), "$own&page=1"];
        foreach ($followed as $path) {
            $this->assertStringContainsString('data-region="summary"', $teacher->open($path)['body'], $path);
        }
        $this->assertSame($before + 4, self::searches($key));

        $colleague = (new visitor($site))->log_in($site->described['teacher']);
        $this->assertStringContainsString('data-region="waiting"', $colleague->open($own)['body'], 'in another session it waits');
    }

    /**
     * Whoever wants what a link has sends it by the page's own form.
     *
     * @dataProvider versions
     * @param string $key
     */
    public function test_a_link_is_confirmed_by_the_form(string $key): void {
        $site = self::site($key);
        $teacher = (new visitor($site))->log_in($site->described['teacher']);
        $waiting = $teacher->open(self::LINK . '&languages=en', null, ['Referer: https://evil.example/']);
        $found = $this->send($teacher, $waiting['body'], 'marine biology');
        $this->assertStringContainsString('data-region="summary"', $found['body']);
        $this->assertStringContainsString('languages=en', $found['url'], 'with its filters');
    }

    /**
     * Sends the form of a page.
     *
     * @param visitor $visitor
     * @param string $html
     * @param string $words
     * @return array
     */
    private function send(visitor $visitor, string $html, string $words): array {
        $this->assertSame(1, preg_match('~<form[^>]*local_courseglue-form.*?</form>~s', $html, $form));
        preg_match_all('~<input type="hidden" name="(\w+)" value="([^"]*)"~', $form[0], $hidden);
        $fields = array_combine($hidden[1], array_map('html_entity_decode', $hidden[2]));
        $this->assertArrayHasKey('sesskey', $fields);
        return $visitor->open('/local/courseglue/index.php', ['words' => $words] + $fields);
    }
}
