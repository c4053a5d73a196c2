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
 * The vouchers of a descriptor: one a neighbour, the latest, and no more than are needed.
 *
 * @package    local_courseglue
 * @copyright  2026 The CourseGlue authors
 * @license    https://www.gnu.org/copyleft/gpl.html GNU GPL v3 or later
 */
final class vouchers {
    /**
     * The newest vouchers of two lists, of one day those with the lowest SHA-1 of subject and giver.
     *
     * @param string $nodeid of the site that they are for
     * @param array $ours list of ['by' => nodeid, 'day' => int, 'since' => int, 'sig' => string]
     * @param array $theirs the same
     * @param int $keeps how many are kept, as the engine says
     * @return array the same
     */
    public static function unite(string $nodeid, array $ours, array $theirs, int $keeps): array {
        $united = [];
        foreach (array_merge($ours, $theirs) as $voucher) {
            $known = $united['n' . $voucher['by']] ?? null;
            if ($known === null || $voucher['day'] > $known['day']) {
                $united['n' . $voucher['by']] = [
                    'by' => $voucher['by'],
                    'day' => (int) $voucher['day'],
                    'since' => (int) $voucher['since'],
                    'sig' => $voucher['sig'],
                ];
            }
        }
        $draw = fn(array $voucher): string => sha1(hex2bin($nodeid . $voucher['by']));
        usort($united, fn(array $a, array $b): int => $b['day'] <=> $a['day'] ?: strcmp($draw($a), $draw($b)));
        return array_slice($united, 0, $keeps);
    }
}
