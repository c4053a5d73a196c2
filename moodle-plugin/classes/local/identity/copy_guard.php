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

namespace local_courseglue\local\identity;

use local_courseglue\local\engine\engine_factory;
use local_courseglue\local\engine\failure;

/**
 * Tells whether this Moodle is the one that joined, or a copy of it.
 *
 * Most Moodles have a copy of production for tests. A copy that went on in the name of the original would withdraw its courses, so
 * a site that looks like a copy sends nothing until an admin says whether it is one.
 *
 * @package    local_courseglue
 * @copyright  2026 The CourseGlue authors
 * @license    https://www.gnu.org/copyleft/gpl.html GNU GPL v3 or later
 */
final class copy_guard {
    /** @var string this site never joined */
    public const NONE = 'none';

    /** @var string this is the site that joined */
    public const OK = 'ok';

    /** @var string this looks like a copy */
    public const COPY = 'copy';

    /**
     * Whether this Moodle is taken for the site that joined, or for a copy of it.
     *
     * @return string one of the constants
     */
    public static function state(): string {
        $identity = identity::load();
        if ($identity === null) {
            return self::NONE;
        }
        return self::reason($identity) === null ? self::OK : self::COPY;
    }

    /**
     * Why this Moodle is taken for a copy.
     *
     * @return string|null part of a sentence, null when it is not
     */
    public static function explanation(): ?string {
        global $CFG;

        $identity = identity::load();
        $reason = $identity === null ? null : self::reason($identity);
        if ($reason === null) {
            return null;
        }
        $addresses = (object) ['now' => $CFG->wwwroot, 'then' => $identity->wwwroot];
        return get_string('copy:reason:' . $reason, 'local_courseglue', $addresses);
    }

    /**
     * The evidence.
     *
     * @param identity $identity
     * @return string|null address, instancemissing, instancediffers, secret, noemailever, divertallemailsto, or null
     */
    public static function reason(identity $identity): ?string {
        global $CFG;

        $instance = instance_id::read();
        return match (true) {
            self::has_moved($identity) => 'address',
            $instance === null => 'instancemissing',
            $instance !== $identity->instance => 'instancediffers',
            $identity->secret() === null => 'secret',
            !$identity->mailoff && !empty($CFG->noemailever) => 'noemailever',
            !$identity->mailoff && !empty($CFG->divertallemailsto) => 'divertallemailsto',
            default => null,
        };
    }

    /**
     * Whether this Moodle has another address than the one that joined. Changing from http to https is none.
     *
     * @param identity $identity
     * @return bool
     */
    public static function has_moved(identity $identity): bool {
        global $CFG;

        if ($CFG->wwwroot === $identity->wwwroot) {
            return false;
        }
        try {
            return engine_factory::get()->identify($CFG->wwwroot)['address'] !== $identity->address;
        } catch (failure $e) {
            return true;
        }
    }
}
