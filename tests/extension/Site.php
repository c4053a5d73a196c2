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
use CourseGlue\ViewWriter;
use RuntimeException;

/**
 * A site of the network without a Moodle: a directory with its settings, its database (a file of rows) and its view, and a
 * web server of its own that answers peers.
 *
 * @copyright  2026 The CourseGlue authors
 * @license    https://www.gnu.org/copyleft/gpl.html GNU GPL v3 or later
 */
final class Site {
    /** @var string Where a site answers its peers. */
    public const ENDPOINT = '/local/courseglue/peer.php';

    /** @var string[] Directories to remove at the end. */
    private static array $made = [];

    /** @var resource|null The web server. */
    private $server = null;

    /**
     * The site that lives in a directory.
     *
     * @param string $directory
     */
    public function __construct(
        /** @var string the site's files */
        private readonly string $directory,
    ) {
    }

    /**
     * A new site, not yet served.
     *
     * @param string $address
     * @param array $settings beside the usual ones
     * @return self
     */
    public static function make(string $address, array $settings = []): self {
        $directory = self::directory();
        $settings += [
            'network' => 'test', 'address' => $address, 'scheme' => 'http', 'secret' => Node::generateSecret(),
            'viewdir' => "$directory/view", 'serving' => true, 'allowhttp' => true, 'blockedhosts' => [], 'allowedports' => [],
            'proxy' => null, 'cafile' => null, 'blocked' => ['sites' => [], 'domains' => [], 'words' => []],
            'seed' => bin2hex(random_bytes(16)), 'quota' => 256 << 20,
        ];
        file_put_contents("$directory/settings.json", json_encode($settings));
        file_put_contents("$directory/database.json", json_encode(['revision' => 0, 'rows' => []]));
        return new self($directory);
    }

    /**
     * A new site that answers on a loopback address of its own.
     *
     * @param string $host
     * @param array $settings beside the usual ones
     * @return self
     */
    public static function serve(string $host, array $settings = []): self {
        $site = self::make($host . ':' . self::free_port($host), $settings);
        $site->start();
        return $site;
    }

    /**
     * A new empty directory, removed by clean().
     *
     * @return string
     */
    public static function directory(): string {
        $directory = sys_get_temp_dir() . '/courseglue-' . getmypid() . '-' . bin2hex(random_bytes(4));
        mkdir($directory, 0700);
        return self::$made[] = $directory;
    }

    /**
     * Removes what directory() made.
     */
    public static function clean(): void {
        foreach (self::$made as $directory) {
            exec('rm -rf ' . escapeshellarg($directory));
        }
        self::$made = [];
    }

    /**
     * Starts the web server.
     */
    public function start(): void {
        $address = $this->setting('address');
        $command = [...self::php(), '-d', 'display_errors=stderr', '-S', $address, __DIR__ . '/router.php'];
        $log = ['file', "$this->directory/server.log", 'a'];
        $this->server = proc_open($command, [1 => $log, 2 => $log], $pipes, null, getenv() + ['COURSEGLUE_SITE' => $this->directory]);
        for ($tries = 0; !@stream_socket_client("tcp://$address", $code, $message, 1); $tries++) {
            if ($tries > 500) {
                throw new RuntimeException("No web server came up at $address: " . $this->log());
            }
            usleep(10000);
        }
    }

    /**
     * Stops the web server.
     */
    public function stop(): void {
        if ($this->server !== null) {
            proc_terminate($this->server);
            proc_close($this->server);
            $this->server = null;
        }
    }

    /**
     * What the web server and PHP wrote to the log.
     *
     * @return string
     */
    public function log(): string {
        return (string) @file_get_contents("$this->directory/server.log");
    }

    /**
     * One of the settings.
     *
     * @param string $name
     * @return mixed
     */
    public function setting(string $name): mixed {
        return json_decode(file_get_contents("$this->directory/settings.json"), true)[$name];
    }

    /**
     * The settings, as the extension takes them.
     *
     * @param array $changes to the settings
     * @return string JSON
     */
    public function settings(array $changes = []): string {
        return json_encode($changes + json_decode(file_get_contents("$this->directory/settings.json"), true));
    }

    /**
     * A node with these settings.
     *
     * @param array $changes to the settings
     * @return Node
     */
    public function node(array $changes = []): Node {
        return new Node($this->settings($changes));
    }

    /**
     * The site's URL.
     *
     * @return string
     */
    public function url(): string {
        return $this->setting('scheme') . '://' . $this->setting('address');
    }

    /**
     * The site's node id.
     *
     * @return string
     */
    public function nodeid(): string {
        return json_decode(Node::identify($this->url()))->nodeid;
    }

    /**
     * The site's own signed entry: as the database has it, else a new one.
     *
     * @param array $changes to the descriptor of a new one
     * @return string JSON
     */
    public function entry(array $changes = []): string {
        $own = $this->rows()["site {$this->nodeid()}"] ?? null;
        if ($own !== null && !$changes) {
            return json_encode(['body' => $own['body'], 'sig' => $own['sig'], 'vouchers' => $own['vouchers']]);
        }
        $descriptor = $changes + [
            'address' => $this->setting('address'), 'scheme' => $this->setting('scheme'),
            'key' => Node::publicKey($this->setting('secret')), 'seq' => $this->now(), 'lease' => intdiv(time(), 86400) + 45,
            'name' => 'The site at ' . $this->setting('address'), 'software' => 'Moodle', 'release' => '4.5', 'plugin' => '0.1',
            'protocol' => 1, 'country' => 'ES', 'lang' => 'es', 'figures' => ['courses' => 12],
        ];
        return json_encode(json_decode($this->node()->sign('descriptor', json_encode($descriptor)), true) + ['vouchers' => []]);
    }

    /**
     * The time, Unix ms.
     *
     * @return int
     */
    public function now(): int {
        return (int) (microtime(true) * 1000);
    }

    /**
     * Stores what a call of the extension changed, and writes a new view.
     *
     * @param string $outcome the JSON that the call returned
     * @return array the outcome
     */
    public function apply(string $outcome): array {
        $outcome = json_decode($outcome, true, 512, JSON_THROW_ON_ERROR);
        $lock = fopen("$this->directory/lock", 'c');
        flock($lock, LOCK_EX);
        $database = json_decode(file_get_contents("$this->directory/database.json"), true);
        foreach ($outcome['changes'] as $change) {
            $database['rows'] = self::changed($database['rows'], $change);
        }
        if ($outcome['changes']) {
            $database['revision']++;
            file_put_contents("$this->directory/database.json", json_encode($database));
            $this->rebuild();
        }
        fclose($lock);
        return $outcome;
    }

    /**
     * Writes the view anew from the database's rows.
     */
    public function rebuild(): void {
        $database = json_decode(file_get_contents("$this->directory/database.json"), true);
        $writer = ViewWriter::lock($this->setting('viewdir'));
        $writer->rebuild();
        foreach ($database['rows'] as $row) {
            $writer->row(json_encode($row));
        }
        $writer->commit($database['revision'], time());
    }

    /**
     * The database's rows.
     *
     * @return array<string, array>
     */
    public function rows(): array {
        return json_decode(file_get_contents("$this->directory/database.json"), true)['rows'];
    }

    /**
     * The rows after a change: the higher seq wins, with the same one vouchers and terms are united.
     *
     * @param array<string, array> $rows
     * @param array $change
     * @return array<string, array>
     */
    private static function changed(array $rows, array $change): array {
        [$kind, $gone] = [strtok($change['change'], '_'), str_ends_with($change['change'], '_gone')];
        $key = match ($kind) {
            'site', 'alive' => "$kind {$change['nodeid']}",
            'record' => "record {$change['recordid']}",
            'checked' => "checked {$change['host']}",
            'spot' => "spot {$change['nodeid']}",
            'frequency' => "frequency {$change['term']}",
            'mark' => "mark {$change['name']}",
        };
        if ($gone) {
            unset($rows[$key]);
            return $rows;
        }
        $former = $rows[$key] ?? null;
        if (isset($change['seq'], $former) && $former['seq'] > $change['seq']) {
            return $rows;
        }
        if (isset($change['seq'], $former) && $former['seq'] === $change['seq']) {
            $list = $kind === 'site' ? 'vouchers' : 'terms';
            $change[$list] = array_values(array_unique(array_merge($former[$list], $change[$list]), SORT_REGULAR));
        }
        return [$key => $change] + $rows;
    }

    /**
     * The command that starts a PHP with the extension that this one has: loaded by its settings, or by its command line.
     *
     * @return string[]
     */
    public static function php(): array {
        preg_match('/\0(?:-d\0?|--define\0)(extension=[^\0]+)/', file_get_contents('/proc/self/cmdline'), $given);
        return $given ? [PHP_BINARY, '-d', $given[1]] : [PHP_BINARY];
    }

    /**
     * A port that nobody listens on.
     *
     * @param string $host
     * @return int
     */
    public static function free_port(string $host): int {
        $socket = stream_socket_server("tcp://$host:0");
        $name = stream_socket_get_name($socket, false);
        fclose($socket);
        return (int) substr(strrchr($name, ':'), 1);
    }
}
