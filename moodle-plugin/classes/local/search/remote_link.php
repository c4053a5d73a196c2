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

namespace local_courseglue\local\search;

/**
 * A link to another site, built from the site's checked address and the relative link of a record, or nothing.
 *
 * @package    local_courseglue
 * @copyright  2026 The CourseGlue authors
 * @license    https://www.gnu.org/copyleft/gpl.html GNU GPL v3 or later
 */
final class remote_link {
    /** @var string A site's own address: scheme, host, port, path, and nothing else. */
    private const SITE = '~^https?://(\[[0-9a-f:.]+\]|[a-z0-9_]([a-z0-9_.-]*[a-z0-9_])?)(:[0-9]{1,5})?(/[^\s?#\\\\<>"\'`]*)?$~Di';

    /** @var string The pattern of a relative link: the characters of an address, percent signs only as escapes. */
    private const RELATIVE = '~^(?:[a-z0-9_.!$&\'()*+,;=:@/?#\[\]\~-]|%[0-9a-f]{2})+$~Di';

    /**
     * The whole address of a relative link.
     *
     * @param string $site the site's address with its scheme
     * @param string $relative no scheme, no leading slash, no ".."
     * @return string|null null where either is not what it has to be
     */
    public static function build(string $site, string $relative): ?string {
        $site = rtrim($site, '/');
        if (preg_match(self::SITE, $site) !== 1) {
            return null;
        }
        if ($relative === '') {
            return $site . '/';
        }
        $path = strcspn($relative, '?#');
        if (
            preg_match(self::RELATIVE, $relative) !== 1
            || $relative[0] === '/'
            || str_contains(substr($relative, 0, $path), ':')
            || str_contains(rawurldecode($relative), '..')
        ) {
            return null;
        }
        return $site . '/' . $relative;
    }
}
