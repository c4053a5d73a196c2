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

namespace local_courseglue\tests;

use local_courseglue\local\engine\engine;
use local_courseglue\local\engine\failure;
use local_courseglue\local\engine\setback;
use local_courseglue\local\engine\view_writer;

/**
 * An engine that signs with nothing and sends nowhere, and remembers what it was asked to send.
 *
 * @package    local_courseglue
 * @copyright  2026 The CourseGlue authors
 * @license    https://www.gnu.org/copyleft/gpl.html GNU GPL v3 or later
 */
final class fake_engine implements engine {
    /** @var int milliseconds that a sequence number may be ahead */
    private const AHEAD = 48 * HOURSECS * 1000;

    /** @var array[][] the batches it was asked to send */
    public array $batches = [];

    /** @var array[] what it was asked to make a record of, by the record's own id */
    public array $contents = [];

    /** @var array[] results to give instead of success, by the record's own id, one a batch */
    public array $results = [];

    /** @var string|null a sentence: sending fails with it */
    public ?string $failure = null;

    /** @var callable|null called with a record's content while it is made */
    public $whilerecording = null;

    /** @var callable|null called while a batch is being sent */
    public $whilesending = null;

    /** @var string|null the host that it has to ask before it answers a message */
    public ?string $tocheck = null;

    /** @var array the host that it was allowed to ask, for each message that it answered */
    public array $checked = [];

    /** @var array what is at which URL: the name of a site, or the trouble with it */
    public array $web = [];

    /** @var string[] the URLs at which it was to look */
    public array $probed = [];

    /** @var callable|null called with the URL and the entry while it joins; gives changes, or throws */
    public $whilejoining = null;

    /** @var array what it answers to another site */
    public array $answer = ['status' => 200, 'body' => '{}', 'retryafter' => null, 'changes' => []];

    /** @var array[] the sites it knows */
    public array $known = [];

    /** @var bool whether news of sites are on their way */
    public bool $settling = false;

    /** @var string|null with whom a round takes place */
    public ?string $peer = null;

    /** @var array changes that a round with another site brings */
    public array $news = [];

    /** @var array the deadlines it was given, the last one in force */
    public array $deadlines = [];

    /** @var array[] the entries it was asked to exchange */
    public array $exchanged = [];

    /**
     * Every item it was asked to send, in order.
     *
     * @return array[]
     */
    public function sent(): array {
        return array_merge(...$this->batches);
    }

    /**
     * The body of the last item it was asked to send for a course.
     *
     * @param int $courseid
     * @return array|null type and the body's fields
     */
    public function last(int $courseid): ?array {
        foreach (array_reverse($this->sent()) as $item) {
            $body = json_decode($item['body'], true);
            if ($body['id'] === "course/{$courseid}") {
                return ['type' => $item['type'], 'terms' => $item['terms'], 'lost' => $item['lost']] + $body;
            }
        }
        return null;
    }

    #[\Override]
    public function finish_by(?int $deadline): void {
        $this->deadlines[] = $deadline;
    }

    #[\Override]
    public function generate_secret(): string {
        return base64_encode(random_bytes(32));
    }

    #[\Override]
    public function public_key(string $secret): string {
        return base64_encode(str_repeat('k', 32));
    }

    #[\Override]
    public function identify(string $url): array {
        $address = preg_replace('~^https?://~', '', $url);
        return [
            'address' => $address,
            'scheme' => parse_url($url, PHP_URL_SCHEME),
            'domain' => explode('/', $address)[0],
            'nodeid' => sha1($address),
        ];
    }

    #[\Override]
    public function detect_language(string $text): ?string {
        return null;
    }

    #[\Override]
    public function terms(string $text, string $lang): array {
        return preg_split('~\W+~u', \core_text::strtolower($text), -1, PREG_SPLIT_NO_EMPTY);
    }

    #[\Override]
    public function sign(string $type, string $body): array {
        return ['body' => $body, 'sig' => base64_encode(str_repeat('g', 64))];
    }

    #[\Override]
    public function record(array $content, int $seq): array {
        $this->contents[$content['id']] = $content;
        if ($this->whilerecording !== null) {
            ($this->whilerecording)($content);
        }
        $terms = [];
        foreach ($content['fullname'] as $language => $text) {
            $terms = [...$terms, ...$this->terms($text, (string) $language)];
        }
        $terms = array_map(fn(string $term): string => substr(sha1("term\0{$term}"), 0, 12), array_unique($terms));
        return $this->item($content['id'], $seq, ['seq' => $seq] + $content, array_values($terms));
    }

    #[\Override]
    public function tombstone(string $id, int $seq, array $terms): array {
        return $this->item($id, $seq, ['id' => $id, 'seq' => $seq], $terms);
    }

    #[\Override]
    public function revision(): int {
        return -1;
    }

    #[\Override]
    public function caught_up(): int {
        return 0;
    }

    #[\Override]
    public function has_view(): bool {
        return false;
    }

    #[\Override]
    public function lock_view(): ?view_writer {
        return null;
    }

    #[\Override]
    public function write_view_settings(array $settings): void {
    }

    #[\Override]
    public function next_seq(int $last): int {
        $now = (int) (microtime(true) * 1000);
        return $last > $now + self::AHEAD ? $now : max($last + 2, $now);
    }

    #[\Override]
    public function host_to_check(string $method, string $query, string $body): ?string {
        return $this->tocheck;
    }

    #[\Override]
    public function handle(string $method, string $query, string $body, ?string $host): array {
        $this->checked[] = $host;
        return $this->answer;
    }

    #[\Override]
    public function probe(string $url): array {
        $this->probed[] = $url;
        $there = $this->web[$url] ?? ['kind' => 'no_courseglue'];
        if (is_array($there)) {
            throw new setback($url, $there);
        }
        return ['nodeid' => sha1($url), 'name' => $there] + $this->identify($url) + ['url' => $url];
    }

    #[\Override]
    public function join(string $url, array $entry): array {
        $changes = $this->whilejoining === null ? [] : ($this->whilejoining)($url, $entry);
        return ['joined' => true, 'problems' => [], 'changes' => $changes];
    }

    #[\Override]
    public function is_settling(): bool {
        return $this->settling;
    }

    #[\Override]
    public function sync(array $entry): array {
        $this->exchanged[] = $entry;
        return ['peer' => $this->peer, 'problems' => [], 'changes' => $this->news];
    }

    #[\Override]
    public function publish(array $entry, array $records): array {
        if ($this->failure !== null) {
            throw new failure($this->failure);
        }
        $this->batches[] = $records;
        if ($this->whilesending !== null) {
            ($this->whilesending)();
        }
        $results = [];
        foreach ($records as $record) {
            $id = json_decode($record['body'])->id;
            $success = ['state' => 'published', 'homes' => 2, 'problem' => null, 'newer' => null];
            $results[] = ['recordid' => $record['recordid']] + ($this->result($id) ?? $success);
        }
        return ['results' => $results, 'changes' => []];
    }

    #[\Override]
    public function search(array $query): array {
        return ['total' => 0, 'complete' => true, 'everything' => true, 'looked_up' => false, 'cut' => false, 'asked' => [],
            'took_ms' => 0, 'hits' => [], 'facets' => []];
    }

    #[\Override]
    public function statistics(): array {
        return ['sites' => 0, 'sharing' => 0, 'figures' => [], 'countries' => [], 'releases' => [], 'languages' => []];
    }

    #[\Override]
    public function sites(): array {
        return $this->known;
    }

    /**
     * The result that a test wants next for a record.
     *
     * @param string $id the record's own id
     * @return array|null
     */
    private function result(string $id): ?array {
        return empty($this->results[$id]) ? null : array_shift($this->results[$id]);
    }

    /**
     * An item that could be sent.
     *
     * @param string $id the record's own id
     * @param int $seq
     * @param array $body
     * @param string[] $terms
     * @return array
     */
    private function item(string $id, int $seq, array $body, array $terms): array {
        return ['recordid' => sha1("site.example\0{$id}"), 'seq' => $seq, 'terms' => $terms]
            + $this->sign('record', json_encode($body));
    }
}
