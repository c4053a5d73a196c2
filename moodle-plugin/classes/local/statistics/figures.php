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

namespace local_courseglue\local\statistics;

/**
 * The figures about this site that its admin may share with the network, and those that are shared.
 *
 * @package    local_courseglue
 * @copyright  2026 The CourseGlue authors
 * @license    https://www.gnu.org/copyleft/gpl.html GNU GPL v3 or later
 */
final class figures {
    /** @var string[] Every figure, in the order in which they are shown. */
    public const NAMES = ['courses', 'users', 'activeusers', 'enrolments', 'activities', 'posts'];

    /** @var int Seconds within which a user was on the site who counts as active. */
    private const ACTIVE = 30 * DAYSECS;

    /**
     * The figures that the admin shares, counted now. Nothing that is not shared is counted.
     *
     * @return array<string, int>
     */
    public static function shared(): array {
        $figures = [];
        foreach (self::enabled() as $name) {
            $figures[$name] = self::count($name);
        }
        return $figures;
    }

    /**
     * The names of the figures that the admin shares; by default none.
     *
     * @return string[]
     */
    public static function enabled(): array {
        $setting = explode(',', (string) get_config('local_courseglue', 'sharefigures'));
        return array_values(array_intersect(self::NAMES, array_map('trim', $setting)));
    }

    /**
     * Counts one figure.
     *
     * @param string $name one of NAMES
     * @return int
     */
    public static function count(string $name): int {
        global $CFG, $DB, $SITE;
        $people = 'deleted = 0 AND confirmed = 1 AND id <> :guest';
        $guest = ['guest' => (int) $CFG->siteguest];
        return match ($name) {
            'courses' => $DB->count_records_select('course', 'id <> :site', ['site' => $SITE->id]),
            'users' => $DB->count_records_select('user', $people, $guest),
            'activeusers' => $DB->count_records_select(
                'user',
                $people . ' AND lastaccess >= :since',
                $guest + ['since' => time() - self::ACTIVE],
            ),
            'enrolments' => $DB->count_records('user_enrolments', ['status' => 0]),
            'activities' => $DB->count_records_select(
                'course_modules',
                'deletioninprogress = 0 AND course <> :site',
                ['site' => $SITE->id],
            ),
            // The forum is an activity that an admin can uninstall.
            'posts' => $DB->get_manager()->table_exists('forum_posts')
                ? $DB->count_records('forum_posts', ['deleted' => 0])
                : 0,
        };
    }
}
