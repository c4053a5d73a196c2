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
     * Sends the answer.
     */
    public function send(): void {
        http_response_code($this->status);
        header('Content-Type: application/json');
        header('X-Content-Type-Options: nosniff');
        header('Cache-Control: no-store');
        header('Content-Length: ' . strlen($this->body));
        if ($this->retryafter !== null) {
            header('Retry-After: ' . $this->retryafter);
        }
        echo $this->body;
    }
}
