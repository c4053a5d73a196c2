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

namespace local_courseglue\local\engine;

use local_courseglue\local\settings_builder;
use local_courseglue\local\view;

/**
 * The engine that is the PHP extension: arrays on this side, JSON text on the other.
 *
 * @package    local_courseglue
 * @copyright  2026 The CourseGlue authors
 * @license    https://www.gnu.org/copyleft/gpl.html GNU GPL v3 or later
 */
final class extension_engine implements engine {
    /** @var int seconds that the view may be behind by which a message of another site is judged, here and without the full boot */
    private const TOLERANCE = MINSECS;

    /** @var int seconds that a call is given at least, so that the extension can end it in good order */
    private const LEAST = 3;

    /** @var \CourseGlue\Node|null the extension's node, made when it is first needed */
    private ?\CourseGlue\Node $node = null;

    /** @var int|null when calls have to be over, Unix s */
    private ?int $deadline = null;

    #[\Override]
    public function finish_by(?int $deadline): void {
        $this->deadline = $deadline;
    }

    #[\Override]
    public function generate_secret(): string {
        return $this->guarded(fn() => \CourseGlue\Node::generateSecret());
    }

    #[\Override]
    public function public_key(string $secret): string {
        return $this->guarded(fn() => \CourseGlue\Node::publicKey($secret));
    }

    #[\Override]
    public function identify(string $url): array {
        return extension_json::decode($this->guarded(fn() => \CourseGlue\Node::identify($url)));
    }

    #[\Override]
    public function detect_language(string $text): ?string {
        return $this->guarded(fn() => \CourseGlue\Node::detectLanguage($text));
    }

    #[\Override]
    public function terms(string $text, string $lang): array {
        return $this->guarded(fn() => \CourseGlue\Node::terms($text, $lang));
    }

    #[\Override]
    public function sign(string $type, string $body): array {
        return extension_json::decode($this->guarded(fn() => $this->node()->sign($type, $body)));
    }

    #[\Override]
    public function record(array $content, int $seq): array {
        foreach (['fullname', 'shortname', 'summary'] as $name) {
            $content[$name] = (object) ($content[$name] ?? []);
        }
        $content['category'] = array_map(fn($name) => (object) $name, $content['category'] ?? []);
        $content['contents'] = array_map(
            fn($item) => ['name' => (object) $item['name']] + $item,
            $content['contents'] ?? []
        );
        $content = extension_json::encode($content);
        return extension_json::decode($this->guarded(fn() => $this->node()->record($content, $seq)));
    }

    #[\Override]
    public function tombstone(string $id, int $seq, array $terms): array {
        return extension_json::decode($this->guarded(fn() => $this->node()->tombstone($id, $seq, array_values($terms))));
    }

    #[\Override]
    public function revision(): int {
        return $this->guarded(fn() => $this->node()->revision());
    }

    #[\Override]
    public function caught_up(): int {
        $state = $this->guarded(fn() => $this->node()->state());
        return $state === null ? 0 : extension_json::decode($state)['caughtup'];
    }

    #[\Override]
    public function has_view(): bool {
        return true;
    }

    #[\Override]
    public function lock_view(): ?view_writer {
        return extension_view_writer::lock(view::directory());
    }

    #[\Override]
    public function write_view_settings(array $settings): void {
        extension_view_writer::settings(view::directory(), $settings);
    }

    #[\Override]
    public function next_seq(int $last): int {
        return $this->guarded(fn() => \CourseGlue\Node::nextSeq($last));
    }

    #[\Override]
    public function host_to_check(string $method, string $query, string $body): ?string {
        view::ensure($this, self::TOLERANCE);
        return $this->guarded(fn() => $this->node()->hostToCheck($method, $query, $body));
    }

    #[\Override]
    public function handle(string $method, string $query, string $body, ?string $host): array {
        view::ensure($this, self::TOLERANCE);
        return extension_json::decode($this->guarded(fn() => $this->node()->handle($method, $query, $body, $host)));
    }

    #[\Override]
    public function probe(string $url): array {
        return $this->unless_set_back($this->guarded(fn() => $this->node()->probe($url)))['found'];
    }

    #[\Override]
    public function join(string $url, array $entry): array {
        $entry = extension_json::encode($entry);
        return $this->unless_set_back($this->viewing(fn() => $this->node()->join($url, $entry)));
    }

    #[\Override]
    public function is_settling(): bool {
        return $this->viewing(fn() => $this->node()->isSettling());
    }

    #[\Override]
    public function sync(array $entry): array {
        $entry = extension_json::encode($entry);
        return extension_json::decode($this->viewing(fn() => $this->node()->sync($entry)));
    }

    #[\Override]
    public function publish(array $entry, array $records): array {
        $batch = extension_json::encode(['entry' => $entry, 'records' => array_values($records)]);
        return extension_json::decode($this->viewing(fn() => $this->node()->publish($batch)));
    }

    #[\Override]
    public function search(array $query): array {
        $query['filters'] = (object) ($query['filters'] ?? []);
        $query = extension_json::encode($query);
        return extension_json::decode($this->viewing(fn() => $this->node()->search($query)));
    }

    #[\Override]
    public function statistics(): array {
        return extension_json::decode($this->viewing(fn() => $this->node()->statistics()));
    }

    #[\Override]
    public function sites(): array {
        return extension_json::decode($this->viewing(fn() => $this->node()->sites()));
    }

    /**
     * The extension's node.
     *
     * @return \CourseGlue\Node
     */
    private function node(): \CourseGlue\Node {
        return $this->node ??= new \CourseGlue\Node(extension_json::encode(settings_builder::build($this)));
    }

    /**
     * Reads the answer of a call that another site may stand in the way of.
     *
     * @param string $json
     * @return array
     * @throws setback
     */
    private function unless_set_back(string $json): array {
        $answer = extension_json::decode($json);
        if (isset($answer['setback'])) {
            throw new setback($answer['setback']['site'], $answer['setback']['trouble']);
        }
        return $answer;
    }

    /**
     * Calls the extension for something that reads the view, which is brought up to date first.
     *
     * @param callable $call
     * @return mixed
     */
    private function viewing(callable $call): mixed {
        view::ensure($this);
        return $this->guarded($call);
    }

    /**
     * Calls the extension, whose failures (a panic is an \Error) become ours.
     *
     * @param callable $call
     * @return mixed
     */
    private function guarded(callable $call): mixed {
        $limit = (int) ini_get('max_execution_time');
        try {
            if ($this->deadline !== null) {
                // The extension ends its work before PHP's limit is reached, and waiting for others does not count towards that.
                set_time_limit(max(self::LEAST, $this->deadline - time()));
            }
            return $call();
        } catch (\CourseGlue\Exception | \Error $e) {
            throw new failure($e->getMessage());
        } finally {
            if ($this->deadline !== null) {
                set_time_limit($limit);
            }
        }
    }
}
