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

namespace local_courseglue\local\membership;

use local_courseglue\local\store\publication_store;
use local_courseglue\local\store\record_store;
use local_courseglue\local\store\site_store;

/**
 * The sentences about leaving the network: what it will do, and afterwards what it did.
 *
 * @package    local_courseglue
 * @copyright  2026 The CourseGlue authors
 * @license    https://www.gnu.org/copyleft/gpl.html GNU GPL v3 or later
 */
final class leaving_sentences {
    /**
     * Says what leaving will do.
     *
     * @return string[] sentences
     */
    public static function consequences(): array {
        $counts = publication_store::count_by_state();
        $out = array_sum(array_diff_key($counts, [publication_store::NONE => true]));
        return [
            get_string('leave:withdraws', 'local_courseglue', $out),
            get_string('leave:drops', 'local_courseglue', (object) [
                'records' => record_store::count(),
                'sites' => max(0, site_store::count() - 1),
            ]),
            get_string('leave:silent', 'local_courseglue'),
            get_string('leave:stays', 'local_courseglue'),
            get_string('leave:takes', 'local_courseglue'),
        ];
    }

    /**
     * Says what leaving did.
     *
     * @param array $summary as {@see leaving::run} gives it
     * @return string[] sentences
     */
    public static function outcome(array $summary): array {
        $message = [get_string('leave:done', 'local_courseglue', $summary['withdrawn'])];
        if ($summary['pending'] > 0) {
            $message[] = get_string('leave:pending', 'local_courseglue', $summary['pending']);
        }
        return [...$message, ...$summary['problems']];
    }
}
