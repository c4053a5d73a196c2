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

use local_courseglue\local\engine\engine_factory;
use local_courseglue\local\identity\copy_guard;
use local_courseglue\local\identity\instance_id;
use local_courseglue\local\view;
use local_courseglue\local\view_settings;

/**
 * Uninstalling the plugin: the site leaves the network, and its files are deleted.
 *
 * @package    local_courseglue
 * @copyright  2026 The CourseGlue authors
 * @license    https://www.gnu.org/copyleft/gpl.html GNU GPL v3 or later
 */
final class removal {
    /** @var int seconds to tell other sites: an admin waits, and an unreachable network must not hold up the uninstallation */
    private const SECONDS = 60;

    /**
     * Withdraws from the network what this site published, as far as that is possible, and removes the files that lie outside
     * of the database. It always comes to its end.
     *
     * @return string[] sentences: what it did and what it could not do
     */
    public static function run(): array {
        try {
            $sentences = self::leave();
        } catch (\Throwable $e) {
            $sentences = [get_string('uninstall:failed', 'local_courseglue', $e->getMessage())];
        }
        instance_id::delete();
        // Workers that have the view in memory go by the settings, which stay for that.
        view_settings::close();
        view::delete();
        return $sentences;
    }

    /**
     * Leaves the network, if this site is in it.
     *
     * @return string[]
     */
    private static function leave(): array {
        if (!membership::is_joined()) {
            return [get_string('uninstall:notjoined', 'local_courseglue')];
        }
        $copy = copy_guard::explanation();
        if ($copy !== null) {
            return [get_string('uninstall:copy', 'local_courseglue', $copy)];
        }
        $problem = engine_factory::problem();
        if ($problem !== null) {
            return [get_string('uninstall:failed', 'local_courseglue', get_string('engine:' . $problem, 'local_courseglue'))];
        }
        return leaving_sentences::outcome(leaving::run(self::SECONDS));
    }
}
