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

use context;
use context_system;
use required_capability_exception;

/**
 * Decides who may search: everybody who has the capability in any course or category.
 *
 * An editing teacher holds it in the contexts of their courses only, a course creator often in that of one category, which may
 * have no course yet; neither holds it in the system's, so that no single context can be asked. The answer is kept in the
 * session for as long as Moodle keeps the user's access data: a role that is given, taken or redefined renews those, and with
 * them this answer.
 *
 * @package    local_courseglue
 * @copyright  2026 The CourseGlue authors
 * @license    https://www.gnu.org/copyleft/gpl.html GNU GPL v3 or later
 */
final class permission {
    /** @var string The capability. */
    public const CAPABILITY = 'local/courseglue:search';

    /**
     * Whether the current user may search. Costs a few queries once in a session.
     *
     * @return bool
     */
    public static function granted(): bool {
        global $SESSION, $USER;
        if (!isloggedin() || isguestuser()) {
            return false;
        }
        // Asked first of all, because it also loads (or reloads) the access data.
        if (has_capability(self::CAPABILITY, context_system::instance())) {
            return true;
        }
        $loaded = (int) ($USER->access['time'] ?? 0);
        $kept = $SESSION->local_courseglue_search ?? null;
        if (is_array($kept) && $kept[0] === (int) $USER->id && $kept[1] === $loaded) {
            return $kept[2];
        }
        $granted = self::in_a_category() || !empty(get_user_capability_course(self::CAPABILITY, null, true, '', '', 1));
        $SESSION->local_courseglue_search = [(int) $USER->id, $loaded, $granted];
        return $granted;
    }

    /**
     * Whether the current user holds the capability by a role in a category.
     *
     * @return bool
     */
    private static function in_a_category(): bool {
        global $DB, $USER;
        $contextids = array_map('basename', array_keys($USER->access['ra'] ?? []));
        if ($contextids === []) {
            return false;
        }
        [$in, $params] = $DB->get_in_or_equal($contextids, SQL_PARAMS_NAMED);
        $params['level'] = CONTEXT_COURSECAT;
        foreach ($DB->get_fieldset_select('context', 'id', "contextlevel = :level AND id {$in}", $params) as $contextid) {
            if (has_capability(self::CAPABILITY, context::instance_by_id($contextid))) {
                return true;
            }
        }
        return false;
    }

    /**
     * Refuses a user who may not search.
     *
     * @throws required_capability_exception
     */
    public static function require(): void {
        if (!self::granted()) {
            throw new required_capability_exception(context_system::instance(), self::CAPABILITY, 'nopermissions', '');
        }
    }
}
