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
 * The revisions that the database had lately.
 *
 * A view can be continued only from a revision that this database had: not from one of before a backup was restored, and not from
 * one so old that the deletions since then are no longer recorded.
 *
 * @package    local_courseglue
 * @copyright  2026 The CourseGlue authors
 * @license    https://www.gnu.org/copyleft/gpl.html GNU GPL v3 or later
 */
final class revision_store {
    /** @var string the table, without prefix */
    private const TABLE = 'local_courseglue_revisions';

    /**
     * Remembers a revision.
     *
     * @param int $revision
     */
    public static function add(int $revision): void {
        global $DB;

        $DB->insert_record(self::TABLE, ['revision' => $revision, 'timemodified' => time()], false);
    }

    /**
     * Whether the database had a revision.
     *
     * @param int $revision
     * @return bool
     */
    public static function had(int $revision): bool {
        global $DB;

        return $DB->record_exists(self::TABLE, ['revision' => $revision]);
    }

    /**
     * Forgets the revisions of long ago, but never the present one.
     */
    public static function prune(): void {
        global $DB;

        $DB->delete_records_select(
            self::TABLE,
            'timemodified < ? AND revision <> ?',
            [time() - deletion_store::KEEP, state_store::revision()]
        );
    }

    /**
     * Forgets all: every view is made from nothing.
     */
    public static function delete_all(): void {
        global $DB;

        $DB->delete_records(self::TABLE);
    }
}
