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
 * Values that this site keeps about itself by name, in the database and not in Moodle's cached settings.
 *
 * @package    local_courseglue
 * @copyright  2026 The CourseGlue authors
 * @license    https://www.gnu.org/copyleft/gpl.html GNU GPL v3 or later
 */
final class state_store {
    /** @var string the revision of sites and records; its row is also the lock that writers take */
    private const REVISION = 'revision';

    /**
     * A value.
     *
     * @param string $name
     * @return string|null null when it was never set
     */
    public static function get(string $name): ?string {
        global $DB;

        $value = $DB->get_field('local_courseglue_state', 'value', ['name' => $name]);
        return $value === false ? null : $value;
    }

    /**
     * A value that is an array.
     *
     * @param string $name
     * @return array|null null when it was never set
     */
    public static function get_array(string $name): ?array {
        $value = self::get($name);
        return $value === null ? null : json_decode($value, true, 16, JSON_THROW_ON_ERROR);
    }

    /**
     * Sets a value.
     *
     * @param string $name
     * @param string|array|null $value null forgets it
     */
    public static function set(string $name, string|array|null $value): void {
        global $DB;

        if ($value === null) {
            self::delete($name);
            return;
        }
        if (is_array($value)) {
            $value = json_encode($value, JSON_THROW_ON_ERROR | JSON_UNESCAPED_UNICODE | JSON_UNESCAPED_SLASHES);
        }
        if (self::get($name) === null) {
            try {
                $DB->insert_record('local_courseglue_state', ['name' => $name, 'value' => $value]);
                return;
            } catch (\dml_write_exception $e) {
                // Somebody else was first, or it failed for another reason: then the update fails too and says so.
                if ($DB->is_transaction_started()) {
                    throw $e;
                }
            }
        }
        $DB->set_field('local_courseglue_state', 'value', $value, ['name' => $name]);
    }

    /**
     * Sets a value that nobody else has set since it was read.
     *
     * @param string $name
     * @param string $before what was read: short, and never the same twice
     * @param string|null $value null forgets it
     * @return bool whether it is in force
     */
    public static function replace(string $name, string $before, ?string $value): bool {
        global $DB;

        $where = 'name = :name AND ' . $DB->sql_compare_text('value') . ' = ' . $DB->sql_compare_text(':before');
        $params = ['name' => $name, 'before' => $before];
        $value === null
            ? $DB->delete_records_select('local_courseglue_state', $where, $params)
            : $DB->set_field_select('local_courseglue_state', 'value', $value, $where, $params);
        return self::get($name) === $value;
    }

    /**
     * Forgets values.
     *
     * @param string ...$names
     */
    public static function delete(string ...$names): void {
        global $DB;

        $DB->delete_records_list('local_courseglue_state', 'name', $names);
    }

    /**
     * Writes the first revision.
     */
    public static function install(): void {
        self::bump();
    }

    /**
     * The revision of what is in the database.
     *
     * @return int
     */
    public static function revision(): int {
        return (int) self::get(self::REVISION);
    }

    /**
     * Gives the database a new revision. Inside a transaction this waits for every other writer to finish.
     *
     * The revision is told by the clock and a random part instead of counting, so that it never comes again, not even after
     * the database was restored from a backup.
     */
    public static function bump(): void {
        $revision = self::fresh();
        self::set(self::REVISION, (string) $revision);
        revision_store::add($revision);
    }

    /**
     * A revision that never was.
     *
     * @return int
     */
    private static function fresh(): int {
        return (int) (microtime(true) * 1000) * 1024 + random_int(0, 1023);
    }
}
