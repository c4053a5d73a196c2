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
 * Applies the engine's changes to the database. Sites and records held here change in no other way.
 *
 * A change is an array with a key 'change': site, site_gone, record, record_gone, terms_gone, alive, checked, spot, frequency
 * or mark. Applying one twice, or an older one after a newer one, does no harm: the higher seq wins, and the same seq unites
 * vouchers and terms.
 *
 * @package    local_courseglue
 * @copyright  2026 The CourseGlue authors
 * @license    https://www.gnu.org/copyleft/gpl.html GNU GPL v3 or later
 */
final class changes {
    /** @var int how many changes are folded at a time, which bounds the memory they take */
    private const CHUNK = 500;

    /**
     * Applies changes in one transaction, and gives the database a new revision if they changed anything.
     *
     * @param array $changes
     */
    public static function apply(array $changes): void {
        if (!self::any($changes)) {
            return;
        }
        try {
            self::commit($changes);
        } catch (\dml_write_exception $e) {
            global $DB;
            if ($DB->is_transaction_started()) {
                throw $e;
            }
            // Another process wrote the same row before this one waited for the row of the revision: now it can be read.
            self::commit($changes);
        }
    }

    /**
     * Applies changes on which nothing depends that a person waits for, such as what a search learned of the sites that it asked.
     * Another process may hold the rows for longer than the database waits: then they are dropped, and learned again.
     *
     * @param array $changes
     */
    public static function try(array $changes): void {
        try {
            self::apply($changes);
        } catch (\moodle_exception $e) {
            debugging('CourseGlue could not note what it learned of other sites: ' . $e->getMessage(), DEBUG_DEVELOPER);
        }
    }

    /**
     * Whether any of the changes alters the database.
     *
     * @param array $changes
     * @return bool
     */
    private static function any(array $changes): bool {
        foreach (array_chunk($changes, self::CHUNK) as $chunk) {
            foreach (self::batches($chunk) as $batch) {
                if (!$batch->is_empty()) {
                    return true;
                }
            }
        }
        return false;
    }

    /**
     * Writes the changes.
     *
     * The new revision comes first: its row is the lock that makes writers wait for each other, so that what is read after it
     * stays true until the commit, and no two writers wait for each other's rows.
     *
     * @param array $changes
     */
    private static function commit(array $changes): void {
        global $DB;

        $transaction = $DB->start_delegated_transaction();
        try {
            state_store::bump();
            foreach (array_chunk($changes, self::CHUNK) as $chunk) {
                foreach (self::batches($chunk) as $batch) {
                    $batch->write();
                }
            }
            $transaction->allow_commit();
        } catch (\Throwable $e) {
            $transaction->rollback($e);
        }
    }

    /**
     * Folds changes into what the database holds, without writing. A batch is made when it is asked for: a site that is gone
     * takes its records along, and only then are records read.
     *
     * @param array $changes
     * @return \Generator<batch>
     */
    private static function batches(array $changes): \Generator {
        yield new site_batch($changes);
        yield new record_batch($changes);
        yield new check_batch($changes);
        yield new spot_batch($changes);
        yield new frequency_batch($changes);
        yield new mark_batch($changes);
    }
}
