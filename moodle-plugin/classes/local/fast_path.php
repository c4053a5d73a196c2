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

use local_courseglue\local\engine\extension_endpoint;

/**
 * Answers other sites from the view alone, without Moodle's libraries and database: eighty times as many requests a second.
 *
 * Nothing here may use what a page has only after the full boot.
 *
 * @package    local_courseglue
 * @copyright  2026 The CourseGlue authors
 * @license    https://www.gnu.org/copyleft/gpl.html GNU GPL v3 or later
 */
final class fast_path {
    /** @var int the most bytes of a request's body */
    public const BODY_LIMIT = 1048576;

    /** @var string the header that says how many bytes were printed before an answer, and were dropped */
    public const DROPPED = 'CourseGlue-Dropped';

    /** @var string[] settings of Moodle that decide on what is answered, or to whom, and that config.php can force */
    private const FORCEABLE = ['wwwroot', 'dataroot', 'dbtype', 'dbhost', 'dbname', 'prefix', 'noemailever', 'divertallemailsto',
        'maintenance_enabled', 'getremoteaddrconf', 'reverseproxyignore'];

    /**
     * Constructor.
     *
     * @param \stdClass $cfg $CFG, as config.php alone made it or later
     */
    public function __construct(
        /** @var \stdClass $CFG */
        private readonly \stdClass $cfg
    ) {
    }

    /**
     * The directory of the view on this web server.
     *
     * @return string
     */
    public function directory(): string {
        return $this->cfg->local_courseglue_viewdir ?? $this->cfg->localcachedir . '/local_courseglue';
    }

    /**
     * Answers a request.
     *
     * @param array $server as $_SERVER
     * @param string $body at most one byte more than the limit
     * @return array|null ['status' => int, 'headers' => string[], 'body' => string, 'changes' => string, JSON of what is to be
     *         stored before the answer is sent, '' for nothing, 'catchup' => whether the view is behind and it falls to this
     *         request to see to that]; null when only the full boot can answer
     */
    public function answer(array $server, string $body): ?array {
        require_once(__DIR__ . '/engine/extension_endpoint.php');
        if (!extension_endpoint::is_there()) {
            return null;
        }
        return extension_endpoint::answer($this->directory(), $this->forced(), $server, $body, $this->source($server));
    }

    /**
     * The address that requests are counted by.
     *
     * @param array $server as $_SERVER
     * @return string empty when there is none
     */
    private function source(array $server): string {
        if (!isset($server['HTTP_X_FORWARDED_FOR']) && !isset($server['HTTP_CLIENT_IP'])) {
            // The connected client. The extension knows which part of an address counts as one source.
            return (string) ($server['REMOTE_ADDR'] ?? '');
        }
        require_once(__DIR__ . '/source.php');
        require_once(__DIR__ . '/subnet.php');
        $notes = $this->notes() ?? ['skip' => source::SKIP_BOTH, 'proxies' => ''];
        return source::of($server, $notes['skip'], $notes['proxies']);
    }

    /**
     * Sends an answer completely, however long this process works on.
     *
     * @param array $answer
     */
    public static function send(array $answer): void {
        self::print($answer['status'], $answer['headers'], $answer['body']);
    }

    /**
     * Prints an answer and nothing else. Where something stands before or behind an answer, as a blank line before the first tag of
     * config.php does, it is no JSON; and what PHP compresses by itself has another length than the header says. So whatever was
     * printed before is dropped, with PHP's own compression, and so is whatever comes after it.
     *
     * @param int $status HTTP status
     * @param string[] $headers
     * @param string $body
     */
    public static function print(int $status, array $headers, string $body): void {
        $dropped = 0;
        while (ob_get_level() > 0) {
            $dropped += (int) ob_get_length();
            if (!@ob_end_clean()) {
                break;
            }
        }
        http_response_code($status);
        header_remove('Content-Encoding');
        header_remove('Retry-After');
        foreach ($headers as $header) {
            header($header);
        }
        if ($dropped > 0) {
            header(self::DROPPED . ": {$dropped}");
        }
        echo $body;
        ob_start(fn(): string => '');
    }

    /**
     * Closes the connection to the site that asked. What this process prints afterwards is dropped.
     */
    public static function close_connection(): void {
        ignore_user_abort(true);
        if (function_exists('fastcgi_finish_request')) {
            fastcgi_finish_request();
        } else {
            while (ob_get_level() > 0) {
                ob_end_flush();
            }
            flush();
        }
        ob_start(fn(): string => '');
    }

    /**
     * The plugin's notes about this Moodle in the view.
     *
     * @return array|null ['forced' => string, 'gate' => string, 'skip' => int, 'proxies' => string,
     *         'digest' => string]; null when there is nothing
     */
    public function notes(): ?array {
        require_once(__DIR__ . '/engine/extension_endpoint.php');
        return extension_endpoint::notes($this->directory());
    }

    /**
     * A digest of what config.php decides: when it is another than that of the notes, the view may be another Moodle's, or of a
     * time when other rules held.
     *
     * @return string
     */
    public function forced(): string {
        $forced = [];
        foreach (self::FORCEABLE as $name) {
            $forced[] = $this->cfg->config_php_settings[$name] ?? null;
        }
        $forced[] = $this->cfg->forced_plugin_settings['local_courseglue'] ?? null;
        return md5(serialize($forced));
    }
}
