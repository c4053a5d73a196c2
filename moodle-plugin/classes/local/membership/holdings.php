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

use local_courseglue\local\store\check_store;
use local_courseglue\local\store\frequency_store;
use local_courseglue\local\store\mark_store;
use local_courseglue\local\store\record_store;
use local_courseglue\local\store\revision_store;
use local_courseglue\local\store\site_store;
use local_courseglue\local\store\spot_store;
use local_courseglue\local\store\state_store;

/**
 * The rows that this site holds because it is in the network.
 *
 * @package    local_courseglue
 * @copyright  2026 The CourseGlue authors
 * @license    https://www.gnu.org/copyleft/gpl.html GNU GPL v3 or later
 */
final class holdings {
    /**
     * Drops it: sites, and records held for others.
     *
     * Stays: what teachers chose for their courses, which of them other sites may still list, the admin's rules, and the history of
     * totals.
     */
    public static function drop(): void {
        global $DB;

        $transaction = $DB->start_delegated_transaction();
        // No view can follow: each is made anew.
        revision_store::delete_all();
        state_store::bump();
        record_store::delete_all();
        site_store::delete_all();
        check_store::delete_all();
        spot_store::delete_all();
        frequency_store::delete_all();
        mark_store::delete_all();
        $transaction->allow_commit();
    }
}
