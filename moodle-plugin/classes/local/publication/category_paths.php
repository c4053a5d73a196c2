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

use stdClass;

/**
 * Caches the parent categories of courses during one run.
 *
 * @package    local_courseglue
 * @copyright  2026 The CourseGlue authors
 * @license    https://www.gnu.org/copyleft/gpl.html GNU GPL v3 or later
 */
final class category_paths {
    /** @var stdClass[][] by the id of the lowest one */
    private array $paths = [];

    /**
     * The categories, from the root down.
     *
     * @param int $categoryid the course's category
     * @return stdClass[] as {@see category_path::of}
     */
    public function of(int $categoryid): array {
        return $this->paths[$categoryid] ??= category_path::of($categoryid);
    }
}
