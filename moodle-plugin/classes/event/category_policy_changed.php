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
 * The event that somebody decided which courses of a category are shared.
 *
 * @package    local_courseglue
 * @copyright  2026 The CourseGlue authors
 * @license    https://www.gnu.org/copyleft/gpl.html GNU GPL v3 or later
 */
final class category_policy_changed extends courseglue_event {
    /** @var string[] The keys that the event's "other" must have. */
    protected const DETAILS = ['oldvalue', 'value'];

    #[\Override]
    protected function init(): void {
        parent::init();
        $this->data['objecttable'] = 'course_categories';
    }

    #[\Override]
    public function get_description(): string {
        $values = array_map(fn(?string $policy): string => $policy === null ? 'what holds above it' : "'{$policy}'", $this->other);
        return "{$this->who()} changed which courses of the category with id '{$this->objectid}' are shared, from"
            . " {$values['oldvalue']} to {$values['value']}.";
    }

    #[\Override]
    public function get_url(): moodle_url {
        return new moodle_url('/local/courseglue/category.php', ['id' => $this->objectid]);
    }

    #[\Override]
    public static function get_objectid_mapping(): array {
        return ['db' => 'course_categories', 'restore' => self::NOT_MAPPED];
    }

    #[\Override]
    public static function get_other_mapping(): bool {
        return false;
    }
}
