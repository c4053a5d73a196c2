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
 * The source of a request: the address by which requests are counted, behind the proxies that the admin trusts.
 *
 * It follows Moodle's getremoteaddr() with its settings "Logged IP address source" and "Ignore reverse proxies", but works
 * without libraries and database, as the answers to other sites are given without the full boot.
 *
 * @package    local_courseglue
 * @copyright  2026 The CourseGlue authors
 * @license    https://www.gnu.org/copyleft/gpl.html GNU GPL v3 or later
 */
final class source {
    /** @var int what Moodle's setting says, where the header Client-IP is not to be believed */
    private const SKIP_CLIENT_IP = 1;

    /** @var int what it says, where X-Forwarded-For is not */
    private const SKIP_FORWARDED_FOR = 2;

    /** @var int Moodle's own choice: neither is */
    public const SKIP_BOTH = self::SKIP_CLIENT_IP | self::SKIP_FORWARDED_FOR;

    /** @var int bytes of an IPv6 address that tell one subscriber from another: each is given that many addresses and more */
    private const SUBSCRIBER = 8;

    /**
     * The source of a request.
     *
     * @param array $server as $_SERVER
     * @param int $skip Moodle's setting getremoteaddrconf: which headers are not believed
     * @param string $ignored Moodle's setting reverseproxyignore: the addresses of further proxies
     * @return string an IPv4 address, or the network of an IPv6 address; empty when there is none
     */
    public static function of(array $server, int $skip = self::SKIP_BOTH, string $ignored = ''): string {
        $address = null;
        if (!($skip & self::SKIP_CLIENT_IP)) {
            $address = self::pack((string) ($server['HTTP_CLIENT_IP'] ?? ''));
        }
        if ($address === null && !($skip & self::SKIP_FORWARDED_FOR)) {
            $address = self::forwarded((string) ($server['HTTP_X_FORWARDED_FOR'] ?? ''), $ignored);
        }
        $address ??= self::pack((string) ($server['REMOTE_ADDR'] ?? ''));
        return $address === null ? '' : self::name($address);
    }

    /**
     * An address as bytes.
     *
     * @param string $address
     * @return string|null 4 or 16 bytes; null for what is none
     */
    public static function pack(string $address): ?string {
        $address = trim($address);
        if (!str_contains($address, ':')) {
            // Zeros in front are no octal numbers, to Moodle.
            $address = preg_replace('/\b0+(?=\d)/', '', $address);
        }
        $packed = filter_var($address, FILTER_VALIDATE_IP) === false ? false : inet_pton($address);
        return $packed === false ? null : $packed;
    }

    /**
     * The last address on a request's way that is not a trusted proxy's. The client may have made up those before it.
     *
     * @param string $header
     * @param string $ignored
     * @return string|null packed
     */
    private static function forwarded(string $header, string $ignored): ?string {
        if ($header === '') {
            return null;
        }
        $proxies = $ignored === '' ? [] : subnet::list($ignored);
        foreach (array_reverse(explode(',', $header)) as $hop) {
            $address = self::pack(self::without_port(trim($hop)));
            if ($address === null) {
                return null;
            }
            if (!array_filter($proxies, fn(subnet $proxy): bool => $proxy->holds($address))) {
                return $address;
            }
        }
        return null;
    }

    /**
     * An address without the port that some proxies add.
     *
     * @param string $hop
     * @return string
     */
    private static function without_port(string $hop): string {
        return preg_match('/^\[([^]]*)](?::\d+)?$|^([^:]*):\d+$/', $hop, $found) ? $found[2] ?? $found[1] : $hop;
    }

    /**
     * The name that a source is counted by.
     *
     * @param string $address packed
     * @return string
     */
    private static function name(string $address): string {
        if (strlen($address) === 4) {
            return inet_ntop($address);
        }
        // An IPv4 address in the form of an IPv6 address is the same subscriber.
        if (str_starts_with($address, str_repeat("\0", 10) . "\xff\xff")) {
            return inet_ntop(substr($address, 12));
        }
        $network = str_pad(substr($address, 0, self::SUBSCRIBER), 16, "\0");
        return inet_ntop($network) . '/' . self::SUBSCRIBER * 8;
    }
}
