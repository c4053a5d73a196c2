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
use local_courseglue\local\engine\view_failure;
use local_courseglue\local\engine\view_writer;
use local_courseglue\local\store\check_store;
use local_courseglue\local\store\deletion_store;
use local_courseglue\local\store\frequency_store;
use local_courseglue\local\store\mark_store;
use local_courseglue\local\store\record_store;
use local_courseglue\local\store\revision_store;
use local_courseglue\local\store\site_store;
use local_courseglue\local\store\spot_store;
use local_courseglue\local\store\state_store;

/**
 * The copy of sites and records on this web server's own disk, which the extension reads instead of the database.
 *
 * It is a cache: it may be deleted at any moment. One process rebuilds it, while the others go on with the copy in their memory.
 *
 * @package    local_courseglue
 * @copyright  2026 The CourseGlue authors
 * @license    https://www.gnu.org/copyleft/gpl.html GNU GPL v3 or later
 */
final class view {
    /** @var string[] patterns of our files in the directory, which an admin may use for other things too */
    private const FILES = ['current', 'lock', 'turn', 'rates', 'base-*', 'log-*', '.courseglue-*', 'courseglue.view',
        'courseglue.lock'];

    /** @var int seconds before the last update that are read again: rows are committed later than they were written */
    private const OVERLAP = 10 * MINSECS;

    /** @var int seconds after which a view is looked through, even if it shows the database's revision */
    private const OLD = HOURSECS;

    /** @var int how often the view is begun anew where somebody deletes it while it is written */
    private const TRIES = 5;

    /** @var int seconds that a worker without a view waits for another process to make one; other requests need the worker */
    private const WAIT = 5;

    /** @var int the same for commands, which keep nobody waiting */
    private const COMMANDS_WAIT = MINSECS;

    /** @var int microseconds between two looks */
    private const LOOK = 20000;

    /** @var int seconds that making a view anew may take */
    private const MAKING = 10 * MINSECS;

    /** @var string[] the stores whose rows it holds */
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

        return (new fast_path($CFG))->directory();
    }

    /**
     * Makes the view show the revision of the database.
     *
     * @param engine $engine whose view it is
     * @param int $tolerance seconds that the view may be behind
     * @throws failure when there is no view and none can be written
     */
    public static function ensure(engine $engine, int $tolerance = 0): void {
        // A time that was noted while the clock was wrong may lie in the future.
        $age = abs(time() - $engine->caught_up());
        if ($age > self::OLD || $age >= $tolerance && $engine->revision() !== state_store::revision()) {
            self::refresh($engine);
        }
    }

    /**
     * Adds to the view of this web server what this process has just written; does nothing if another process writes the view, or
     * if there is none. What other processes wrote meanwhile follows with the next update, which starts where it would have anyway.
     *
     * @param engine $engine whose view it is
     * @param int $since Unix s: when this process began to write
     */
    public static function show(engine $engine, int $since): void {
        if (!$engine->has_view() || $engine->revision() < 0 || self::problem() !== null) {
            return;
        }
        $writer = $engine->lock_view();
        $state = $writer?->state();
        if ($state === null) {
            return;
        }
        self::write($writer, $since);
        if ($writer->commit($state['revision'], $state['caughtup'])) {
            $writer->compact();
        }
    }

    /**
     * Brings the view up to date, with the settings for answers without the full boot. Does nothing if another process does so
     * already and there is an old view to go on with.
     *
     * @param engine $engine whose view it is
     * @throws failure when there is no view and none can be written
     */
    public static function refresh(engine $engine): void {
        $problem = self::problem();
        if ($problem === null && !$engine->has_view()) {
            return;
        }
        $gone = false;
        for ($tries = self::TRIES; $problem === null; $tries--) {
            try {
                self::follow($engine, $gone);
                return;
            } catch (view_failure $e) {
                $gone = $e->isdeleted;
                $problem = $gone && $tries > 1 ? null : $e->getMessage();
            }
        }
        if ($engine->revision() < 0) {
            throw new failure($problem);
        }
        debugging('CourseGlue goes on with an old view: ' . $problem, DEBUG_DEVELOPER);
    }

    /**
     * Writes the settings that the next request needs to be answered without the full boot, if they have changed.
     *
     * @param engine $engine whose view it is
     */
    public static function prepare(engine $engine): void {
        global $CFG;

        if (!$engine->has_view() || self::problem() !== null) {
            return;
        }
        $path = new fast_path($CFG);
        $notes = $path->notes();
        if (($notes['forced'] ?? null) !== $path->forced() || $notes['gate'] !== gate::state()) {
            view_settings::changed($engine);
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
        // The mode is that of Moodle's own directories, which the users of the web server and of cron share.
        if (!is_dir($directory) && !@mkdir($directory, (int) $CFG->directorypermissions, true) && !is_dir($directory)) {
            return get_string('check:view:readonly', 'local_courseglue', $directory);
        }
        return is_writable($directory) ? null : get_string('check:view:readonly', 'local_courseglue', $directory);
    }

    /**
     * Deletes the view, except for the settings for answers without the full boot.
     */
    public static function delete(): void {
        foreach (self::FILES as $pattern) {
            array_map(fn(string $file): bool => @unlink($file), glob(self::directory() . '/' . $pattern) ?: []);
        }
    }

    /**
     * Writes to the view what is new in the database, or everything if the view cannot be continued.
     *
     * @param engine $engine
     * @param bool $anew whether the view is to be made anew, whatever there is of it
     */
    private static function follow(engine $engine, bool $anew): void {
        $writer = self::lock($engine);
        if ($writer === null) {
            return;
        }
        view_settings::write($engine);
        // Both are read before the rows: a row that is committed in between is written now, and again with the next update.
        [$revision, $now] = [state_store::revision(), time()];
        $state = $writer->state();
        // The files that the state names may be missing or damaged: then no process can read them.
        $anew = $anew || $state === null || $engine->revision() < 0;
        if ($anew || !self::leads_on($state, $revision, $now)) {
            \core_php_time_limit::raise(self::MAKING);
            $writer->rebuild();
            self::write($writer, 0);
        } else if ($state['revision'] !== $revision) {
            self::write($writer, $state['caughtup'] - self::OVERLAP);
        }
        if ($writer->commit($revision, $now)) {
            $writer->compact();
        }
        // A process that has read the view once does not need the files any more.
        if ($engine->revision() < 0) {
            throw new view_failure('The view was deleted while it was made.', true);
        }
    }

    /**
     * Takes the writers' lock. A process that has a view goes on with it while another one writes; a process without one waits.
     *
     * @param engine $engine
     * @return view_writer|null null where another process writes, and there is a view to go on with
     * @throws failure when there is none, and still none after a while
     */
    private static function lock(engine $engine): ?view_writer {
        $until = microtime(true) + (CLI_SCRIPT ? self::COMMANDS_WAIT : self::WAIT);
        while (true) {
            $writer = $engine->lock_view();
            if ($writer !== null || $engine->revision() >= 0) {
                return $writer;
            }
            if (microtime(true) >= $until) {
                throw new failure(get_string('view:making', 'local_courseglue'));
            }
            usleep(self::LOOK);
        }
    }

    /**
     * Whether a view can be continued: it shows a revision that this database had, and all deletions since then are recorded.
     *
     * @param array $state the view's
     * @param int $revision the database's
     * @param int $now Unix s
     * @return bool
     */
    private static function leads_on(array $state, int $revision, int $now): bool {
        if ($state['revision'] === $revision) {
            return true;
        }
        // A time in the future was noted while the clock was wrong.
        return $state['caughtup'] <= $now
            && $state['caughtup'] - self::OVERLAP > $now - deletion_store::KEEP
            && revision_store::had($state['revision']);
    }

    /**
     * Writes rows of the database to the view.
     *
     * @param view_writer $writer
     * @param int $since Unix s: what was written or deleted at that time or later; 0 for every row
     */
    private static function write(view_writer $writer, int $since): void {
        $rows = function () use ($since): \Generator {
            if ($since > 0) {
                yield from deletion_store::changes($since);
            }
            foreach (self::STORES as $store) {
                yield from $store::changes($since);
            }
        };
        foreach ($rows() as $change) {
            $writer->row($change);
        }
    }
}
