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

/**
 * The engine without an extension: every call throws an exception that says what is missing.
 *
 * @package    local_courseglue
 * @copyright  2026 The CourseGlue authors
 * @license    https://www.gnu.org/copyleft/gpl.html GNU GPL v3 or later
 */
final class missing_engine implements engine {
    /**
     * Constructor.
     *
     * @param string $problem 'missing' or 'abi'
     */
    public function __construct(
        /** @var string 'missing' or 'abi' */
        public readonly string $problem
    ) {
    }

    #[\Override]
    public function finish_by(?int $deadline): void {
    }

    #[\Override]
    public function generate_secret(): string {
        throw new unavailable($this->problem);
    }

    #[\Override]
    public function public_key(string $secret): string {
        throw new unavailable($this->problem);
    }

    #[\Override]
    public function identify(string $url): array {
        throw new unavailable($this->problem);
    }

    #[\Override]
    public function detect_language(string $text): ?string {
        throw new unavailable($this->problem);
    }

    #[\Override]
    public function terms(string $text, string $lang): array {
        throw new unavailable($this->problem);
    }

    #[\Override]
    public function sign(string $type, string $body): array {
        throw new unavailable($this->problem);
    }

    #[\Override]
    public function record(array $content, int $seq): array {
        throw new unavailable($this->problem);
    }

    #[\Override]
    public function tombstone(string $id, int $seq, array $terms): array {
        throw new unavailable($this->problem);
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
        throw new unavailable($this->problem);
    }

    #[\Override]
    public function write_view_settings(array $settings): void {
        throw new unavailable($this->problem);
    }

    #[\Override]
    public function next_seq(int $last): int {
        throw new unavailable($this->problem);
    }

    #[\Override]
    public function host_to_check(string $method, string $query, string $body): ?string {
        throw new unavailable($this->problem);
    }

    #[\Override]
    public function handle(string $method, string $query, string $body, ?string $host): array {
        throw new unavailable($this->problem);
    }

    #[\Override]
    public function probe(string $url): array {
        throw new unavailable($this->problem);
    }

    #[\Override]
    public function join(string $url, array $entry): array {
        throw new unavailable($this->problem);
    }

    #[\Override]
    public function is_settling(): bool {
        throw new unavailable($this->problem);
    }

    #[\Override]
    public function sync(array $entry): array {
        throw new unavailable($this->problem);
    }

    #[\Override]
    public function publish(array $entry, array $records): array {
        throw new unavailable($this->problem);
    }

    #[\Override]
    public function search(array $query): array {
        throw new unavailable($this->problem);
    }

    #[\Override]
    public function statistics(): array {
        throw new unavailable($this->problem);
    }

    #[\Override]
    public function sites(): array {
        throw new unavailable($this->problem);
    }
}
