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

use core\context;

/**
 * Decides who may choose whether a course, or the courses of a category, are shared.
 *
 * @package    local_courseglue
 * @copyright  2026 The CourseGlue authors
 * @license    https://www.gnu.org/copyleft/gpl.html GNU GPL v3 or later
 */
final class permission {
    /** @var string The capability, in a course, to decide whether it is shared. */
    public const COURSE = 'local/courseglue:share';

    /** @var string The capability to decide for a category, or for the site in the context of the system. */
    public const CATEGORY = 'local/courseglue:manage';

    /**
     * Whether a user decides about a course.
     *
     * @param context $context the course's
     * @param int|null $userid null for the current user
     * @return bool
     */
    public static function decides_course(context $context, ?int $userid = null): bool {
        return has_capability(self::COURSE, $context, $userid);
    }

    /**
     * Whether the current user will decide about a course that they are about to make.
     *
     * @param context $context of the category that it will be in
     * @return bool
     */
    public static function will_decide_course(context $context): bool {
        return guess_if_creator_will_have_course_capability(self::COURSE, $context);
    }

    /**
     * The policies that the current user may give a category. Below its site's policy everybody who manages the category may go;
     * only who decides for the whole site may let a category share more than that.
     *
     * @param policy $policy as it is now
     * @param int $parentid the category above, 0 for none
     * @return string[]
     */
    public static function policies(policy $policy, int $parentid): array {
        if (has_capability(self::CATEGORY, context\system::instance())) {
            return policy::POLICIES;
        }
        $most = array_search($policy->of_category($parentid), policy::POLICIES, true);
        return array_slice(policy::POLICIES, 0, $most + 1);
    }
}
