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
 * A running site, seen from the outside.
 *
 * @package    local_courseglue
 * @copyright  2026 The CourseGlue authors
 * @license    https://www.gnu.org/copyleft/gpl.html GNU GPL v3 or later
 */
final class site {
    /** @var string The command that asks the harness. */
    private const COMMAND = __DIR__ . '/../../../scripts/lib/site';

    /**
     * Constructor.
     *
     * @param string $name the harness's name of it
     * @param array $described what the network's file says of it
     */
    public function __construct(
        /** @var string */
        public readonly string $name,
        /** @var array */
        public readonly array $described = [],
    ) {
    }

    /**
     * A fresh site that may talk to others on loopback, and publishes every course at once where it has joined.
     *
     * @param string $name
     * @return self
     */
    public static function fresh(string $name): self {
        $site = new self($name);
        $site->command('new', '4.5', 'pgsql', self::unused_address());
        $site->change('set', json_encode([
            ['core', 'curlsecurityblockedhosts', ''],
            ['core', 'curlsecurityallowedport', ''],
            ['local_courseglue', 'allowhttp', '1'],
            ['local_courseglue', 'publishpolicy', 'all'],
            ['local_courseglue', 'graceperiod', '0'],
        ]));
        return $site;
    }

    /**
     * An address that no neighbour has looked at before: they look at a host once an hour.
     *
     * @return string
     */
    public static function unused_address(): string {
        return implode('.', [127, random_int(1, 8), random_int(1, 250), random_int(1, 250)]);
    }

    /**
     * Its address with the scheme.
     *
     * @return string
     */
    public function url(): string {
        return $this->described['url'] ?? $this->command('url')->output();
    }

    /**
     * Its directory.
     *
     * @return string
     */
    public function directory(): string {
        return $this->command('directory')->output();
    }

    /**
     * Asks the harness for something; fails the test when it does not work.
     *
     * @param string ...$arguments
     * @return outcome
     */
    public function command(string ...$arguments): outcome {
        return $this->try(...$arguments)->or_fail();
    }

    /**
     * Asks the harness for something that may fail.
     *
     * @param string ...$arguments
     * @return outcome
     */
    public function try(string ...$arguments): outcome {
        return outcome::of([self::COMMAND, $this->name, ...$arguments]);
    }

    /**
     * The plugin's own work, now.
     */
    public function work(): void {
        $this->command('tasks');
    }

    /**
     * Runs one of the plugin's commands and reads its JSON.
     *
     * @param string $script
     * @param string ...$arguments
     * @return array
     */
    public function cli(string $script, string ...$arguments): array {
        return $this->command('php', "local/courseglue/cli/$script.php", ...$arguments)->json();
    }

    /**
     * Searches from this site.
     *
     * @param string $words
     * @param string $lang the searcher's language
     * @return array the engine's answer
     */
    public function search(string $words, string $lang = 'en'): array {
        return $this->cli('search', "--words=$words", "--lang=$lang", '--json');
    }

    /**
     * The full names, in English where they have one, of what a search from this site finds.
     *
     * @param string $words
     * @return string[]
     */
    public function titles(string $words): array {
        return $this->titles_of($this->search($words));
    }

    /**
     * The same of an answer that is there.
     *
     * @param array $found what the engine answered
     * @return string[]
     */
    public function titles_of(array $found): array {
        $titles = array_map(static function (array $hit): string {
            $names = $hit['record']['fullname'];
            return $names['en'] ?? reset($names);
        }, $found['hits']);
        sort($titles);
        return $titles;
    }

    /**
     * The status that the site prints about its part in the network.
     *
     * @return array
     */
    public function status(): array {
        return $this->cli('status', '--json');
    }

    /**
     * Changes something in this Moodle as its people would, see change.php.
     *
     * @param string ...$arguments
     * @return array
     */
    public function change(string ...$arguments): array {
        return $this->command('php', 'local/courseglue/tests/network/change.php', ...$arguments)->json();
    }

    /**
     * Rows of each of the plugin's tables that hold what other sites sent.
     *
     * @return array<string, int>
     */
    public function counts(): array {
        return $this->change('counts');
    }

    /**
     * Sends a message as another site would.
     *
     * @param string $body
     * @param string $query
     * @return answer
     */
    public function post(string $body, string $query = ''): answer {
        return answer::of($this->url() . "/local/courseglue/peer.php$query", $body);
    }

    /**
     * Asks for something as another site would.
     *
     * @param string $operation
     * @return answer
     */
    public function get(string $operation): answer {
        return answer::of($this->url() . '/local/courseglue/peer.php?operation=' . rawurlencode($operation));
    }

    /**
     * The lines that PHP logged so far.
     *
     * @return string
     */
    public function errors(): string {
        return (string) @file_get_contents($this->directory() . '/php_errors.log');
    }

    /**
     * The lines of PHP's and Moodle's logs so far that no developer should leave there: notices, warnings, debugging messages. That
     * somebody was refused a page is none.
     *
     * @return string[] lines
     */
    public function complaints(): array {
        $pattern = '~PHP (Notice|Warning|Deprecated|Fatal error|Parse error)|Debugging: ~';
        return array_values(preg_grep($pattern, explode("\n", $this->errors())));
    }

    /**
     * Requests to peer.php so far.
     *
     * @param string $operation of this kind, if one is named
     * @param string $by by the site with this URL, if one is named
     * @return int
     */
    public function requests(string $operation = '', string $by = ''): int {
        $wanted = '/local/courseglue/peer.php' . ($operation === '' ? '' : "?operation=$operation");
        $lines = file($this->directory() . '/access.log');
        return count(array_filter($lines, static fn(string $line): bool => str_contains($line, $wanted)
            && ($by === '' || str_contains($line, "(+$by)"))));
    }
}
