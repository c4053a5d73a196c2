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

use local_courseglue\network\site;
use PDO;
use PHPUnit\Framework\Assert;

/**
 * A site of the network to which something happens: with a second web server, and its database seen from beside.
 *
 * @package    local_courseglue
 * @copyright  2026 The CourseGlue authors
 * @license    https://www.gnu.org/copyleft/gpl.html GNU GPL v3 or later
 */
final class victim {
    /** @var web_server the one that it always had */
    public readonly web_server $first;

    /** @var web_server another one, with a local disk of its own */
    public readonly web_server $second;

    /** @var PDO its database */
    private readonly PDO $database;

    /** @var array<string, int> for each log how much of it was looked at */
    private array $read = [];

    /**
     * Starts the second web server.
     *
     * @param site $site
     * @param string $work the harness's directory
     * @param string $address of the second web server
     */
    public function __construct(
        /** @var site */
        public readonly site $site,
        string $work,
        string $address,
    ) {
        // Tests ask more in a minute than a site would.
        $site->command('set', 'local_courseglue', 'ratelimit', '0');
        $other = new site($site->name . '-second');
        $other->command('front-end-of', $site->name, $address);
        $this->first = new web_server($site);
        $this->second = new web_server($other, substr(strrchr($site->url(), '/'), 1));
        $this->database = self::database($site, $work);
        $this->forget_log();
        foreach ([$this->first, $this->second] as $server) {
            web_server::until('there is a view', function () use ($server): bool {
                Assert::assertSame(200, $server->ask('operation=describe', null, web_server::ANOTHER)->status);
                return $server->state() !== null;
            });
            $server->catch_up(web_server::ANOTHER);
        }
    }

    /**
     * Stops the second web server. Its files stay: the next run needs them again.
     */
    public function recover(): void {
        $this->site->try('set', 'local_courseglue', 'ratelimit', '600');
        $this->second->site->try('stop');
    }

    /**
     * The number of these records in the database.
     *
     * @param string[] $recordids
     * @return int
     */
    public function holds(array $recordids): int {
        if (!$recordids) {
            return 0;
        }
        $marks = implode(',', array_fill(0, count($recordids), '?'));
        $query = $this->database->prepare("SELECT COUNT(*) FROM mdl_local_courseglue_records WHERE recordid IN ($marks)");
        $query->execute(array_values($recordids));
        return (int) $query->fetchColumn();
    }

    /**
     * The courses that are not yet published as they are, with what stands in the way: nothing may, but that a newcomer of another
     * test, which left the network a while ago, is still waited for.
     *
     * @return string[]
     */
    public function waiting(): array {
        $rows = $this->database->query("SELECT courseid, state, problem FROM mdl_local_courseglue_publications
            WHERE state IN ('pending', 'withdrawing') AND (problem IS NULL OR problem NOT LIKE 'http://127.1.%cannot be reached%')");
        return array_map(fn(array $row): string => implode(' ', $row), $rows->fetchAll(PDO::FETCH_NUM));
    }

    /**
     * Asks the database something.
     *
     * @param string $sql
     * @return mixed the first value
     */
    public function value(string $sql): mixed {
        return $this->database->query($sql)->fetchColumn();
    }

    /**
     * Changes something in the database, as time or another process would have.
     *
     * @param string $sql
     */
    public function change(string $sql): void {
        $this->database->exec($sql);
    }

    /**
     * Asserts that neither web server nor a command logged anything since this was last asked.
     *
     * @param string $when
     */
    public function assert_nothing_logged(string $when): void {
        Assert::assertSame('', $this->news(), "logged $when");
    }

    /**
     * Asserts that neither logged an error of PHP, or an exception that nobody caught, since this was last asked. What a developer
     * wants to know may be there.
     *
     * @param string $when
     */
    public function assert_no_error_logged(string $when): void {
        Assert::assertDoesNotMatchRegularExpression('/PHP [A-Z]|exception handler/', $this->news(), "logged $when");
    }

    /**
     * Leaves out of account what was logged until now, of which the test has another opinion.
     */
    public function forget_log(): void {
        $this->news();
    }

    /**
     * The lines that PHP logged since the last call.
     *
     * @return string
     */
    private function news(): string {
        $news = '';
        foreach ([$this->first, $this->second] as $server) {
            $log = "$server->directory/php_errors.log";
            $text = (string) @file_get_contents($log);
            $news .= substr($text, $this->read[$log] ?? 0);
            $this->read[$log] = strlen($text);
        }
        return $news;
    }

    /**
     * A site's database.
     *
     * @param site $site
     * @param string $work
     * @return PDO
     */
    private static function database(site $site, string $work): PDO {
        $name = trim(file_get_contents($site->directory() . '/dbname'));
        return trim(file_get_contents($site->directory() . '/db')) === 'pgsql'
            ? new PDO("pgsql:host=$work/postgresql;dbname=$name;application_name=" . database_door::BESIDE, 'moodle')
            : new PDO("mysql:unix_socket=$work/mariadb/mysql.sock;dbname=$name", 'root');
    }
}
