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

use local_courseglue\local\engine\engine_factory;
use local_courseglue\local\identity\copy_guard;
use local_courseglue\local\identity\identity;
use local_courseglue\local\membership\membership;
use local_courseglue\local\publication\waiting;
use local_courseglue\local\store\publication_store;
use local_courseglue\local\store\record_store;
use local_courseglue\local\store\site_store;

/**
 * This site's place in the network, in a few numbers.
 *
 * @package    local_courseglue
 * @copyright  2026 The CourseGlue authors
 * @license    https://www.gnu.org/copyleft/gpl.html GNU GPL v3 or later
 */
final class status {
    /**
     * The status.
     *
     * @return array ['joined' => bool, 'address', 'nodeid', 'sites', 'records', 'published', 'pending', 'problems' => string[]]
     */
    public static function of_this_site(): array {
        $identity = identity::load();
        $publications = (new publication_store())->count_by_state();
        return [
            'joined' => membership::is_joined(),
            'address' => $identity?->address,
            'nodeid' => $identity?->nodeid,
            'sites' => site_store::count(),
            'records' => record_store::count(),
            'published' => (int) ($publications['published'] ?? 0),
            'pending' => waiting::count(),
            'problems' => self::problems(),
        ];
    }

    /**
     * What keeps this site from taking part.
     *
     * @return string[] sentences
     */
    private static function problems(): array {
        $problems = [];
        if ($engine = engine_factory::problem()) {
            $problems[] = get_string('engine:' . $engine, 'local_courseglue');
        }
        if (copy_guard::state() === copy_guard::COPY) {
            $problems[] = get_string('copy:intro', 'local_courseglue', copy_guard::explanation());
        }
        if ($view = view::problem()) {
            $problems[] = $view;
        }
        return $problems;
    }
}
