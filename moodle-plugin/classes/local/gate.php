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

use local_courseglue\local\identity\copy_guard;
use local_courseglue\local\membership\membership;

/**
 * Decides whether this site answers other sites.
 *
 * @package    local_courseglue
 * @copyright  2026 The CourseGlue authors
 * @license    https://www.gnu.org/copyleft/gpl.html GNU GPL v3 or later
 */
final class gate {
    /** @var string it answers, and needs no database to know that */
    public const OPEN = 'open';

    /** @var string only the database knows: it is not in the network, on its way in, a copy, or under maintenance */
    public const BOOT = 'boot';

    /** @var string it does not, and no database is needed to say so: the plugin was uninstalled */
    public const CLOSED = 'closed';

    /**
     * Whether it answers now.
     *
     * @return string OPEN or BOOT
     */
    public static function state(): string {
        global $CFG;

        return empty($CFG->maintenance_enabled) && membership::is_active() ? self::OPEN : self::BOOT;
    }

    /**
     * Whether it says who it is: its neighbours look at it while it is joining.
     *
     * @return bool
     */
    public static function is_joining(): bool {
        global $CFG;

        return empty($CFG->maintenance_enabled)
            && membership::state() === membership::JOINING
            && copy_guard::state() === copy_guard::OK;
    }
}
