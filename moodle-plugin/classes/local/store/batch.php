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
 * Applies changes of one kind to their database rows: it reads the rows, changes them in memory, and writes them. Each row says
 * when it was last written, so that views can follow.
 *
 * @package    local_courseglue
 * @copyright  2026 The CourseGlue authors
 * @license    https://www.gnu.org/copyleft/gpl.html GNU GPL v3 or later
 */
abstract class batch {
    /** @var \stdClass[] the rows as they are in the database, by key */
    protected array $before = [];

    /** @var \stdClass[] the rows as they will be, by key */
    protected array $after = [];

    /** @var string the table, without prefix */
    protected const TABLE = '';

    /** @var string[] the kinds of changes that are for this batch */
    protected const KINDS = [];

    /** @var string the field of the table and of the changes that says which row a change concerns */
    protected const FIELD = '';

    /**
     * Reads the rows that the changes concern, and folds the changes into them.
     *
     * @param array $changes of all kinds: others are left alone
     */
    public function __construct(array $changes) {
        $changes = array_filter($changes, fn(array $change): bool => in_array($change['change'], static::KINDS, true));
        if (!$changes) {
            return;
        }
        $this->read($changes);
        foreach ($changes as $change) {
            $this->fold($change);
        }
    }

    /**
     * Whether nothing is left to write.
     *
     * @return bool
     */
    public function is_empty(): bool {
        return !$this->gone() && !$this->fresh() && !$this->altered();
    }

    /**
     * Writes what changed.
     */
    public function write(): void {
        global $DB;

        $gone = $this->gone();
        deletion_store::add(static::TABLE, $gone);
        // Many rows are taken out and put in again by few statements, where changing them takes one each.
        $altered = $this->altered();
        $out = [...array_values($gone), ...array_values(array_intersect_key($this->before, $altered))];
        if ($out) {
            $DB->delete_records_list(static::TABLE, 'id', array_column($out, 'id'));
        }
        foreach ([$this->fresh(), $altered] as $in) {
            if ($in) {
                $DB->insert_records(static::TABLE, array_map($this->row(...), array_values($in)));
            }
        }
    }

    /**
     * Reads the rows that the changes concern into before and after.
     *
     * @param array $changes
     */
    protected function read(array $changes): void {
        global $DB;

        $names = array_values(array_unique(array_column($changes, static::FIELD)));
        $rows = $DB->get_records_list(static::TABLE, static::FIELD, $names);
        $this->put($rows, fn(\stdClass $row): string => self::key($row->{static::FIELD}));
    }

    /**
     * The key of a row. PHP would make a number of a name of digits.
     *
     * @param string $name what the row has in the field
     * @return string
     */
    final protected static function key(string $name): string {
        return 'k' . $name;
    }

    /**
     * Folds one change into the rows.
     *
     * @param array $change
     */
    abstract protected function fold(array $change): void;

    /**
     * Rows that were there and are not any more.
     *
     * @return \stdClass[]
     */
    final protected function gone(): array {
        return array_diff_key($this->before, $this->after);
    }

    /**
     * Rows that are new.
     *
     * @return \stdClass[]
     */
    final protected function fresh(): array {
        return array_diff_key($this->after, $this->before);
    }

    /**
     * Rows that are not what they were.
     *
     * @return \stdClass[]
     */
    final protected function altered(): array {
        return array_filter(
            array_intersect_key($this->after, $this->before),
            fn(\stdClass $row, string $key): bool => self::values($row) !== self::values($this->before[$key]),
            ARRAY_FILTER_USE_BOTH
        );
    }

    /**
     * The content of a row as strings, so that no two strings of digits are compared as numbers.
     *
     * @param \stdClass $row
     * @return string[]
     */
    private static function values(\stdClass $row): array {
        return array_map('strval', (array) $row);
    }

    /**
     * A row as it is put into the database.
     *
     * @param \stdClass $row
     * @return array
     */
    private function row(\stdClass $row): array {
        return ['timemodified' => time()] + array_diff_key((array) $row, ['id' => 0]);
    }

    /**
     * Takes a row out, unless a newer version than the one that is meant was stored meanwhile.
     *
     * @param string $key
     * @param array $change with the seq of the version that is meant; without it every one is
     */
    final protected function forget(string $key, array $change): void {
        if (($this->after[$key]->seq ?? 0) <= ($change['seq'] ?? PHP_INT_MAX)) {
            unset($this->after[$key]);
        }
    }

    /**
     * Puts rows of the database where they are folded.
     *
     * @param \stdClass[] $rows
     * @param callable $key gives a row's key
     */
    final protected function put(array $rows, callable $key): void {
        foreach ($rows as $row) {
            $this->before[$key($row)] = $row;
            $this->after[$key($row)] = clone($row);
        }
    }
}
