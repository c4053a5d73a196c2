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
 * An answer to another site.
 *
 * @package    local_courseglue
 * @copyright  2026 The CourseGlue authors
 * @license    https://www.gnu.org/copyleft/gpl.html GNU GPL v3 or later
 */
final class peer_answer {
    /** @var int seconds after which to ask a site again that cannot answer now */
    public const RETRY = 600;

    /** @var int the most bytes of an answer that is not worth being packed */
    private const UNPACKED = 1024;

    /**
     * Constructor.
     *
     * @param int $status HTTP status
     * @param string $body JSON
     * @param int|null $retryafter seconds
     */
    public function __construct(
        /** @var int HTTP status */
        public readonly int $status,
        /** @var string JSON */
        public readonly string $body,
        /** @var int|null seconds */
        public readonly ?int $retryafter = null
    ) {
    }

    /**
     * An answer that says what is wrong.
     *
     * @param int $status HTTP status
     * @param string $code
     * @param string $message a plain sentence
     * @param int|null $retryafter seconds
     * @return self
     */
    public static function error(int $status, string $code, string $message, ?int $retryafter = null): self {
        return new self($status, json_encode(['error' => ['code' => $code, 'message' => $message]]), $retryafter);
    }

    /**
     * Says that this site could not answer, until an answer is sent.
     */
    public static function prepare(): void {
        http_response_code(503);
        header('Retry-After: ' . self::RETRY);
    }

    /**
     * The body in gzip, if it is large enough and the client accepts gzip.
     *
     * @param string $accepted the encodings that the asker takes, as its request names them
     * @return string|null null to send it as it is
     */
    public function packed(string $accepted): ?string {
        return strlen($this->body) > self::UNPACKED && self::takes_gzip($accepted) ? gzencode($this->body) : null;
    }

    /**
     * Sends the answer.
     *
     * @param string $accepted the encodings that the asker takes, as its request names them
     * @param bool $headersonly whether only the headers were asked for
     */
    public function send(string $accepted = '', bool $headersonly = false): void {
        $headers = [
            'Content-Type: application/json',
            'X-Content-Type-Options: nosniff',
            'Cache-Control: no-store',
            'Vary: Accept-Encoding',
        ];
        if ($this->status === 405) {
            $headers[] = 'Allow: GET, HEAD, POST';
        }
        if ($this->retryafter !== null) {
            $headers[] = 'Retry-After: ' . $this->retryafter;
        }
        $packed = $this->packed($accepted);
        if ($packed !== null) {
            $headers[] = 'Content-Encoding: gzip';
        }
        $headers[] = 'Content-Length: ' . strlen($packed ?? $this->body);
        fast_path::print($this->status, $headers, $headersonly ? '' : $packed ?? $this->body);
    }

    /**
     * Whether a client accepts gzip.
     *
     * @param string $accepted as its Accept-Encoding says, RFC 9110: names, each maybe with a weight, 0 meaning no
     * @return bool
     */
    private static function takes_gzip(string $accepted): bool {
        foreach (explode(',', strtolower($accepted)) as $encoding) {
            [$name, $weight] = array_map('trim', explode(';', $encoding, 2)) + [1 => ''];
            if ($name === 'gzip') {
                return !preg_match('/^q\s*=\s*0(\.0*)?$/', $weight);
            }
        }
        return false;
    }
}
