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

use CurlHandle;
use PHPUnit\Framework\Assert;

/**
 * The answer of a web server.
 *
 * @package    local_courseglue
 * @copyright  2026 The CourseGlue authors
 * @license    https://www.gnu.org/copyleft/gpl.html GNU GPL v3 or later
 */
final class answer {
    /**
     * Constructor.
     *
     * @param int $status
     * @param string $type content type
     * @param string $body
     * @param string $encoding
     * @param string[] $headers by their names in lower case
     */
    private function __construct(
        /** @var int */
        public readonly int $status,
        /** @var string */
        public readonly string $type,
        /** @var string */
        public readonly string $body,
        /** @var string how the body was packed on its way; empty for not at all */
        public readonly string $encoding = '',
        /** @var string[] by their names in lower case */
        public readonly array $headers = [],
    ) {
    }

    /**
     * Asks for a page, once, following no redirect.
     *
     * @param string $url
     * @param string|null $body posted as JSON; null asks by GET
     * @param string $accepted encodings that are taken
     * @param array $options further options of curl
     * @return self
     */
    public static function of(string $url, ?string $body = null, string $accepted = '', array $options = []): self {
        $headers = [];
        $curl = self::request($url, $body, $headers);
        if ($accepted !== '') {
            curl_setopt($curl, CURLOPT_ENCODING, $accepted);
        }
        curl_setopt_array($curl, $options);
        $text = curl_exec($curl);
        Assert::assertIsString($text, "$url: " . curl_error($curl));
        return self::read($curl, $text, $headers);
    }

    /**
     * A request that was not sent yet.
     *
     * @param string $url
     * @param string|null $body posted as JSON; null asks by GET
     * @param string[] $headers where the answer's headers are put
     * @return CurlHandle
     */
    public static function request(string $url, ?string $body, array &$headers): CurlHandle {
        $curl = curl_init($url);
        curl_setopt_array($curl, [CURLOPT_RETURNTRANSFER => true, CURLOPT_TIMEOUT => 60, CURLOPT_PROXY => '']);
        curl_setopt($curl, CURLOPT_HEADERFUNCTION, static function (CurlHandle $curl, string $line) use (&$headers): int {
            if (preg_match('/^([^:\s]+):\s*(.*?)\s*$/', $line, $named)) {
                $headers[strtolower($named[1])] = $named[2];
            }
            return strlen($line);
        });
        if ($body !== null) {
            curl_setopt_array($curl, [
                CURLOPT_POST => true,
                CURLOPT_POSTFIELDS => $body,
                CURLOPT_HTTPHEADER => ['Content-Type: application/json', 'Expect:'],
            ]);
        }
        return $curl;
    }

    /**
     * Reads what came back.
     *
     * @param CurlHandle $curl
     * @param string $body
     * @param string[] $headers
     * @return self
     */
    public static function read(CurlHandle $curl, string $body, array $headers): self {
        return new self(
            curl_getinfo($curl, CURLINFO_RESPONSE_CODE),
            (string) curl_getinfo($curl, CURLINFO_CONTENT_TYPE),
            $body,
            $headers['content-encoding'] ?? '',
            $headers,
        );
    }

    /**
     * The body, read as JSON.
     *
     * @return array
     */
    public function json(): array {
        $read = json_decode($this->body, true);
        Assert::assertIsArray($read, 'no JSON: ' . substr($this->body, 0, 500));
        return $read;
    }

    /**
     * The fault that the answer names.
     *
     * @return string|null
     */
    public function fault(): ?string {
        return $this->json()['error']['code'] ?? null;
    }
}
