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

namespace local_courseglue;

use core\event\base;
use core\event\config_log_created;
use core\event\course_category_deleted;
use core\event\course_deleted;
use core\event\course_restored;
use core\event\role_assigned;
use local_courseglue\event\sharing_settings_changed;
use local_courseglue\local\engine\engine_factory;
use local_courseglue\local\publication\permission;
use local_courseglue\local\publication\policy;
use local_courseglue\local\publication\restore_rules;
use local_courseglue\local\publication\sweep;
use local_courseglue\local\store\category_store;
use local_courseglue\local\store\choice_store;
use local_courseglue\local\store\description_store;
use local_courseglue\local\store\publication_marks;
use local_courseglue\local\view_settings;

/**
 * Marks courses that changed; tasks do the rest. Logs changes of the settings that decide what leaves the site.
 *
 * It runs inside Moodle's own pages: it makes one or two indexed queries and never calls the engine. An error here does not break
 * the page; the daily sweep finds what was missed.
 *
 * @package    local_courseglue
 * @copyright  2026 The CourseGlue authors
 * @license    https://www.gnu.org/copyleft/gpl.html GNU GPL v3 or later
 */
final class observer {
    /** @var string[] Settings that change nothing of what leaves the site; all others are told. */
    private const NOTHING_LEAVES_BY = ['cafile', 'logsearches', 'quota', 'ratelimit', 'version'];

    /**
     * Something changed that records may mention.
     *
     * @param base $event of a course, of something in it, or of a category
     */
    public static function course_changed(base $event): void {
        self::quietly(fn() => match (true) {
            $event instanceof course_deleted => self::course_deleted((int) $event->courseid),
            $event instanceof course_restored => self::course_restored($event),
            $event instanceof course_category_deleted => (new category_store())->forget((int) $event->objectid),
            $event->objecttable === 'course_categories' => publication_marks::mark_category((int) $event->objectid),
            default => self::mark((int) $event->courseid),
        });
    }

    /**
     * Somebody got a role. If they are the first who can decide about a waiting course, its wait begins anew: when it began, nobody
     * was there to be told.
     *
     * @param role_assigned $event
     */
    public static function teacher_came(role_assigned $event): void {
        self::quietly(function () use ($event): void {
            if ($event->contextlevel !== CONTEXT_COURSE || !choice_store::is_waiting((int) $event->courseid)) {
                return;
            }
            $deciders = get_enrolled_users($event->get_context(), permission::COURSE, 0, 'u.id', null, 0, 2, true);
            if (array_keys($deciders) === [(int) $event->relateduserid]) {
                choice_store::restart_wait((int) $event->courseid);
            }
        });
    }

    /**
     * The administrator changed what is published: every course is looked at again.
     */
    public static function policy_changed(): void {
        self::quietly(function (): void {
            publication_marks::mark_all();
            sweep::create()->restart();
        });
    }

    /**
     * The administrator changed how other sites are reached or answered.
     */
    public static function network_changed(): void {
        engine_factory::reset();
        view_settings::changed(engine_factory::get());
    }

    /**
     * Somebody changed a setting. A setting that an installation or an upgrade sets for the first time is not logged.
     *
     * @param config_log_created $event
     */
    public static function setting_changed(config_log_created $event): void {
        ['plugin' => $plugin, 'name' => $name, 'oldvalue' => $before, 'value' => $after] = $event->other;
        if ($plugin !== 'local_courseglue' || $before === null || in_array($name, self::NOTHING_LEAVES_BY, true)) {
            return;
        }
        sharing_settings_changed::create(['context' => $event->get_context(), 'userid' => $event->userid, 'other' => [
            'name' => $name,
            'oldvalue' => (string) $before,
            'value' => (string) $after,
        ]])->trigger();
    }

    /**
     * Marks a course. If courses are published only by choice, only a course that has a row is marked.
     *
     * @param int $courseid
     */
    private static function mark(int $courseid): void {
        if ($courseid === 0 || $courseid === (int) SITEID) {
            return;
        }
        self::is_covered($courseid) ? publication_marks::mark($courseid) : publication_marks::mark_known($courseid);
    }

    /**
     * A course was deleted: its record will be withdrawn, and its description is deleted.
     *
     * @param int $courseid
     */
    private static function course_deleted(int $courseid): void {
        publication_marks::mark_known($courseid);
        (new description_store())->forget($courseid);
    }

    /**
     * A course was restored, copied, or imported into.
     *
     * @param course_restored $event
     */
    private static function course_restored(course_restored $event): void {
        if (!empty($event->other['samesite']) && !empty($event->other['originalcourseid'])) {
            restore_rules::from((int) $event->courseid, (int) $event->other['originalcourseid']);
        }
        self::mark((int) $event->courseid);
    }

    /**
     * Whether a course is published without being chosen.
     *
     * @param int $courseid
     * @return bool
     */
    private static function is_covered(int $courseid): bool {
        global $DB;
        $policy = policy::current();
        return $policy->has_anywhere(policy::ALL)
            && $policy->covers((int) $DB->get_field('course', 'category', ['id' => $courseid]));
    }

    /**
     * Does something without ever throwing.
     *
     * @param callable $work
     */
    private static function quietly(callable $work): void {
        try {
            $work();
        } catch (\Throwable $e) {
            debugging('CourseGlue could not mark a course: ' . $e->getMessage(), DEBUG_DEVELOPER);
        }
    }
}
