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

use PDO;

/**
 * The way to a site's database on PostgreSQL: a door that can be shut, or lead nowhere. The server itself and its other databases go on.
 *
 * @package    local_courseglue
 * @copyright  2026 The CourseGlue authors
 * @license    https://www.gnu.org/copyleft/gpl.html GNU GPL v3 or later
 */
final class database_door {
    /** @var string what a connection says of itself that does not come through the door */
    public const BESIDE = 'beside';

    /** @var string the name that PostgreSQL gives its socket */
    private const SOCKET = '.s.PGSQL.5432';

    /** @var string the directory in which the site looks for the socket */
    private readonly string $directory;

    /** @var PDO the way of those who administer the server */
    private readonly PDO $server;

    /** @var resource|null what takes the server's place while it says nothing */
    private $silent = null;

    /** @var resource[] who asked meanwhile */
    private array $guests = [];

    /** @var string the database's name */
    private readonly string $name;

    /**
     * Puts the door before the database of a site, on one of its web servers.
     *
     * @param web_server $through
     * @param string $work the harness's directory
     */
    public function __construct(
        /** @var web_server */
        private readonly web_server $through,
        /** @var string */
        private readonly string $work,
    ) {
        $this->directory = "$through->directory/door";
        $this->name = trim(file_get_contents($through->site->directory() . '/dbname'));
        $this->server = new PDO("pgsql:host=$work/postgresql;dbname=postgres", 'moodle');
        if (!is_dir($this->directory)) {
            mkdir($this->directory, 0755);
            // Whoever lays out the site again has to be able to remove it.
            posix_geteuid() === 0 && chown($this->directory, fileowner($through->directory));
        }
        $this->open();
        $through->configure("\$CFG->dboptions = ['dbsocket' => '$this->directory'];");
    }

    /**
     * Lets everybody in.
     */
    public function open(): void {
        if ($this->silent !== null) {
            // Whoever waits for an answer learns that there will be none.
            fclose($this->silent);
            unlink("$this->directory/" . self::SOCKET);
            [$this->silent, $this->guests] = [null, []];
        }
        if (!is_link("$this->directory/" . self::SOCKET)) {
            symlink("$this->work/postgresql/" . self::SOCKET, "$this->directory/" . self::SOCKET);
        }
    }

    /**
     * Lets nobody in, and throws out whoever is there.
     */
    public function shut(): void {
        unlink("$this->directory/" . self::SOCKET);
        $this->server
            ->prepare('SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = ? AND application_name <> ?')
            ->execute([$this->name, self::BESIDE]);
    }

    /**
     * Lets everybody in, and then says nothing: as a server does that has lost its way to the network, or hangs.
     */
    public function fall_silent(): void {
        $this->shut();
        $this->silent = stream_socket_server("unix://$this->directory/" . self::SOCKET);
        chmod("$this->directory/" . self::SOCKET, 0777);
    }

    /**
     * The number of connections that wait for its answer.
     *
     * @return int
     */
    public function waiting(): int {
        while (($guest = @stream_socket_accept($this->silent, 0)) !== false) {
            $this->guests[] = $guest;
        }
        return count($this->guests);
    }

    /**
     * Takes the door away.
     */
    public function remove(): void {
        $this->open();
        $this->through->unconfigure();
    }
}
