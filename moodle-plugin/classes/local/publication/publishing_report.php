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

use local_courseglue\local\engine\failure;

/**
 * The result of one run of the publisher: numbers of courses, and problems.
 *
 * @package    local_courseglue
 * @copyright  2026 The CourseGlue authors
 * @license    https://www.gnu.org/copyleft/gpl.html GNU GPL v3 or later
 */
final class publishing_report {
    /** @var int courses of which a record was stored at all homes */
    public int $published = 0;

    /** @var int courses that were withdrawn from all homes */
    public int $withdrawn = 0;

    /** @var int courses that wait for a later run */
    public int $pending = 0;

    /** @var string[] sentences that say what went wrong, each once */
    public array $problems = [];

    /** @var failure|null what the engine failed with */
    private ?failure $enginefailure = null;

    /** @var \dml_exception|null what the database answered to the first course that it refused */
    private ?\dml_exception $refusal = null;

    /** @var int courses that were read without a fault */
    private int $read = 0;

    /**
     * Adds a sentence that says what went wrong.
     *
     * @param string $problem
     */
    public function add_problem(string $problem): void {
        if (!in_array($problem, $this->problems, true)) {
            $this->problems[] = $problem;
        }
    }

    /**
     * The engine failed.
     *
     * @param failure $failure
     */
    public function engine_failed(failure $failure): void {
        $this->enginefailure = $failure;
        $this->add_problem($failure->getMessage());
    }

    /**
     * A course was read without a fault.
     */
    public function course_read(): void {
        $this->read++;
    }

    /**
     * A course could not be read.
     *
     * @param \Throwable $fault
     */
    public function course_failed(\Throwable $fault): void {
        $this->refusal ??= $fault instanceof \dml_exception ? $fault : null;
    }

    /**
     * The failure that kept the run from working: of the engine, or of a database that refused each course. Homes that did not
     * answer are none.
     *
     * @return \moodle_exception|null
     */
    public function failure(): ?\moodle_exception {
        return $this->enginefailure ?? ($this->read === 0 ? $this->refusal : null);
    }
}
