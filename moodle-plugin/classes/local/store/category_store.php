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

namespace local_courseglue\local\store;

use core\context\coursecat as coursecat_context;
use local_courseglue\event\category_policy_changed;
use local_courseglue\local\description\description;

/**
 * The decisions for the courses of categories: a policy, and the description of courses that have none of their own.
 *
 * @package    local_courseglue
 * @copyright  2026 The CourseGlue authors
 * @license    https://www.gnu.org/copyleft/gpl.html GNU GPL v3 or later
 */
final class category_store {
    /** @var string The table. */
    public const TABLE = 'local_courseglue_categories';

    /**
     * The policies of the categories that have one of their own.
     *
     * @return string[] category id → policy
     */
    public function policies(): array {
        global $DB;
        return $DB->get_records_select_menu(self::TABLE, 'policy IS NOT NULL', [], 'categoryid', 'categoryid, policy');
    }

    /**
     * The defaults that a category itself has for its courses.
     *
     * @param int $categoryid
     * @return description
     */
    public function defaults(int $categoryid): description {
        global $DB;
        return description::from($DB->get_record(self::TABLE, ['categoryid' => $categoryid]) ?: []);
    }

    /**
     * The defaults for the courses of a category, from the nearest category that has them.
     *
     * @param int[] $categoryids from the root down
     * @return description
     */
    public function defaults_along(array $categoryids): description {
        global $DB;
        $rows = $categoryids ? $DB->get_records_list(self::TABLE, 'categoryid', $categoryids) : [];
        $rows = array_column($rows, null, 'categoryid');
        $defaults = new description();
        foreach (array_reverse($categoryids) as $categoryid) {
            if (isset($rows[$categoryid])) {
                $defaults = $defaults->or(description::from($rows[$categoryid]));
            }
        }
        return $defaults;
    }

    /**
     * Keeps what is decided for a category, and has its courses looked at again.
     *
     * @param int $categoryid
     * @param string|null $policy null for that of the category above, or of the site
     * @param description $defaults
     */
    public function keep(int $categoryid, ?string $policy, description $defaults): void {
        global $DB;
        $row = ['policy' => $policy, 'timemodified' => time()];
        $row += array_intersect_key((array) $defaults, array_flip(description::FACTS));
        $known = $DB->get_record(self::TABLE, ['categoryid' => $categoryid]) ?: null;
        $known === null
            ? $DB->insert_record(self::TABLE, ['categoryid' => $categoryid] + $row)
            : $DB->update_record(self::TABLE, ['id' => $known->id] + $row);
        publication_marks::mark_category($categoryid);
        if ($known?->policy !== $policy) {
            category_policy_changed::create([
                'context' => coursecat_context::instance($categoryid),
                'objectid' => $categoryid,
                'other' => ['oldvalue' => $known?->policy, 'value' => $policy],
            ])->trigger();
        }
    }

    /**
     * Forgets a category that is gone.
     *
     * @param int $categoryid
     */
    public function forget(int $categoryid): void {
        global $DB;
        $DB->delete_records(self::TABLE, ['categoryid' => $categoryid]);
    }
}
