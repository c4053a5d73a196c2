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

/**
 * Changes of the document frequencies of terms.
 *
 * @package    local_courseglue
 * @copyright  2026 The CourseGlue authors
 * @license    https://www.gnu.org/copyleft/gpl.html GNU GPL v3 or later
 */
final class frequency_batch extends batch {
    /** @var string the table, without prefix */
    protected const TABLE = 'local_courseglue_frequencies';

    /** @var string[] the kinds of changes */
    protected const KINDS = ['frequency'];

    /** @var string the field that says which row a change concerns */
    protected const FIELD = 'term';

    #[\Override]
    protected function fold(array $change): void {
        $key = self::key($change['term']);
        $row = $this->after[$key] ?? null;
        if ($row !== null && $row->day > $change['day']) {
            return;
        }
        if ($change['count'] === 0) {
            unset($this->after[$key]);
            return;
        }
        $row ??= (object) ['term' => $change['term']];
        $row->records = $change['count'];
        $row->day = $change['day'];
        $this->after[$key] = $row;
    }
}
