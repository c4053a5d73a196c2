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
 * Changes of the table of sites: descriptors that came or went, and how their sites answered.
 *
 * @package    local_courseglue
 * @copyright  2026 The CourseGlue authors
 * @license    https://www.gnu.org/copyleft/gpl.html GNU GPL v3 or later
 */
final class site_batch extends batch {
    /** @var string the table, without prefix */
    protected const TABLE = 'local_courseglue_sites';

    /** @var string[] the kinds of changes */
    protected const KINDS = ['site', 'site_gone', 'alive'];

    /** @var string the field that says which row a change concerns */
    protected const FIELD = 'nodeid';

    /** @var int the most characters of an error that are kept */
    private const ERROR_LENGTH = 255;

    /** @var int seconds after which an answer of a site is written again */
    private const NEWS = 10 * MINSECS;

    #[\Override]
    public function write(): void {
        if ($gone = $this->gone()) {
            $nodeids = array_column($gone, 'nodeid');
            self::delete_of_sites('local_courseglue_records', $nodeids);
            self::delete_of_sites('local_courseglue_spots', $nodeids);
        }
        parent::write();
    }

    #[\Override]
    protected function fold(array $change): void {
        $key = self::key($change['nodeid']);
        match ($change['change']) {
            'site' => $this->site($key, $change),
            'alive' => $this->alive($key, $change),
            'site_gone' => $this->forget($key, $change),
        };
    }

    /**
     * A descriptor.
     *
     * @param string $key
     * @param array $change
     */
    private function site(string $key, array $change): void {
        $row = $this->after[$key] ?? null;
        $rank = self::rank($change['nodeid'], $change['seq'], $change['body']);
        $known = $row === null ? null : self::rank($row->nodeid, (int) $row->seq, base64_decode($row->body));
        if ($known !== null && $known > $rank) {
            return;
        }
        $vouchers = $change['vouchers'] ?? [];
        if ($known === $rank) {
            $united = vouchers::unite($change['nodeid'], json_decode($row->vouchers, true), $vouchers);
            $row->vouchers = json_encode($united, JSON_UNESCAPED_SLASHES);
            return;
        }
        $row ??= (object) [
            'nodeid' => $change['nodeid'],
            'lasttry' => 0,
            'lastok' => 0,
            'failures' => 0,
            'failingsince' => 0,
            'lasterror' => null,
        ];
        $row->address = $change['address'];
        $row->domain = $change['domain'];
        $row->seq = $change['seq'];
        $row->lease = $change['lease'];
        $row->body = base64_encode($change['body']);
        $row->sig = $change['sig'];
        $row->vouchers = json_encode(vouchers::unite($change['nodeid'], [], $vouchers), JSON_UNESCAPED_SLASHES);
        $this->after[$key] = $row;
    }

    /**
     * Which of two descriptors of one site counts: the one of the higher seq; with the same, that of the higher digest, so that
     * every site keeps the same.
     *
     * @param string $nodeid
     * @param int $seq
     * @param string $body
     * @return array to be compared
     */
    private static function rank(string $nodeid, int $seq, string $body): array {
        return [$seq, sha1(hex2bin($nodeid) . pack('J', $seq) . $body)];
    }

    /**
     * Notes whether a site answered.
     *
     * @param string $key
     * @param array $change
     */
    private function alive(string $key, array $change): void {
        $row = $this->after[$key] ?? null;
        // A time that is still to come was noted while the clock was wrong.
        if (
            $row === null
            || $row->lasttry > $change['at'] && $row->lasttry <= time()
            || $this->is_no_news($row, $change)
        ) {
            return;
        }
        $row->lasttry = $change['at'];
        $row->lastok = $change['ok'] ? $change['at'] : $row->lastok;
        $row->failures = $change['failures'];
        $row->failingsince = $change['since'];
        $error = $change['error'] ?? null;
        $row->lasterror = $error === null ? null : \core_text::substr($error, 0, self::ERROR_LENGTH);
    }

    /**
     * Whether a change only says that a site still answers: not worth a new revision, for which every view is updated.
     *
     * @param \stdClass $row
     * @param array $change
     * @return bool
     */
    private function is_no_news(\stdClass $row, array $change): bool {
        return $change['ok'] && $row->lastok == $row->lasttry && abs($change['at'] - $row->lastok) < self::NEWS;
    }

    /**
     * Deletes the rows of sites that are gone.
     *
     * @param string $table without prefix
     * @param string[] $nodeids
     */
    private static function delete_of_sites(string $table, array $nodeids): void {
        global $DB;

        $name = $table === 'local_courseglue_records' ? 'recordid' : 'nodeid';
        deletion_store::add($table, $DB->get_records_list($table, 'nodeid', $nodeids, '', "id, $name"));
        $DB->delete_records_list($table, 'nodeid', $nodeids);
    }
}
