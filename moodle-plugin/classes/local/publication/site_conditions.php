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

use core_course\customfield\course_handler;
use core_customfield\field_controller;
use local_courseglue\local\store\category_store;
use local_courseglue\local\store\publication_marks;
use local_courseglue\local\store\state_store;
use stdClass;

/**
 * Settings and rights that concern every course at once. Each run compares them with the last one, so that a change reaches the
 * courses within minutes.
 *
 * Moodle tells nobody when visitors have to log in from now on, when a role loses a capability, when registration closes, or
 * when config.php says something else.
 *
 * @package    local_courseglue
 * @copyright  2026 The CourseGlue authors
 * @license    https://www.gnu.org/copyleft/gpl.html GNU GPL v3 or later
 */
final class site_conditions {
    /** @var string Name of the state that holds what was seen last. */
    private const SEEN = 'surroundings';

    /** @var string[] Moodle's settings on which it depends who sees a course and gets in. */
    private const ENTRANCE = [
        'allowemailaddresses', 'auth', 'autologinguests', 'defaultuserroleid', 'enrol_plugins_enabled', 'forcelogin',
        'guestloginbutton', 'guestroleid', 'notloggedinroleid', 'registerauth', 'siteguest',
    ];

    /** @var string[] Moodle's settings on which it depends what a record says. */
    private const WORDING = ['forcetimezone', 'lang', 'timezone', 'usetags'];

    /** @var string[] Settings of ours on which no record depends; any other might. */
    private const ELSEWHERE = ['allowhttp', 'cafile', 'country', 'logsearches', 'network', 'quota', 'ratelimit', 'sharefigures'];

    /**
     * Looks whether something changed, and has courses looked at again where it did: all of them where their records may say
     * something else, otherwise by a sweep, which marks those that it concerns.
     */
    public static function look(): void {
        publication_marks::mark_hidden();
        $now = ['wording' => self::wording(), 'entrance' => self::entrance()];
        $before = state_store::get_array(self::SEEN) ?? [];
        if ($now === $before) {
            return;
        }
        if ($now['wording'] !== ($before['wording'] ?? null)) {
            publication_marks::mark_all();
        }
        sweep::create()->restart();
        state_store::set(self::SEEN, $now);
    }

    /**
     * A fingerprint of what decides who sees courses and gets in.
     *
     * @return string
     */
    private static function entrance(): string {
        global $DB;
        $categories = $DB->get_records('course_categories', null, 'id', 'id, path, visible');
        $plugins = array_map(fn(string $name): string => (string) get_config("enrol_{$name}", 'cost'), access::PAYMENT);
        $policies = (new category_store())->policies();
        return self::fingerprint(self::settings(self::ENTRANCE), $plugins, $categories, $policies, self::capabilities(false));
    }

    /**
     * A fingerprint of what decides what records say.
     *
     * @return string
     */
    private static function wording(): string {
        global $DB;
        $fields = array_map(
            fn(field_controller $field): stdClass => $field->to_record(),
            course_handler::create()->get_fields(),
        );
        $own = array_diff_key((array) get_config('local_courseglue'), array_flip(self::ELSEWHERE));
        ksort($own);
        $modules = $DB->get_fieldset_select('modules', 'name', 'visible = 1 ORDER BY name');
        return self::fingerprint(self::settings(self::WORDING), $own, $fields, $modules, self::capabilities(true));
    }

    /**
     * Moodle's settings as they are in force, be it by config.php.
     *
     * @param string[] $names
     * @return array
     */
    private static function settings(array $names): array {
        global $CFG;
        return array_map(fn(string $name): mixed => $CFG->$name ?? null, $names);
    }

    /**
     * The capabilities of the roles of visitors and of new accounts, on the site and in its categories.
     *
     * @param bool $inside with activities, or apart from them
     * @return array
     */
    private static function capabilities(bool $inside): array {
        global $CFG, $DB;
        $roles = [$CFG->guestroleid ?? 0, $CFG->notloggedinroleid ?? 0, $CFG->defaultuserroleid ?? 0];
        [$in, $params] = $DB->get_in_or_equal(array_unique($roles), SQL_PARAMS_NAMED);
        $activities = $DB->sql_like('rc.capability', ':activities', true, true, !$inside);
        return $DB->get_records_sql(
            "SELECT rc.id, rc.roleid, rc.contextid, rc.capability, rc.permission
               FROM {role_capabilities} rc
               JOIN {context} ctx ON ctx.id = rc.contextid
              WHERE rc.roleid {$in} AND ctx.contextlevel IN (:system, :category) AND {$activities}
           ORDER BY rc.id",
            $params + ['system' => CONTEXT_SYSTEM, 'category' => CONTEXT_COURSECAT, 'activities' => 'mod/%'],
        );
    }

    /**
     * A fingerprint of anything.
     *
     * @param mixed ...$what
     * @return string
     */
    private static function fingerprint(mixed ...$what): string {
        return sha1(serialize($what));
    }
}
