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

namespace local_courseglue\local;

/**
 * A range of addresses as Moodle's settings write them: 10.0.0.0/8, 10.1.2.3-20, 10.1., one address, and the same in IPv6.
 *
 * Moodle's own address_in_subnet() reads the same, but needs libraries that a page without the full boot does not have.
 *
 * @package    local_courseglue
 * @copyright  2026 The CourseGlue authors
 * @license    https://www.gnu.org/copyleft/gpl.html GNU GPL v3 or later
 */
final class subnet {
    /**
     * Constructor.
     *
     * @param string $low the first address, packed
     * @param string $high the last address, packed
     */
    private function __construct(
        /** @var string the first address, packed */
        private readonly string $low,
        /** @var string the last address, packed */
        private readonly string $high,
    ) {
    }

    /**
     * Reads a list.
     *
     * @param string $list separated by commas, each maybe followed by # and a remark
     * @return self[] without what is no range
     */
    public static function list(string $list): array {
        $parts = array_map(fn(string $part): string => trim(explode('#', $part)[0]), explode(',', $list));
        return array_values(array_filter(array_map(self::read(...), $parts)));
    }

    /**
     * Whether an address is in the range.
     *
     * @param string $address packed
     * @return bool
     */
    public function holds(string $address): bool {
        return strlen($address) === strlen($this->low)
            && strcmp($this->low, $address) <= 0
            && strcmp($address, $this->high) <= 0;
    }

    /**
     * Reads one range.
     *
     * @param string $text
     * @return self|null
     */
    private static function read(string $text): ?self {
        if (str_contains($text, '/')) {
            [$base, $bits] = array_map('trim', explode('/', $text, 2));
            $base = source::pack($base);
            return $base !== null && ctype_digit($bits) ? self::prefix($base, (int) $bits) : null;
        }
        return str_contains($text, '-') ? self::last_group(...explode('-', $text, 2)) : self::beginning($text);
    }

    /**
     * The addresses that share their first bits.
     *
     * @param string $base packed
     * @param int $bits
     * @return self|null
     */
    private static function prefix(string $base, int $bits): ?self {
        $length = strlen($base);
        if ($bits > $length * 8) {
            return null;
        }
        $mask = str_repeat("\xff", intdiv($bits, 8));
        if ($bits % 8 > 0) {
            $mask .= chr(0xff << (8 - $bits % 8) & 0xff);
        }
        $mask = str_pad($mask, $length, "\0");
        return new self($base & $mask, $base | ~$mask);
    }

    /**
     * The addresses from one to another that differs in its last group alone.
     *
     * @param string $first
     * @param string $last its last group
     * @return self|null
     */
    private static function last_group(string $first, string $last): ?self {
        $mark = str_contains($first, ':') ? ':' : '.';
        $low = source::pack($first);
        $high = source::pack(substr($first, 0, (int) strrpos($first, $mark) + 1) . trim($last));
        return $low === null || $high === null ? null : new self($low, $high);
    }

    /**
     * One address, or those that begin with the same whole groups.
     *
     * @param string $text
     * @return self|null
     */
    private static function beginning(string $text): ?self {
        $whole = source::pack($text);
        if ($whole !== null) {
            return new self($whole, $whole);
        }
        [$mark, $groups, $size] = str_contains($text, ':') ? [':', 8, 16] : ['.', 4, 8];
        $given = explode($mark, rtrim($text, $mark));
        $missing = $groups - count($given);
        $base = $missing <= 0 ? null : source::pack(implode($mark, [...$given, ...array_fill(0, $missing, '0')]));
        return $base === null ? null : self::prefix($base, count($given) * $size);
    }
}
