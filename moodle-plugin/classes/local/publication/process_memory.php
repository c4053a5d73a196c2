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

namespace local_courseglue\local\publication;

use cache_helper;
use core\context_helper;
use course_modinfo;

/**
 * The caches that this process has filled since it started. A process of cron runs its tasks for some minutes, and Moodle does
 * not tell it what people change on pages meanwhile: it would publish again a course that was just taken back.
 *
 * @package    local_courseglue
 * @copyright  2026 The CourseGlue authors
 * @license    https://www.gnu.org/copyleft/gpl.html GNU GPL v3 or later
 */
final class process_memory {
    /**
     * Forgets the settings, the guest's role, and where courses are; all of it is read anew.
     */
    public static function forget(): void {
        global $CFG;
        $plugins = array_map(fn(string $name): string => "enrol_{$name}", access::PAYMENT);
        cache_helper::invalidate_by_definition('core', 'config', [], ['core', 'local_courseglue', ...$plugins]);
        initialise_cfg();
        accesslib_clear_role_cache((int) ($CFG->guestroleid ?? 0));
        context_helper::reset_caches();
        course_modinfo::clear_instance_cache();
    }
}
