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

namespace local_courseglue\local\publication;

use core\context\course as course_context;
use core\context\system as system_context;
use local_courseglue\event\course_choice_removed;
use local_courseglue\event\course_event;
use local_courseglue\event\course_refused;
use local_courseglue\event\course_sent;
use local_courseglue\event\course_shared;
use local_courseglue\event\course_withdrawn;

/**
 * Triggers the events about a course: somebody decided about it; other sites got it, or have it no more.
 *
 * @package    local_courseglue
 * @copyright  2026 The CourseGlue authors
 * @license    https://www.gnu.org/copyleft/gpl.html GNU GPL v3 or later
 */
final class course_events {
    /** @var string[] The choices, as the log names them. */
    private const NAMES = [policy::UNDECIDED => 'undecided', policy::PUBLISH => 'shared', policy::NEVER => 'never'];

    /**
     * Triggers the event of a decision about a course, unless it is the same as before.
     *
     * @param int $courseid
     * @param int $before a constant of {@see policy}
     * @param int $after likewise
     */
    public static function chosen(int $courseid, int $before, int $after): void {
        if ($before === $after) {
            return;
        }
        $class = match ($after) {
            policy::PUBLISH => course_shared::class,
            policy::NEVER => course_refused::class,
            default => course_choice_removed::class,
        };
        self::trigger($class, $courseid, ['other' => ['before' => self::NAMES[$before] ?? (string) $before]]);
    }

    /**
     * A course of which nothing was at other sites is about to be sent to them. This is the site's own doing: cron runs in the name
     * of an administrator, who need not know of it.
     *
     * @param int $courseid
     */
    public static function sent(int $courseid): void {
        self::trigger(course_sent::class, $courseid, ['userid' => 0]);
    }

    /**
     * Nothing of a course is at other sites any more.
     *
     * @param int $courseid
     */
    public static function withdrawn(int $courseid): void {
        self::trigger(course_withdrawn::class, $courseid, ['userid' => 0]);
    }

    /**
     * Triggers an event of a course, which may be gone by now.
     *
     * @param class-string<course_event> $class
     * @param int $courseid
     * @param array $data further data of the event
     */
    private static function trigger(string $class, int $courseid, array $data): void {
        $class::create($data + [
            'context' => course_context::instance($courseid, IGNORE_MISSING) ?: system_context::instance(),
            'objectid' => $courseid,
        ])->trigger();
    }
}
