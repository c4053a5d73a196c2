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

/**
 * A server on loopback that is no site of the network, see listener.php beside this folder.
 *
 * @package    local_courseglue
 * @copyright  2026 The CourseGlue authors
 * @license    https://www.gnu.org/copyleft/gpl.html GNU GPL v3 or later
 */
final class listener {
    /** @var resource */
    private readonly mixed $process;

    /** @var int */
    public readonly int $port;

    /**
     * Starts one.
     *
     * @param string $kind
     * @param array $answer of a web server: status, headers, body
     */
    public function __construct(string $kind, array $answer = []) {
        $command = [PHP_BINARY, __DIR__ . '/../listener.php', $kind, json_encode((object) $answer)];
        $this->process = proc_open($command, [['file', '/dev/null', 'r'], ['pipe', 'w'], STDERR], $pipes);
        $this->port = (int) fgets($pipes[1]);
    }

    /**
     * Ends it.
     */
    public function __destruct() {
        proc_terminate($this->process);
        proc_close($this->process);
    }

    /**
     * A port at which nothing listens.
     *
     * @return int
     */
    public static function closed_port(): int {
        $server = stream_socket_server('tcp://127.0.0.1:0');
        return (int) substr(strrchr(stream_socket_get_name($server, false), ':'), 1);
    }
}
