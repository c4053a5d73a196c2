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
use local_courseglue\local\engine\engine_factory;

/**
 * The settings of this Moodle in the view, for answers that are given without the full boot.
 *
 * @package    local_courseglue
 * @copyright  2026 The CourseGlue authors
 * @license    https://www.gnu.org/copyleft/gpl.html GNU GPL v3 or later
 */
final class view_settings {
    /** @var int requests that one source may make in a minute, unless the admin says otherwise */
    public const LIMIT = 600;

    /**
     * Writes the settings, unless they are there already.
     *
     * @param engine $engine whose view it is
     */
    public static function write(engine $engine): void {
        global $CFG;

        $limit = get_config('local_courseglue', 'ratelimit');
        $limit = $limit === false ? self::LIMIT : (int) $limit;
        $settings = [
            // Answering needs no key and no proxy: nothing is signed and nothing is sent.
            'node' => ['secret' => null, 'proxy' => null] + settings_builder::build($engine),
            'gate' => gate::state(),
            'limit' => $limit > 0 ? ['requests' => $limit, 'seconds' => MINSECS] : null,
        ];
        $path = new fast_path($CFG);
        $notes = [
            'forced' => $path->forced(),
            'gate' => $settings['gate'],
            'skip' => (int) ($CFG->getremoteaddrconf ?? GETREMOTEADDR_SKIP_DEFAULT),
            'proxies' => (string) ($CFG->reverseproxyignore ?? ''),
        ];
        $settings['forced'] = $notes['forced'];
        $notes['digest'] = md5(serialize([$settings, $notes]));
        if ($path->notes() === $notes && is_file($path->directory() . '/settings')) {
            return;
        }
        $settings['notes'] = json_encode($notes, JSON_THROW_ON_ERROR);
        $engine->write_view_settings($settings);
    }

    /**
     * Makes this web server answer that the site does not take part, because the plugin was uninstalled.
     */
    public static function close(): void {
        global $CFG;

        $directory = (new fast_path($CFG))->directory();
        $settings = json_decode((string) @file_get_contents("$directory/settings"), true);
        if (!is_array($settings)) {
            return;
        }
        try {
            // Without notes they are written anew as soon as the plugin is back.
            engine_factory::get()->write_view_settings(['gate' => gate::CLOSED, 'notes' => ''] + $settings);
        } catch (\Throwable $e) {
            debugging('CourseGlue could not note that it is gone: ' . $e->getMessage(), DEBUG_DEVELOPER);
        }
    }

    /**
     * Writes the settings at once on this web server, if it has a view; other web servers follow within a minute.
     *
     * @param engine $engine
     */
    public static function changed(engine $engine): void {
        if (!$engine->has_view()) {
            return;
        }
        try {
            self::write($engine);
        } catch (\Throwable $e) {
            // Each update of the view writes them again.
            debugging('CourseGlue could not note its settings: ' . $e->getMessage(), DEBUG_DEVELOPER);
        }
    }
}
