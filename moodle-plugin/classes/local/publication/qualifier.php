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

use local_courseglue\local\store\publication_store;
use stdClass;

/**
 * Decides whether a course may be published: what a guest sees listed, and what people consented to.
 *
 * @package    local_courseglue
 * @copyright  2026 The CourseGlue authors
 * @license    https://www.gnu.org/copyleft/gpl.html GNU GPL v3 or later
 */
final class qualifier {
    /** @var visitor as whom the course is looked at */
    private readonly visitor $visitor;

    /** @var category_paths the categories above courses */
    private readonly category_paths $categories;

    /**
     * A qualifier for one policy.
     *
     * @param policy $policy
     */
    public function __construct(
        /** @var policy what was consented to */
        private readonly policy $policy,
    ) {
        $this->visitor = new visitor();
        $this->categories = new category_paths();
    }

    /**
     * Whether the course qualifies and, if not, why.
     *
     * @param stdClass $course a row of the course table
     * @param int $choice the course's own choice, a constant of {@see policy}
     * @param int|null $told when its teachers were told that it will be published without their choice; null for not yet
     * @return verdict
     */
    public function check(stdClass $course, int $choice, ?int $told = null): verdict {
        if ((int) $course->id === (int) SITEID) {
            return new verdict(verdict::SITE_COURSE);
        }
        $reason = $this->policy->refusal($choice, (int) $course->category) ?? $this->obstacle($course);
        if ($reason !== null || $choice !== policy::UNDECIDED || !$this->policy->grace) {
            return new verdict($reason);
        }
        $until = $told === null ? null : $told + $this->policy->grace;
        return $until === null || $until > time() ? new verdict(verdict::WAITING, $until) : new verdict(null);
    }

    /**
     * Whether a course qualifies, by its row. A course that other sites have does not wait once more.
     *
     * @param stdClass $course a row of the course table
     * @param stdClass|null $row its publication
     * @return verdict
     */
    public function judge(stdClass $course, ?stdClass $row): verdict {
        $told = publication_store::is_out($row) ? 0 : $row->timetold ?? null;
        return $this->check($course, (int) ($row->choice ?? policy::UNDECIDED), $told === null ? null : (int) $told);
    }

    /**
     * The reason why a guest does not see the course, or why it is no longer current.
     *
     * @param stdClass $course
     * @return string|null a reason of {@see verdict}
     */
    private function obstacle(stdClass $course): ?string {
        if (!$course->visible) {
            return verdict::HIDDEN;
        }
        $categories = $this->categories->of((int) $course->category);
        if (!$categories) {
            return verdict::HIDDEN_CATEGORY;
        }
        foreach ($categories as $category) {
            if (!$category->visible) {
                return verdict::HIDDEN_CATEGORY;
            }
            if (!$this->visitor->sees_category($category)) {
                return verdict::NOT_LISTED;
            }
        }
        if (!$this->visitor->sees_course($course)) {
            return verdict::NOT_LISTED;
        }
        if ($course->enddate && $course->enddate < time() && !$this->policy->ended) {
            return verdict::ENDED;
        }
        return null;
    }
}
