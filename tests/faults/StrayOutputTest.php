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

namespace local_courseglue\faults;

use local_courseglue\network\answer;

/**
 * Something else is printed than the answer, or PHP packs what was packed.
 *
 * @package    local_courseglue
 * @copyright  2026 The CourseGlue authors
 * @license    https://www.gnu.org/copyleft/gpl.html GNU GPL v3 or later
 */
final class StrayOutputTest extends fault_test_case {
    /** @var web_server */
    private static web_server $server;

    public static function setUpBeforeClass(): void {
        self::$server = self::victim('a')->first;
    }

    protected function tearDown(): void {
        self::rewrite('www/config.php', fn(string $text): string => strstr($text, '<?php'));
        self::$server->unconfigure();
        self::rewrite('nginx.conf', fn(string $text): string => preg_replace('~^.*PHP_ADMIN_VALUE.*\n~m', '', $text));
        self::reload();
    }

    /**
     * Changes a file of the web server's.
     *
     * @param string $name
     * @param callable $change (string $text): string
     */
    private static function rewrite(string $name, callable $change): void {
        $file = self::$server->directory . '/' . $name;
        file_put_contents($file, $change(file_get_contents($file)));
    }

    /**
     * Makes nginx read its configuration again, and php-fpm forget what earlier requests were told by nginx.
     */
    private static function reload(): void {
        posix_kill((int) file_get_contents(self::$server->directory . '/nginx.pid'), SIGHUP);
        usleep(300_000);
        self::$server->kill_workers();
    }

    /**
     * What is asked: by GET and POST, with and without the full boot, packed and not.
     *
     * @return answer[]
     */
    private static function answers(): array {
        $packed = [CURLOPT_ENCODING => 'gzip'];
        $vouch = json_encode(['network' => 'courseglue', 'version' => 1, 'operation' => 'vouch', 'site' => [
            'body' => '{}', 'sig' => base64_encode(str_repeat('s', 64)), 'vouchers' => [],
        ]]);
        return [
            'a read' => self::$server->ask('operation=describe'),
            'a read, packed' => self::$server->ask('operation=describe', null, $packed),
            'a long one' => self::$server->ask('operation=snapshot'),
            'a long one, packed' => self::$server->ask('operation=snapshot', null, $packed),
            'a search, packed' => self::$server->ask('', web_server::query('sea'), $packed),
            'a refusal' => self::$server->ask('operation=dance'),
            'the full boot' => self::$server->ask('', $vouch),
            'too much' => self::$server->ask('', str_repeat(' ', 1 << 20) . ' '),
        ];
    }

    /**
     * What is kept of answers to compare them: all but the time.
     *
     * @param answer[] $answers
     * @return array[]
     */
    private static function compared(array $answers): array {
        return array_map(fn(answer $answer): array => [
            $answer->status, $answer->type, $answer->encoding, array_diff_key($answer->json(), ['time' => true]),
        ], $answers);
    }

    /**
     * What the status says. It is a command like any other: what config.php prints stands around it.
     *
     * @return array
     */
    private static function status(): array {
        $printed = self::$server->site->command('php', 'local/courseglue/cli/status.php', '--json')->stdout;
        $json = substr($printed, strpos($printed, '{'), strrpos($printed, '}') - strpos($printed, '{') + 1);
        return json_decode($json, true, 512, JSON_THROW_ON_ERROR);
    }

    /**
     * What can be printed before an answer, how it comes about, and what the status says of it.
     *
     * @return array
     */
    public static function causes(): array {
        $before = fn(string $text): callable => fn() => self::rewrite('www/config.php', fn(string $php): string => $text . $php);
        $line = fn(string $php): callable => fn() => self::$server->configure($php);
        return [
            'a byte order mark' => [$before("\u{FEFF}"), 'byte order mark'],
            'a blank line' => [$before("\n"), 'before "<?php"'],
            'a plugin that prints' => [$line('echo "Hello!";'), 'config.php itself prints nothing'],
            'a plugin that prints at the end' => [$line('register_shutdown_function(fn() => print "Bye!");'), null],
            'a plugin with a buffer of its own' => [$line('echo "Hello!"; ob_start(); echo "Again!";'), 'config.php itself'],
            'a long text' => [$line('echo str_repeat("x", 100000);'), 'config.php itself prints nothing'],
            'compression by PHP, in config.php' => [$line('ini_set("zlib.output_compression", "1");'), null],
            'compression by PHP, which no script may change' => [function (): void {
                $value = '            fastcgi_param PHP_ADMIN_VALUE "zlib.output_compression=On";' . "\n";
                self::rewrite('nginx.conf', fn(string $text): string
                    => preg_replace('~^ *fastcgi_pass ~m', $value . '$0', $text));
                self::reload();
            }, null],
            'a handler that packs' => [$line('ob_start("ob_gzhandler");'), null],
        ];
    }

    /**
     * Answers are whole, and say the same as without it.
     *
     * @dataProvider causes
     * @param callable $cause
     * @param string|null $named what the status says; null where it has nothing to say
     */
    public function test_answers_are_whole_all_the_same(callable $cause, ?string $named): void {
        $usual = self::compared(self::answers());
        $cause();
        $answers = self::answers();
        $this->assertSame($usual, self::compared($answers));
        foreach ($answers as $what => $answer) {
            $this->assertSame($named !== null, isset($answer->headers['courseglue-dropped']), $what);
        }
        $check = array_column(self::status()['checks'], null, 'id')['reachability'];
        $this->assertSame($named === null ? 'ok' : 'warning', $check['status'], $check['details']);
        $this->assertStringContainsString((string) $named, $check['details']);
    }
}
