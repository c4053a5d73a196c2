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

use CourseGlue\ViewWriter;
use local_courseglue\network\answer;
use local_courseglue\network\site;
use PHPUnit\Framework\Assert;

/**
 * One web server of a site, with its processes and its local disk.
 *
 * @package    local_courseglue
 * @copyright  2026 The CourseGlue authors
 * @license    https://www.gnu.org/copyleft/gpl.html GNU GPL v3 or later
 */
final class web_server {
    /** @var array options of curl that make a request come from another address, which may ask where this one may not any more */
    public const ANOTHER = [CURLOPT_INTERFACE => '127.0.0.77'];

    /** @var int seconds after which what was to come about has not */
    private const PATIENCE = 30;

    /** @var string what ends a line that a test put into config.php */
    private const CHANGED = " // While a test runs.\n";

    /** @var string where the harness has it */
    public readonly string $directory;

    /** @var string where its view is */
    public string $view;

    /** @var string its own address, with the scheme */
    private readonly string $url;

    /**
     * Constructor.
     *
     * @param site $site as the harness knows it
     * @param string|null $host the site's name, where the web server's own address is another
     */
    public function __construct(
        /** @var site */
        public readonly site $site,
        /** @var string|null */
        private readonly ?string $host = null,
    ) {
        $this->directory = $site->directory();
        $this->view = "$this->directory/localcache/local_courseglue";
        $this->url = $site->url() . '/local/courseglue/peer.php';
    }

    /**
     * Asks as another site would.
     *
     * @param string $query
     * @param string|null $body posted; null asks by GET
     * @param array $options of curl
     * @return answer
     */
    public function ask(string $query, ?string $body = null, array $options = []): answer {
        return answer::of($this->url . ($query === '' ? '' : "?$query"), $body, '', $options + $this->options($body));
    }

    /**
     * Asks, and does not wait.
     *
     * @param string $query
     * @param string|null $body posted; null asks by GET
     * @return flight
     */
    public function send(string $query, ?string $body = null): flight {
        return new flight($this->url . ($query === '' ? '' : "?$query"), $body, $this->options($body));
    }

    /**
     * Searches as another site would.
     *
     * @param string $words
     * @return answer
     */
    public function search(string $words): answer {
        return $this->ask('', self::query($words));
    }

    /**
     * The message that searches.
     *
     * @param string $words
     * @return string
     */
    public static function query(string $words): string {
        $query = ['words' => $words, 'lang' => 'en', 'filters' => (object) [], 'offset' => 0, 'limit' => 20];
        return json_encode(['network' => 'courseglue', 'version' => 1, 'operation' => 'search', 'query' => $query]);
    }

    /**
     * The ids of the courses that a search finds.
     *
     * @param string $words
     * @return string[] sorted
     */
    public function found(string $words): array {
        $answer = $this->search($words);
        Assert::assertSame(200, $answer->status, $answer->body);
        $ids = array_map(fn(array $hit): string => self::id($hit), $answer->json()['hits']);
        sort($ids);
        return $ids;
    }

    /**
     * Changes its config.php, until that is taken back.
     *
     * @param string $line of PHP
     */
    public function configure(string $line): void {
        $this->unconfigure();
        $file = "$this->directory/www/config.php";
        $text = file_get_contents($file);
        file_put_contents($file, str_replace('require_once(', $line . self::CHANGED . 'require_once(', $text));
    }

    /**
     * Takes back what was changed in its config.php.
     */
    public function unconfigure(): void {
        $file = "$this->directory/www/config.php";
        $text = file_get_contents($file);
        file_put_contents($file, preg_replace('~^.*' . preg_quote(self::CHANGED, '~') . '~m', '', $text));
    }

    /**
     * The processes of php-fpm that answer requests.
     *
     * @return int[]
     */
    public function workers(): array {
        $master = (int) file_get_contents("$this->directory/fpm.pid");
        $workers = [];
        foreach (glob('/proc/[0-9]*/stat') as $file) {
            // After the name, which may hold anything: state and parent.
            $stat = explode(' ', substr(strrchr((string) @file_get_contents($file), ')') ?: ') Z 0', 2));
            if ((int) ($stat[1] ?? 0) === $master && $stat[0] !== 'Z') {
                $workers[] = (int) explode('/', $file)[2];
            }
        }
        return $workers;
    }

    /**
     * Kills them all: the one that is at work is among them. Until they are gone they may still accept a connection.
     */
    public function kill_workers(): void {
        $workers = $this->workers();
        foreach ($workers as $worker) {
            posix_kill($worker, SIGKILL);
        }
        self::until('the killed are gone', fn(): bool => !array_intersect($workers, $this->workers()));
    }

    /**
     * The state of the view, as its file "current" has it.
     *
     * @return array|null
     */
    public function state(): ?array {
        $state = @file_get_contents("$this->view/current");
        return $state === false ? null : json_decode($state, true, 8, JSON_THROW_ON_ERROR);
    }

    /**
     * Makes the view older than it is, so that the next request has to bring it up to date. Nobody else may hold its lock for long.
     *
     * @param int $seconds
     */
    public function fall_behind(int $seconds = 61): void {
        // Whoever takes the lock where there is no directory makes one, which would then be this process's.
        self::until('there is a view', fn(): bool => $this->state() !== null);
        $writer = null;
        self::until('nobody writes to the view any more', function () use (&$writer): bool {
            $writer = ViewWriter::lock($this->view);
            return $writer !== null;
        });
        $state = json_decode($writer->state() ?? 'null', true);
        Assert::assertIsArray($state, 'the view can be used');
        $writer->commit($state['revision'], time() - $seconds);
        $writer->release();
        @unlink("$this->view/turn");
    }

    /**
     * Makes it long ago that somebody took it upon himself to bring the view up to date.
     */
    public function let_turn_pass(): void {
        $turn = @fopen("$this->view/turn", 'r+');
        if ($turn) {
            fwrite($turn, pack('q', time() - 3600));
        }
    }

    /**
     * Waits until nobody is at bringing the view up to date.
     */
    public function wait_until_idle(): void {
        self::until('nobody is at it', function (): bool {
            $turn = fopen("$this->view/turn", 'r');
            return flock($turn, LOCK_EX | LOCK_NB);
        });
    }

    /**
     * The next catching up: one request finds that the view is behind, and is answered from it.
     *
     * @param array $options of curl
     */
    public function catch_up(array $options = []): void {
        $this->fall_behind();
        Assert::assertSame(200, $this->ask('operation=describe', null, $options)->status);
        $this->wait_until_caught_up();
    }

    /**
     * Waits until somebody has brought the view up to date.
     */
    public function wait_until_caught_up(): void {
        self::until('the view is up to date', fn(): bool => ($this->state()['caughtup'] ?? 0) > time() - 50);
    }

    /**
     * Waits until something is so.
     *
     * @param string $what
     * @param callable $so (): bool
     */
    public static function until(string $what, callable $so): void {
        $deadline = microtime(true) + self::PATIENCE;
        while (!$so()) {
            if (microtime(true) > $deadline) {
                Assert::fail("It did not come about that $what.");
            }
            usleep(5000);
        }
    }

    /**
     * Which record a hit is.
     *
     * @param array $hit
     * @return string as it is in the signed text
     */
    private static function id(array $hit): string {
        return json_decode($hit['body'], true)['id'];
    }

    /**
     * The curl options that reach this web server under the site's name.
     *
     * @param string|null $body
     * @return array options of curl
     */
    private function options(?string $body): array {
        if ($this->host === null) {
            return [];
        }
        $type = $body === null ? [] : ['Content-Type: application/json', 'Expect:'];
        return [CURLOPT_HTTPHEADER => ["Host: $this->host", ...$type]];
    }
}
