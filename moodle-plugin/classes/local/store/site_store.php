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
 * The sites of the network that this site knows.
 *
 * @package    local_courseglue
 * @copyright  2026 The CourseGlue authors
 * @license    https://www.gnu.org/copyleft/gpl.html GNU GPL v3 or later
 */
final class site_store extends viewed_table {
    /** @var string the table, without prefix */
    protected const TABLE = 'local_courseglue_sites';

    /**
     * The entry of a site, as it travels.
     *
     * @param string $nodeid
     * @return array|null ['body', 'sig', 'vouchers'], null when the site is not known
     */
    public static function entry(string $nodeid): ?array {
        global $DB;

        $row = $DB->get_record(self::TABLE, ['nodeid' => $nodeid]);
        if (!$row) {
            return null;
        }
        return [
            'body' => base64_decode($row->body),
            'sig' => $row->sig,
            'vouchers' => json_decode($row->vouchers, true),
        ];
    }

    /**
     * Forgets a site's entry, whatever comes next. A view that holds a newer one would keep it: each is made anew.
     *
     * @param string $nodeid
     */
    public static function delete(string $nodeid): void {
        global $DB;

        $transaction = $DB->start_delegated_transaction();
        revision_store::delete_all();
        state_store::bump();
        $DB->delete_records(self::TABLE, ['nodeid' => $nodeid]);
        $transaction->allow_commit();
    }

    /**
     * The number of known sites, including this one.
     *
     * @return int
     */
    public static function count(): int {
        global $DB;

        return $DB->count_records(self::TABLE);
    }

    /**
     * When each site last answered.
     *
     * @return int[] Unix s by node id, 0 where it was never asked
     */
    public static function last_heard(): array {
        global $DB;

        return array_map('intval', $DB->get_records_menu(self::TABLE, null, '', 'nodeid, lastok'));
    }

    #[\Override]
    protected static function changes_of(\stdClass $row): array {
        return [[
            'change' => 'site',
            'nodeid' => $row->nodeid,
            'address' => $row->address,
            'domain' => $row->domain,
            'seq' => (int) $row->seq,
            'lease' => (int) $row->lease,
            'body' => base64_decode($row->body),
            'sig' => $row->sig,
            'vouchers' => json_decode($row->vouchers, true),
        ], ...self::liveness($row)];
    }

    /**
     * When a site last answered, and its failures since.
     *
     * @param \stdClass $row
     * @return array[]
     */
    private static function liveness(\stdClass $row): array {
        $alive = fn(bool $ok, int $at, int $failures, int $since, ?string $error): array => [
            'change' => 'alive',
            'nodeid' => $row->nodeid,
            'ok' => $ok,
            'at' => $at,
            'failures' => $failures,
            'since' => $since,
            'error' => $error,
        ];
        $changes = [];
        if ($row->lastok > 0) {
            $changes[] = $alive(true, (int) $row->lastok, 0, 0, null);
        }
        if ($row->lasttry > $row->lastok) {
            $changes[] = $alive(false, (int) $row->lasttry, (int) $row->failures, (int) $row->failingsince, $row->lasterror);
        }
        return $changes;
    }
}
