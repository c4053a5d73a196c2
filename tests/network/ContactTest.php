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
 * Whom a site joins through is found from any of its addresses, and whatever answers instead is told in words.
 *
 * @group      newcomers
 * @package    local_courseglue
 * @copyright  2026 The CourseGlue authors
 * @license    https://www.gnu.org/copyleft/gpl.html GNU GPL v3 or later
 */
final class ContactTest extends network_test_case {
    /** @var string The site that looks for others. */
    private const NAME = 'seeker';

    /** @var site */
    private static site $seeker;

    public static function setUpBeforeClass(): void {
        self::$seeker = site::fresh(self::NAME);
    }

    public static function tearDownAfterClass(): void {
        (new site(self::NAME))->try('down');
    }

    /**
     * What the command to join says of an address before it is told to go on.
     *
     * @param string ...$arguments
     * @return outcome
     */
    private static function join(string ...$arguments): outcome {
        return self::$seeker->try('php', 'local/courseglue/cli/join.php', ...$arguments);
    }

    /**
     * What it says where no site is found.
     *
     * @param string $address
     * @return string
     */
    private function told(string $address): string {
        $outcome = self::join("--address=$address", '--yes');
        $this->assertSame(1, $outcome->status, $outcome->stdout);
        $this->assertFalse(self::$seeker->status()['joined']);
        $this->assertDoesNotMatchRegularExpression('~os error|errno|\{\$a|\[\[~i', $outcome->stderr);
        return $outcome->stderr;
    }

    public function test_any_page_of_a_site_leads_to_it_and_nothing_is_said_about_who_looks(): void {
        $url = self::site('a')->url();
        $log = self::site('a')->directory() . '/access.log';
        foreach (['', '/', '/my/', '/login/index.php', '/course/view.php?id=2', '/mod/quiz/view.php?id=7#x'] as $page) {
            $before = (int) filesize($log);
            $outcome = self::join("--address=$url$page");
            $this->assertStringContainsString("{$url}\n", $outcome->stdout, $page);
            $this->assertStringContainsString(self::site('a')->described['name'], $outcome->stdout);
            $news = file_get_contents($log, offset: $before);
            $this->assertStringNotContainsString(self::$seeker->url(), $news);
            // Members of the network say their address with every request; whoever looks does not.
            $looked = preg_grep('~ "CourseGlue/[^ "]+"$~', explode("\n", trim($news)));
            $this->assertNotSame([], $looked, $page);
            foreach ($looked as $line) {
                $this->assertMatchesRegularExpression('~"GET \S*/local/courseglue/peer\.php\?operation=describe ~', $line);
            }
        }
        $bare = preg_replace('~^http://~', '', $url);
        $this->assertStringContainsString("{$url}\n", self::join("--address=$bare/my/")->stdout);
        $dotted = strtoupper(preg_replace('~:(\d+)$~', '.:$1', $url));
        $this->assertStringContainsString("{$url}\n", self::join("--address=$dotted/")->stdout);
        $this->assertFalse(self::$seeker->status()['joined']);
    }

    public function test_an_address_and_the_first_site_together_are_refused(): void {
        $outcome = self::join('--address=' . self::site('a')->url(), '--first', '--yes');
        $this->assertSame(1, $outcome->status);
        $this->assertStringContainsString('but not both', $outcome->stderr);
        $this->assertFalse(self::$seeker->status()['joined']);
    }

    public function test_a_name_that_does_not_exist_is_told(): void {
        $this->assertStringContainsString('no server named nowhere.invalid', $this->told('https://nowhere.invalid/my/'));
    }

    public function test_a_closed_port_is_told(): void {
        $port = listener::closed_port();
        $told = $this->told("https://127.0.0.1:$port");
        $this->assertStringContainsString("127.0.0.1 takes no connections on port $port", $told);
    }

    public function test_a_server_that_says_nothing_is_told(): void {
        $silent = new listener('silent');
        $this->assertStringContainsString('did not answer in time', $this->told("http://127.0.0.1:{$silent->port}"));
    }

    public function test_what_is_no_web_server_is_told(): void {
        $mail = new listener('mail');
        $this->assertStringContainsString('is not a web server', $this->told("http://127.0.0.1:{$mail->port}/my/"));
    }

    public function test_what_speaks_no_https_is_told(): void {
        self::$seeker->command('set', 'local_courseglue', 'allowhttp', '0');
        try {
            foreach ([new listener('mail'), new listener('web')] as $server) {
                $told = $this->told("127.0.0.1:{$server->port}");
                $this->assertStringContainsString("does not answer with HTTPS on port {$server->port}", $told);
            }
        } finally {
            self::$seeker->command('set', 'local_courseglue', 'allowhttp', '1');
        }
    }

    public function test_whose_a_certificate_is_and_why_it_is_not_trusted_is_told(): void {
        $tls = new listener('tls');
        $told = $this->told("https://localhost:{$tls->port}/my/");
        $this->assertStringContainsString('The certificate of localhost', $told);
        $this->assertStringContainsString('is self-signed', $told);
    }

    /**
     * What may answer in place of CourseGlue.
     *
     * @return array
     */
    public static function answers(): array {
        $html = ['Content-Type: text/html'];
        return [
            'a login page' => [
                ['headers' => $html, 'body' => '<form><input type="password"></form>'],
                'users must log in',
            ],
            'a redirect to a login' => [
                ['status' => '303 See Other', 'headers' => ['Location: /login/index.php']],
                'users must log in',
            ],
            'bot protection' => [
                ['status' => '403 Forbidden', 'headers' => $html, 'body' => '<title>Just a moment...</title>'],
                'bot protection',
            ],
            'a web page' => [['headers' => $html, 'body' => '<h1>Welcome</h1> to <b>us</b>'], 'web site, but no CourseGlue'],
            'nothing' => [['status' => '404 Not Found', 'headers' => $html, 'body' => '<h1>Not here</h1>'], 'no CourseGlue at'],
            'an error' => [['status' => '502 Bad Gateway', 'body' => 'Upstream says no'], 'status 502'],
            'maintenance' => [['status' => '503 Service Unavailable', 'headers' => $html, 'body' => 'Down'], 'in maintenance'],
            'too many questions' => [
                ['status' => '429 Too Many Requests', 'headers' => ['Retry-After: 600']],
                'answers again from',
            ],
            'another network' => [['body' => '{"network":"school-7","version":1,"site":{"body":"{}","sig":"'
                . str_repeat('A', 86) . '==","vouchers":[]},"time":0}'], '"school-7"'],
            'a fault in its own words' => [['status' => '403 Forbidden',
                'body' => '{"error":{"code":"not_admitted","message":"Send us your password"}}'], 'does not let this site in'],
        ];
    }

    /**
     * It is told in our own words.
     *
     * @dataProvider answers
     * @param array $answer
     * @param string $words
     */
    public function test_what_answers_in_its_place_is_told_in_our_own_words(array $answer, string $words): void {
        $web = new listener('web', $answer);
        $told = $this->told("http://127.0.0.1:{$web->port}");
        $this->assertStringContainsString($words, $told);
        foreach (['Welcome', 'Just a moment', 'Not here', 'Upstream', 'password'] as $theirs) {
            $this->assertStringNotContainsString($theirs, $told);
        }
    }

    public function test_a_clock_that_is_wrong_is_told(): void {
        $describe = self::site('a')->get('describe')->json();
        $describe['time'] -= 3 * 86400 * 1000;
        $web = new listener('web', ['headers' => ['Content-Type: application/json'], 'body' => json_encode($describe)]);
        $told = $this->told("http://127.0.0.1:{$web->port}");
        $this->assertStringContainsString('3 days ahead of that of 127.0.0.1', $told);
    }

    public function test_the_page_shows_who_was_found_and_joins_only_then(): void {
        $admin = (new visitor(self::$seeker))->log_in(['username' => 'admin', 'password' => 'CourseGlue-Admin-1']);
        $page = '/local/courseglue/join.php';
        $field = static function (string $name, string $html): string {
            self::assertSame(1, preg_match('~name="' . $name . '"[^>]*value="([^"]*)"~', $html, $found), $name);
            return html_entity_decode($found[1]);
        };
        $send = static fn(array $fields, string $html): string => $admin->open($page, $fields + [
            '_qf__local_courseglue_form_join_form' => '1',
            'sesskey' => $field('sesskey', $html),
            'shown' => $field('shown', $html),
            'submitbutton' => '1',
        ])['body'];
        $html = $admin->open($page)['body'];
        $this->assertStringContainsString('no server named nowhere.invalid', $send(['address' => 'nowhere.invalid'], $html));
        $url = self::site('b')->url();
        $html = $send(['address' => "$url/course/view.php?id=2"], $html);
        $this->assertStringContainsString(self::site('b')->described['name'], $html);
        $this->assertSame($url, $field('through', $html));
        $this->assertFalse(self::$seeker->status()['joined']);
        $html = $send(['action' => 'join', 'through' => $url], $html);
        $this->assertStringContainsString('This site has joined as', $html);
        $this->assertTrue(self::$seeker->status()['joined']);

        $asked = $admin->open("$page?action=leave")['body'];
        $this->assertStringContainsString('Leave CourseGlue?', $asked);
        $this->assertTrue(self::$seeker->status()['joined']);
        $gone = $admin->open($page, ['action' => 'leavenow', 'sesskey' => $field('sesskey', $asked)])['body'];
        $this->assertStringContainsString('This site left CourseGlue on', $gone);
        $this->assertFalse(self::$seeker->status()['joined']);
    }
}
