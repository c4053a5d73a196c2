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
 * Writes the view on this web server. Only one process at a time has a writer; the next one can have it when this object is gone.
 *
 * Every method throws {@see view_failure} when the view cannot be written.
 *
 * @package    local_courseglue
 * @copyright  2026 The CourseGlue authors
 * @license    https://www.gnu.org/copyleft/gpl.html GNU GPL v3 or later
 */
interface view_writer {
    /**
     * The state of the database that the view shows.
     *
     * @return array|null ['revision' => int, the database's, 'caughtup' => Unix s]; null when there is no view that the extension
     *         can use, and it has to be rebuilt
     */
    public function state(): ?array;

    /**
     * Begins with nothing: the rows that follow are everything there is. Without this call they are what has changed.
     */
    public function rebuild(): void;

    /**
     * Adds a row. Deletions come before the rows that say what is there.
     *
     * @param array $change as the engine gives changes
     */
    public function row(array $change): void;

    /**
     * Makes the rows visible to every process, all of them at once.
     *
     * @param int $revision the database's
     * @param int $caughtup Unix s: everything that was committed before is in the view
     * @return bool whether the view should be compacted
     */
    public function commit(int $revision, int $caughtup): bool;

    /**
     * Folds what was added bit by bit into one file.
     */
    public function compact(): void;
}
