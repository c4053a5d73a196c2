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

use local_courseglue\event\copy_decided;
use local_courseglue\local\engine\engine_factory;
use local_courseglue\local\engine\failure;
use local_courseglue\local\identity\copy_guard;
use local_courseglue\local\identity\identity;
use local_courseglue\local\schedule;
use local_courseglue\local\store\delivery_store;
use local_courseglue\local\view_settings;
use local_courseglue\observer;

/**
 * The decision of an admin whether a site that looks like a copy is one.
 *
 * @package    local_courseglue
 * @copyright  2026 The CourseGlue authors
 * @license    https://www.gnu.org/copyleft/gpl.html GNU GPL v3 or later
 */
final class copy_decision {
    /**
     * It is a copy: it forgets the network and its key. Nothing is sent, so nothing of the original is withdrawn.
     */
    public static function is_copy(): void {
        self::check();
        self::tell('copy');
        delivery_store::forget_all();
        membership::forget();
        preview::forget();
    }

    /**
     * It is the site that joined.
     *
     * Under the same address it goes on as it was. Under another one it moves: the network learns where it went. Without its key
     * it can do neither, and has to join again: what it published stays listed until that lease has ended.
     *
     * @return string[] sentences about what came of it
     * @throws failure when it moved and could not join under the new address
     */
    public static function is_original(): array {
        self::check();
        self::tell('original');
        $identity = identity::load();
        if ($identity->secret() === null) {
            membership::forget();
            preview::forget();
            return [get_string('copy:isoriginal_rejoin', 'local_courseglue')];
        }
        if (copy_guard::has_moved($identity)) {
            $problems = moving::run($identity);
            $moved = (object) ['address' => identity::load()->address, 'when' => schedule::next('publish')];
            return [get_string('copy:isoriginal_moved', 'local_courseglue', $moved), ...$problems];
        }
        $identity->pin_again();
        view_settings::changed(engine_factory::get());
        observer::policy_changed();
        return [get_string('copy:isoriginal_continued', 'local_courseglue')];
    }

    /**
     * Logs the decision, whatever comes of it.
     *
     * @param string $decision copy or original
     */
    private static function tell(string $decision): void {
        global $CFG;
        copy_decided::create(['context' => \context_system::instance(), 'other' => [
            'decision' => $decision,
            'then' => identity::load()->wwwroot,
            'now' => $CFG->wwwroot,
        ]])->trigger();
    }

    /**
     * Refuses a decision about a site that does not look like a copy.
     */
    private static function check(): void {
        if (copy_guard::state() !== copy_guard::COPY) {
            throw new failure(get_string('copy:nodoubt', 'local_courseglue'));
        }
    }
}
