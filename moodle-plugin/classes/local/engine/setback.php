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
 * The exception that another site cannot be reached, or does not accept this site; the message says what happened and what to do.
 *
 * @package    local_courseglue
 * @copyright  2026 The CourseGlue authors
 * @license    https://www.gnu.org/copyleft/gpl.html GNU GPL v3 or later
 */
final class setback extends failure {
    /**
     * Constructor.
     *
     * @param string $site the URL of the other site, or what was given for one
     * @param array $trouble what stands in the way, by its kind: ['kind' => string, …]
     */
    public function __construct(
        /** @var string the URL of the other site, or what was given for one */
        public readonly string $site,
        /** @var array what stands in the way, by its kind */
        public readonly array $trouble
    ) {
        parent::__construct((new trouble($site, $trouble))->sentence());
    }

    /**
     * The kind of the trouble.
     *
     * @return string
     */
    public function kind(): string {
        return $this->trouble['kind'];
    }
}
