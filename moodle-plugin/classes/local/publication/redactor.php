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

namespace local_courseglue\local\publication;

use local_courseglue\local\publication\redaction\email;
use local_courseglue\local\publication\redaction\kind;
use local_courseglue\local\publication\redaction\password;
use local_courseglue\local\publication\redaction\phone_number;
use local_courseglue\local\publication\redaction\web_link;

/**
 * Removes contact details, access links and passwords from what is published, and lists what it removed.
 *
 * It goes through everything that is content of a record, whatever its field is called: a new field leaves no gap.
 *
 * @package    local_courseglue
 * @copyright  2026 The CourseGlue authors
 * @license    https://www.gnu.org/copyleft/gpl.html GNU GPL v3 or later
 */
final class redactor {
    /** @var string The mark in place of what was taken out. */
    private const GAP = '…';

    /** @var string[] Fields whose values Moodle made, not people; a contact is given to be published. */
    private const NO_TEXT = ['id', 'lang', 'format', 'access', 'type', 'link', 'contact'];

    /** @var string[][] kind → what was taken out, each once */
    private array $found = [];

    /**
     * A record's content without these things. What has nothing else to say is left out.
     *
     * @param array $content
     * @return array
     */
    public function content(array $content): array {
        foreach ($content as $name => $value) {
            if (is_string($name) && in_array($name, self::NO_TEXT, true)) {
                continue;
            }
            $content[$name] = $this->value($value);
        }
        return $content;
    }

    /**
     * A text without these things.
     *
     * @param string $text plain text
     * @return string '' where nothing is left
     */
    public function text(string $text): string {
        // Links first: they hold what else looks like addresses and numbers.
        $clean = web_link::replace($text, $this->take_out(...));
        $others = [email::class => kind::EMAIL, password::class => kind::PASSWORD, phone_number::class => kind::PHONE];
        foreach ($others as $class => $kind) {
            $takeout = fn(string $found): string => $this->take_out($kind, $found);
            $clean = $clean === null ? null : $class::replace($clean, $takeout);
        }
        if ($clean === $text) {
            return $text;
        }
        // A text that PCRE gives up on is not passed on.
        return $clean !== null && preg_match('~[\p{L}\p{N}]~u', $clean) ? trim($clean) : '';
    }

    /**
     * The things that were taken out so far.
     *
     * @return string[][] a constant of {@see kind} → texts, each once
     */
    public function found(): array {
        return $this->found;
    }

    /**
     * A value of a record, or a part of one.
     *
     * @param mixed $value
     * @return mixed
     */
    private function value(mixed $value): mixed {
        if (is_string($value)) {
            $text = $this->text($value);
            return $text === '' ? null : $text;
        }
        if (!is_array($value)) {
            return $value;
        }
        if (isset($value['type'], $value['name'])) {
            $value['name'] = $this->value($value['name']);
            return $value['name'] === [] ? null : $value;
        }
        $kept = array_filter(array_map($this->value(...), $value), fn(mixed $part): bool => $part !== null && $part !== []);
        return array_is_list($value) ? array_values($kept) : $kept;
    }

    /**
     * Remembers what is taken out.
     *
     * @param string $kind
     * @param string $found
     * @return string what stands in its place
     */
    private function take_out(string $kind, string $found): string {
        $found = trim($found);
        if (!in_array($found, $this->found[$kind] ?? [], true)) {
            $this->found[$kind][] = $found;
        }
        return self::GAP;
    }
}
