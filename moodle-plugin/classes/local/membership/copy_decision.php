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

use local_courseglue\local\engine\failure;
use local_courseglue\local\identity\copy_guard;
use local_courseglue\local\identity\identity;
use local_courseglue\observer;

/**
 * What an admin says of a site that looks like a copy.
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
        membership::forget();
        preview::forget();
    }

    /**
     * It is the site that joined.
     *
     * Under the same address it goes on as it was. Under another one it has to join again, with a new key: what it published
     * under the old address stays listed until that lease has ended, for only a signed move could take it along.
     *
     * @return bool whether it goes on; false when it has to join again
     */
    public static function is_original(): bool {
        self::check();
        $identity = identity::load();
        if (copy_guard::has_moved($identity) || $identity->secret() === null) {
            membership::forget();
            preview::forget();
            return false;
        }
        $identity->pin_again();
        observer::policy_changed();
        return true;
    }

    /**
     * Lets nobody decide about a site that is not in doubt.
     */
    private static function check(): void {
        if (copy_guard::state() !== copy_guard::COPY) {
            throw new failure(get_string('copy:nodoubt', 'local_courseglue'));
        }
    }
}
