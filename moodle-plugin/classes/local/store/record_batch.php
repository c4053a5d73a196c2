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
 * Changes of the records held for others, and of the terms they are held for.
 *
 * @package    local_courseglue
 * @copyright  2026 The CourseGlue authors
 * @license    https://www.gnu.org/copyleft/gpl.html GNU GPL v3 or later
 */
final class record_batch extends batch {
    /** @var string the table, without prefix */
    protected const TABLE = 'local_courseglue_records';

    /** @var string[] the kinds of changes */
    protected const KINDS = ['record', 'record_gone', 'terms_gone'];

    /** @var string the field that says which row a change concerns */
    protected const FIELD = 'recordid';

    #[\Override]
    protected function fold(array $change): void {
        $key = self::key($change['recordid']);
        if ($change['change'] === 'record_gone') {
            $this->forget($key, $change);
            return;
        }
        if ($change['change'] === 'terms_gone') {
            $this->drop_terms($key, $change);
            return;
        }
        $row = $this->after[$key] ?? null;
        if ($row !== null && $row->seq > $change['seq']) {
            return;
        }
        $terms = $change['terms'] ?? [];
        if ($row !== null && $row->seq == $change['seq']) {
            self::set_terms($row, [...record_store::terms($row), ...$terms]);
            return;
        }
        $row ??= (object) ['recordid' => $change['recordid']];
        $row->nodeid = $change['nodeid'];
        $row->localid = $change['localid'];
        $row->seq = $change['seq'];
        $row->withdrawn = (int) $change['withdrawn'];
        $row->body = base64_encode($change['body']);
        $row->sig = $change['sig'];
        self::set_terms($row, $terms);
        $this->after[$key] = $row;
    }

    /**
     * One version of a record is not held for some terms any more, and forgotten when it is left with none.
     *
     * @param string $key
     * @param array $change
     */
    private function drop_terms(string $key, array $change): void {
        $row = $this->after[$key] ?? null;
        if ($row === null || $row->seq != $change['seq']) {
            return;
        }
        self::set_terms($row, array_diff(record_store::terms($row), $change['terms']));
        if ($row->terms === '') {
            unset($this->after[$key]);
        }
    }

    /**
     * Says for which terms a record is held.
     *
     * @param \stdClass $row
     * @param string[] $terms
     */
    private static function set_terms(\stdClass $row, array $terms): void {
        $row->terms = implode(' ', array_unique($terms));
    }
}
