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

namespace local_courseglue\faults;

use PHPUnit\Framework\Assert;

/**
 * Accepts connections, by the system's hand, and never says a word.
 *
 * @package    local_courseglue
 * @copyright  2026 The CourseGlue authors
 * @license    https://www.gnu.org/copyleft/gpl.html GNU GPL v3 or later
 */
final class silent_peer {
    /** @var resource */
    private $socket;

    /**
     * Begins to listen.
     *
     * @param string $address with the port; port 0 is any that is free
     */
    public function __construct(string $address) {
        $options = stream_context_create(['socket' => ['backlog' => 128, 'so_reuseport' => true]]);
        $flags = STREAM_SERVER_BIND | STREAM_SERVER_LISTEN;
        $socket = stream_socket_server("tcp://$address", $code, $message, $flags, $options);
        Assert::assertIsResource($socket, "$address: $message");
        $this->socket = $socket;
    }

    /**
     * The address at which it listens.
     *
     * @return string
     */
    public function address(): string {
        return stream_socket_get_name($this->socket, false);
    }

    /**
     * The number of connections, none of which was closed.
     *
     * @return int
     */
    public function callers(): int {
        static $kept = [];
        $before = count($kept);
        while ($caller = @stream_socket_accept($this->socket, 0)) {
            $kept[] = $caller;
        }
        return count($kept) - $before;
    }

    /**
     * Stops listening.
     */
    public function close(): void {
        fclose($this->socket);
    }
}
