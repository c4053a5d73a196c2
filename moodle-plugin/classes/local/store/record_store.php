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
 * The records held for other sites, read. {@see changes} writes them.
 *
 * @package    local_courseglue
 * @copyright  2026 The CourseGlue authors
 * @license    https://www.gnu.org/copyleft/gpl.html GNU GPL v3 or later
 */
final class record_store {
    /** @var string the table, without prefix */
    private const TABLE = 'local_courseglue_records';

    /** @var string the table of the terms, without prefix */
    private const TERMS = 'local_courseglue_terms';

    /**
     * How many courses are held here.
     *
     * @return int
     */
    public static function count(): int {
        global $DB;

        return $DB->count_records(self::TABLE, ['withdrawn' => 0]);
    }

    /**
     * Every record held, as changes that make it.
     *
     * @return \Generator<array>
     */
    public static function changes(): \Generator {
        global $DB;

        $rows = $DB->get_recordset(self::TABLE, null, 'recordid');
        $terms = $DB->get_recordset(self::TERMS, null, 'recordid', 'id, recordid, term');
        foreach ($rows as $row) {
            yield [
                'change' => 'record',
                'recordid' => $row->recordid,
                'nodeid' => $row->nodeid,
                'localid' => $row->localid,
                'seq' => (int) $row->seq,
                'withdrawn' => (bool) $row->withdrawn,
                'body' => base64_decode($row->body),
                'sig' => $row->sig,
                'terms' => self::terms_up_to($terms, $row->recordid),
            ];
        }
        $terms->close();
        $rows->close();
    }

    /**
     * Deletes the records of sites that are gone.
     *
     * @param string[] $nodeids
     */
    public static function delete_of_sites(array $nodeids): void {
        global $DB;

        [$in, $params] = $DB->get_in_or_equal($nodeids);
        $DB->delete_records_select(
            self::TERMS,
            'recordid IN (SELECT recordid FROM {' . self::TABLE . "} WHERE nodeid $in)",
            $params
        );
        $DB->delete_records_select(self::TABLE, "nodeid $in", $params);
    }

    /**
     * Forgets every record.
     */
    public static function delete_all(): void {
        global $DB;

        $DB->delete_records(self::TERMS);
        $DB->delete_records(self::TABLE);
    }

    /**
     * Reads on, in the order of the ids, to the terms of a record.
     *
     * @param \moodle_recordset $terms
     * @param string $recordid
     * @return string[]
     */
    private static function terms_up_to(\moodle_recordset $terms, string $recordid): array {
        $found = [];
        while ($terms->valid() && strcmp($terms->current()->recordid, $recordid) <= 0) {
            if ($terms->current()->recordid === $recordid) {
                $found[] = $terms->current()->term;
            }
            $terms->next();
        }
        return $found;
    }
}
