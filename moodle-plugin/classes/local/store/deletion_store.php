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
 * The rows that were deleted lately, so that the view of each web server can delete them too. A {@see batch} writes it.
 *
 * @package    local_courseglue
 * @copyright  2026 The CourseGlue authors
 * @license    https://www.gnu.org/copyleft/gpl.html GNU GPL v3 or later
 */
final class deletion_store {
    /** @var string the table, without prefix */
    private const TABLE = 'local_courseglue_deletions';

    /** @var string[][] for each kind of what can be deleted, the table that it was in and the column that names it */
    private const KINDS = [
        'site' => ['local_courseglue_sites', 'nodeid'],
        'record' => ['local_courseglue_records', 'recordid'],
        'spot' => ['local_courseglue_spots', 'nodeid'],
        'frequency' => ['local_courseglue_frequencies', 'term'],
        'mark' => ['local_courseglue_marks', 'name'],
    ];

    /** @var int seconds for which a deletion is remembered; a view that is older is made from nothing */
    public const KEEP = 2 * DAYSECS;

    /**
     * Remembers that rows were deleted.
     *
     * @param string $table without prefix
     * @param \stdClass[] $rows
     */
    public static function add(string $table, array $rows): void {
        global $DB;

        foreach (self::KINDS as $kind => [$from, $column]) {
            if ($from === $table && $rows) {
                $DB->insert_records(self::TABLE, array_map(
                    fn(\stdClass $row): array => ['kind' => $kind, 'name' => $row->$column, 'timemodified' => time()],
                    array_values($rows)
                ));
            }
        }
    }

    /**
     * The deletions as changes.
     *
     * A row that exists again is left out: the clocks of web servers differ, so the times do not show which came first.
     *
     * @param int $since Unix s
     * @return \Generator<array>
     */
    public static function changes(int $since): \Generator {
        global $DB;

        foreach (self::KINDS as $kind => [$table, $column]) {
            $names = $DB->get_fieldset_sql(
                'SELECT DISTINCT d.name
                   FROM {' . self::TABLE . '} d
              LEFT JOIN {' . $table . "} t ON t.$column = d.name
                  WHERE d.timemodified >= :since AND d.kind = :kind AND t.id IS NULL",
                ['since' => $since, 'kind' => $kind]
            );
            foreach ($names as $name) {
                yield self::change($kind, $name);
            }
        }
    }

    /**
     * Forgets what was deleted long ago.
     */
    public static function prune(): void {
        global $DB;

        $DB->delete_records_select(self::TABLE, 'timemodified < ?', [time() - self::KEEP]);
    }

    /**
     * The change that deletes something.
     *
     * @param string $kind
     * @param string $name
     * @return array
     */
    private static function change(string $kind, string $name): array {
        return match ($kind) {
            'site' => ['change' => 'site_gone', 'nodeid' => $name],
            'record' => ['change' => 'record_gone', 'recordid' => $name],
            'spot' => ['change' => 'spot', 'nodeid' => $name, 'days' => 0, 'last' => 0],
            'frequency' => ['change' => 'frequency', 'term' => $name, 'count' => 0, 'day' => 0],
            'mark' => ['change' => 'mark', 'name' => $name, 'value' => null],
        };
    }
}
