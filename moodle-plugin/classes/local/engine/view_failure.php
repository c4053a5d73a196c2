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

namespace local_courseglue\local\engine;

/**
 * The exception that the view could not be written; the message is a sentence for an admin.
 *
 * @package    local_courseglue
 * @copyright  2026 The CourseGlue authors
 * @license    https://www.gnu.org/copyleft/gpl.html GNU GPL v3 or later
 */
final class view_failure extends failure {
    /**
     * Constructor.
     *
     * @param string $sentence what went wrong
     * @param bool $isdeleted
     */
    public function __construct(
        string $sentence,
        /** @var bool whether somebody deleted the view while it was written, so that it has to be made anew */
        public readonly bool $isdeleted,
    ) {
        parent::__construct($sentence);
    }
}
