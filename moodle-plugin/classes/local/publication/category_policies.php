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

use local_courseglue\local\store\category_store;

/**
 * The policies of the categories that have one of their own.
 *
 * @package    local_courseglue
 * @copyright  2026 The CourseGlue authors
 * @license    https://www.gnu.org/copyleft/gpl.html GNU GPL v3 or later
 */
final class category_policies {
    /** @var string[]|null every category's path by its id, once one was asked for */
    private ?array $paths = null;

    /**
     * Policies of categories.
     *
     * @param string[] $own category id → policy, of those that decide for themselves
     */
    public function __construct(
        /** @var string[] category id → policy */
        private readonly array $own = [],
    ) {
    }

    /**
     * The policies as they are set now.
     *
     * @return self
     */
    public static function current(): self {
        return new self((new category_store())->policies());
    }

    /**
     * The category that decides for the courses of a category: itself, or the nearest above it.
     *
     * @param int $categoryid
     * @return int|null null where it is the site
     */
    public function decider(int $categoryid): ?int {
        global $DB;
        if (!$this->own) {
            return null;
        }
        $this->paths ??= $DB->get_records_menu('course_categories', null, '', 'id, path');
        foreach (array_reverse(explode('/', $this->paths[$categoryid] ?? '')) as $id) {
            if (isset($this->own[(int) $id])) {
                return (int) $id;
            }
        }
        return null;
    }

    /**
     * Every category that decides for itself, and what.
     *
     * @return string[] category id → policy
     */
    public function own(): array {
        return $this->own;
    }
}
