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

namespace local_courseglue\local\engine;

/**
 * The part of the extension that answers other sites without Moodle's libraries and database.
 *
 * It is no part of the interface {@see engine}: {@see \local_courseglue\local\fast_path} requires this file by its path, before the
 * full boot, and each further file would cost every such answer its time. Nothing here may use what only the full boot brings.
 *
 * @package    local_courseglue
 * @copyright  2026 The CourseGlue authors
 * @license    https://www.gnu.org/copyleft/gpl.html GNU GPL v3 or later
 */
final class extension_endpoint {
    /** @var int the ABI of the extension that this plugin is written for */
    public const ABI = 8;

    /**
     * Whether an extension is loaded that fits this plugin.
     *
     * @return bool
     */
    public static function is_there(): bool {
        return class_exists('CourseGlue\Endpoint', false) && \CourseGlue\Node::ABI === self::ABI;
    }

    /**
     * Answers a request from the view.
     *
     * @param string $directory of the view
     * @param string $forced a digest of what config.php decides
     * @param array $server as $_SERVER
     * @param string $body
     * @param string $source the address that requests are counted by, '' for none
     * @return array|null as {@see \local_courseglue\local\fast_path::answer} gives it
     */
    public static function answer(string $directory, string $forced, array $server, string $body, string $source): ?array {
        return \CourseGlue\Endpoint::answer(
            $directory,
            $forced,
            $server['REQUEST_METHOD'] ?? 'GET',
            $server['QUERY_STRING'] ?? '',
            $body,
            $server['HTTP_ACCEPT_ENCODING'] ?? '',
            $server['HTTP_IF_NONE_MATCH'] ?? '',
            $source
        );
    }

    /**
     * The plugin's own notes in the settings of the view.
     *
     * @param string $directory of the view
     * @return array|null null when there is nothing
     */
    public static function notes(string $directory): ?array {
        $notes = \CourseGlue\Endpoint::notes($directory);
        return $notes === null ? null : json_decode($notes, true);
    }
}
