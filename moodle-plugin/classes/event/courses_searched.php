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
 * The event that somebody searched the courses of the network. It is triggered only where the administrator wants searches logged.
 *
 * @package    local_courseglue
 * @copyright  2026 The CourseGlue authors
 * @license    https://www.gnu.org/copyleft/gpl.html GNU GPL v3 or later
 */
final class courses_searched extends courseglue_event {
    /** @var string The kind of the action: c (create), r (read), u (update) or d (delete). */
    protected const CRUD = 'r';

    /** @var string[] The keys that the event's "other" must have. */
    protected const DETAILS = ['words', 'filters', 'page', 'total'];

    #[\Override]
    public function get_description(): string {
        return "{$this->who()} searched the courses of the network for '{$this->other['words']}', page {$this->other['page']}."
            . " Courses found: {$this->other['total']}.";
    }

    #[\Override]
    public function get_url(): moodle_url {
        return new moodle_url('/local/courseglue/index.php', ['words' => $this->other['words']]);
    }

    /**
     * Whether the administrator wants searches logged, with the user.
     *
     * @return bool
     */
    public static function is_wanted(): bool {
        return (bool) get_config('local_courseglue', 'logsearches');
    }
}
