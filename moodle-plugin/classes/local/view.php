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

namespace local_courseglue\local;

use local_courseglue\local\engine\engine;
use local_courseglue\local\engine\failure;
use local_courseglue\local\store\check_store;
use local_courseglue\local\store\frequency_store;
use local_courseglue\local\store\mark_store;
use local_courseglue\local\store\record_store;
use local_courseglue\local\store\site_store;
use local_courseglue\local\store\spot_store;
use local_courseglue\local\store\state_store;

/**
 * The copy of sites and records on this web server's own disk, which the extension reads instead of the database.
 *
 * It is a cache: it may be deleted at any moment. One process rebuilds it, while the others go on with what they hold.
 *
 * @package    local_courseglue
 * @copyright  2026 The CourseGlue authors
 * @license    https://www.gnu.org/copyleft/gpl.html GNU GPL v3 or later
 */
final class view {
    /** @var string[] our files in the directory, which an admin may use for other things too: the view and its writers' lock */
    private const FILES = ['view' => 'courseglue.view', 'lock' => 'courseglue.lock'];

    /** @var string[] whose rows it holds */
    private const STORES = [
        site_store::class,
        record_store::class,
        check_store::class,
        spot_store::class,
        frequency_store::class,
        mark_store::class,
    ];

    /**
     * The directory of the view on this web server.
     *
     * @return string
     */
    public static function directory(): string {
        global $CFG;

        return $CFG->local_courseglue_viewdir ?? $CFG->localcachedir . '/local_courseglue';
    }

    /**
     * Brings the view to the revision of the database.
     *
     * @param engine $engine whose view it is
     * @throws failure when there is no view and none can be written
     */
    public static function ensure(engine $engine): void {
        if ($engine->revision() === state_store::revision()) {
            return;
        }
        $problem = self::problem();
        if ($problem === null) {
            self::rebuild($engine);
        } else if ($engine->revision() < 0) {
            throw new failure($problem);
        }
    }

    /**
     * Why the view cannot be written.
     *
     * @return string|null a sentence, null when it can
     */
    public static function problem(): ?string {
        global $CFG;

        $directory = self::directory();
        $type = mount::network_type($directory);
        if ($type !== null) {
            return get_string('check:view:network', 'local_courseglue', (object) ['type' => $type, 'dir' => $directory]);
        }
        // The mode is the one of Moodle's own directories: the web server's user and cron's share them.
        if (!is_dir($directory) && !@mkdir($directory, (int) $CFG->directorypermissions, true) && !is_dir($directory)) {
            return get_string('check:view:readonly', 'local_courseglue', $directory);
        }
        return is_writable($directory) ? null : get_string('check:view:readonly', 'local_courseglue', $directory);
    }

    /**
     * Deletes the view.
     */
    public static function delete(): void {
        foreach (self::FILES as $file) {
            if (is_file(self::directory() . '/' . $file)) {
                unlink(self::directory() . '/' . $file);
            }
        }
    }

    /**
     * Writes the view anew, unless somebody else is about to.
     *
     * @param engine $engine
     */
    private static function rebuild(engine $engine): void {
        $lock = @fopen(self::directory() . '/' . self::FILES['lock'], 'c');
        if ($lock === false) {
            return;
        }
        try {
            // Who holds a view goes on with it while another process writes; who holds none has to wait.
            $wait = $engine->revision() < 0 ? LOCK_EX : LOCK_EX | LOCK_NB;
            if (!flock($lock, $wait)) {
                return;
            }
            // Read before the rows: a row that is committed in between is written now, and again with the next revision.
            $revision = state_store::revision();
            if ($engine->revision() !== $revision) {
                self::write($revision);
            }
        } finally {
            fclose($lock);
        }
    }

    /**
     * Writes every row of the database to the view.
     *
     * @param int $revision
     */
    private static function write(int $revision): void {
        try {
            $writer = new \CourseGlue\ViewWriter(self::directory(), $revision);
            foreach (self::STORES as $store) {
                foreach ($store::changes() as $change) {
                    $writer->row(json_encode(
                        $change,
                        JSON_THROW_ON_ERROR | JSON_UNESCAPED_UNICODE | JSON_UNESCAPED_SLASHES
                    ));
                }
            }
            $writer->commit();
        } catch (\CourseGlue\Exception $e) {
            throw new failure($e->getMessage());
        }
    }
}
