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

use moodle_url;

/**
 * The event that somebody changed a setting that decides what leaves the site.
 *
 * @package    local_courseglue
 * @copyright  2026 The CourseGlue authors
 * @license    https://www.gnu.org/copyleft/gpl.html GNU GPL v3 or later
 */
final class sharing_settings_changed extends courseglue_event {
    /** @var string The kind of the action: c (create), r (read), u (update) or d (delete). */
    protected const CRUD = 'u';

    /** @var string[] The keys that the event's "other" must have. */
    protected const DETAILS = ['name', 'oldvalue', 'value'];

    #[\Override]
    public function get_description(): string {
        $values = array_map(fn(?string $value): string => (string) $value === '' ? 'nothing' : "'{$value}'", $this->other);
        return "{$this->who()} changed the setting {$values['name']} of CourseGlue, which decides what leaves this site, from"
            . " {$values['oldvalue']} to {$values['value']}.";
    }

    #[\Override]
    public function get_url(): moodle_url {
        return new moodle_url('/admin/settings.php', ['section' => 'local_courseglue_settings']);
    }
}
