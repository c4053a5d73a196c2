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

use core\event\base;
use moodle_url;

/**
 * An event in the audit trail of CourseGlue, named in the language file by its class.
 *
 * @package    local_courseglue
 * @copyright  2026 The CourseGlue authors
 * @license    https://www.gnu.org/copyleft/gpl.html GNU GPL v3 or later
 */
abstract class courseglue_event extends base {
    /** @var string The kind of the action: c (create), r (read), u (update) or d (delete). */
    protected const CRUD = 'u';

    /** @var string[] The keys that the event's "other" must have. */
    protected const DETAILS = [];

    #[\Override]
    protected function init(): void {
        $this->data['crud'] = static::CRUD;
        $this->data['edulevel'] = self::LEVEL_OTHER;
    }

    #[\Override]
    public static function get_name(): string {
        $class = substr(static::class, strlen(__NAMESPACE__) + 1);
        return get_string('event:' . $class, 'local_courseglue');
    }

    #[\Override]
    public function get_url(): moodle_url {
        return new moodle_url('/local/courseglue/join.php');
    }

    #[\Override]
    protected function validate_data(): void {
        parent::validate_data();
        foreach (static::DETAILS as $detail) {
            if (!array_key_exists($detail, $this->other ?? [])) {
                throw new \coding_exception("The '{$detail}' value must be set in other.");
            }
        }
    }

    /**
     * The person who did it, in words: the commands in cli/ have no user.
     *
     * @return string
     */
    final protected function who(): string {
        return $this->userid > 0 ? "The user with id '{$this->userid}'" : 'A command';
    }
}
