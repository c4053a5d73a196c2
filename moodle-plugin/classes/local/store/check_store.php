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
 * The results of checks of newcomers.
 *
 * @package    local_courseglue
 * @copyright  2026 The CourseGlue authors
 * @license    https://www.gnu.org/copyleft/gpl.html GNU GPL v3 or later
 */
final class check_store extends viewed_table {
    /** @var string the table, without prefix */
    protected const TABLE = 'local_courseglue_checks';

    /** @var int seconds after which what was found is of no use */
    private const KEEP = 2 * DAYSECS;

    /**
     * The recent checks as changes, the newest last, so that it is the one that counts.
     *
     * @param int $since Unix s: only what was written at that time or later; 0 for all
     * @return \Generator<array>
     */
    #[\Override]
    public static function changes(int $since = 0): \Generator {
        $rows = array_filter(
            iterator_to_array(rows::of(self::TABLE, $since), false),
            fn(\stdClass $row): bool => $row->timechecked >= time() - self::KEEP
        );
        usort($rows, fn(\stdClass $a, \stdClass $b): int => [$a->timechecked, $a->id] <=> [$b->timechecked, $b->id]);
        foreach ($rows as $row) {
            yield from self::changes_of($row);
        }
    }

    #[\Override]
    protected static function changes_of(\stdClass $row): array {
        return [[
            'change' => 'checked',
            'host' => $row->host,
            'address' => $row->address,
            'key' => $row->pubkey,
            'at' => (int) $row->timechecked,
            'ok' => (bool) $row->ok,
        ]];
    }

    /**
     * Deletes what was found long ago.
     */
    public static function prune(): void {
        global $DB;

        $DB->delete_records_select(self::TABLE, 'timechecked < ?', [time() - self::KEEP]);
    }
}
