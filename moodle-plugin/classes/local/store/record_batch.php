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

    /** @var string the table of the terms, without prefix */
    private const TERMS = 'local_courseglue_terms';

    /** @var array the terms as they are in the database: key => [term => id of its row] */
    private array $termsbefore = [];

    /** @var array the terms as they will be: key => [term => true] */
    private array $termsafter = [];

    #[\Override]
    public function is_empty(): bool {
        return parent::is_empty() && !$this->lost_terms() && !$this->new_terms();
    }

    #[\Override]
    public function write(): void {
        global $DB;

        parent::write();
        if ($lost = $this->lost_terms()) {
            $DB->delete_records_list(self::TERMS, 'id', $lost);
        }
        if ($new = $this->new_terms()) {
            $DB->insert_records(self::TERMS, $new);
        }
    }

    #[\Override]
    protected function concerns(string $kind): bool {
        return in_array($kind, ['record', 'record_gone', 'terms_gone'], true);
    }

    #[\Override]
    protected function read(array $changes): void {
        global $DB;

        $ids = array_values(array_unique(array_column($changes, 'recordid')));
        $this->put($DB->get_records_list(self::TABLE, 'recordid', $ids), fn($row) => 'r' . $row->recordid);
        $rows = $DB->get_recordset_list(self::TERMS, 'recordid', $ids, '', 'id, recordid, term');
        foreach ($rows as $row) {
            $this->termsbefore['r' . $row->recordid]['t' . $row->term] = $row->id;
            $this->termsafter['r' . $row->recordid]['t' . $row->term] = true;
        }
        $rows->close();
    }

    #[\Override]
    protected function fold(array $change): void {
        $key = 'r' . $change['recordid'];
        if ($change['change'] === 'record_gone') {
            unset($this->after[$key], $this->termsafter[$key]);
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
        $terms = array_fill_keys(array_map(fn($term) => 't' . $term, $change['terms'] ?? []), true);
        if ($row !== null && $row->seq == $change['seq']) {
            $this->termsafter[$key] = ($this->termsafter[$key] ?? []) + $terms;
            return;
        }
        $row ??= (object) ['recordid' => $change['recordid']];
        $row->nodeid = $change['nodeid'];
        $row->localid = $change['localid'];
        $row->seq = $change['seq'];
        $row->withdrawn = (int) $change['withdrawn'];
        $row->body = base64_encode($change['body']);
        $row->sig = $change['sig'];
        $row->timemodified = time();
        $this->after[$key] = $row;
        $this->termsafter[$key] = $terms;
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
        foreach ($change['terms'] as $term) {
            unset($this->termsafter[$key]['t' . $term]);
        }
        if (empty($this->termsafter[$key])) {
            unset($this->after[$key], $this->termsafter[$key]);
        }
    }

    /**
     * The ids of the rows of terms that no longer hold.
     *
     * @return int[]
     */
    private function lost_terms(): array {
        $lost = [];
        foreach ($this->termsbefore as $key => $terms) {
            array_push($lost, ...array_values(array_diff_key($terms, $this->termsafter[$key] ?? [])));
        }
        return $lost;
    }

    /**
     * Rows for terms that are new.
     *
     * @return \stdClass[]
     */
    private function new_terms(): array {
        $new = [];
        foreach ($this->termsafter as $key => $terms) {
            foreach (array_keys(array_diff_key($terms, $this->termsbefore[$key] ?? [])) as $term) {
                $new[] = (object) ['recordid' => substr($key, 1), 'term' => substr($term, 1)];
            }
        }
        return $new;
    }
}
