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
 * How a visitor gets into a course, in words and with an icon.
 *
 * @package    local_courseglue
 * @copyright  2026 The CourseGlue authors
 * @license    https://www.gnu.org/copyleft/gpl.html GNU GPL v3 or later
 */
final class access {
    /** @var array<string, array{string, string}> Access of the protocol => icon, its component. */
    private const ICONS = [
        'guest' => ['i/unlock', 'core'],
        'guestpassword' => ['withpassword', 'enrol_guest'],
        'open' => ['i/enrolusers', 'core'],
        'key' => ['withkey', 'enrol_self'],
        'institution' => ['i/permissionlock', 'core'],
        'paid' => ['i/payment', 'core'],
    ];

    /**
     * The access in words; a value that a later protocol brings is shown as it is.
     *
     * @param string $access
     * @return string
     */
    public static function label(string $access): string {
        return isset(self::ICONS[$access]) ? get_string('access_' . $access, 'local_courseglue') : $access;
    }

    /**
     * The icon, for a template.
     *
     * @param string $access
     * @return array{key: string, component: string}
     */
    public static function icon(string $access): array {
        [$key, $component] = self::ICONS[$access] ?? ['i/info', 'core'];
        return ['key' => $key, 'component' => $component];
    }
}
