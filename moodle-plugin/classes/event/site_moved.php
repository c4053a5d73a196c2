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

namespace local_courseglue\event;

/**
 * The event that the site told the others its new address.
 *
 * @package    local_courseglue
 * @copyright  2026 The CourseGlue authors
 * @license    https://www.gnu.org/copyleft/gpl.html GNU GPL v3 or later
 */
final class site_moved extends courseglue_event {
    /** @var string The kind of the action: c (create), r (read), u (update) or d (delete). */
    protected const CRUD = 'u';

    /** @var string[] The keys that the event's "other" must have. */
    protected const DETAILS = ['from', 'to'];

    #[\Override]
    public function get_description(): string {
        return "{$this->who()} had this site move from {$this->other['from']} to {$this->other['to']}.";
    }
}
