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
 * What a web server answered.
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
    ) {
    }

    /**
     * Asks for a page, once, following no redirect.
     *
     * @param string $url
     * @param string|null $body posted as JSON; null asks by GET
     * @param string $accepted encodings that are taken
     * @return self
     */
    public static function of(string $url, ?string $body = null, string $accepted = ''): self {
        $curl = curl_init($url);
        curl_setopt_array($curl, [CURLOPT_RETURNTRANSFER => true, CURLOPT_TIMEOUT => 60, CURLOPT_PROXY => '']);
        if ($accepted !== '') {
            curl_setopt($curl, CURLOPT_ENCODING, $accepted);
        }
        $encoding = '';
        curl_setopt($curl, CURLOPT_HEADERFUNCTION, static function (CurlHandle $curl, string $line) use (&$encoding): int {
            if (preg_match('/^content-encoding:\s*(\S+)/i', $line, $named)) {
                $encoding = $named[1];
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
        $text = curl_exec($curl);
        Assert::assertIsString($text, "$url: " . curl_error($curl));
        return new self(
            curl_getinfo($curl, CURLINFO_RESPONSE_CODE),
            (string) curl_getinfo($curl, CURLINFO_CONTENT_TYPE),
            $text,
            $encoding,
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
