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

use core_course\customfield\course_handler;
use core_customfield\data_controller;

/**
 * What a course's custom fields say about it: the fields called subject, level, audience and licence.
 *
 * Only fields that the admin chose and that are visible to everybody. Values are read as they are stored, so that they do not depend on the language
 * and the filters of whoever runs cron.
 *
 * @package    local_courseglue
 * @copyright  2026 The CourseGlue authors
 * @license    https://www.gnu.org/copyleft/gpl.html GNU GPL v3 or later
 */
final class described_fields {
    /** @var string[] Short names of the fields that a record has a place for: what the setting customfields offers. */
    public const NAMES = ['subject', 'level', 'audience', 'licence'];

    /** @var string[] Moodle's own short names of licences, and what the world calls them. */
    private const LICENCES = [
        'cc-4.0' => 'cc-by-4.0',
        'cc-nc-4.0' => 'cc-by-nc-4.0',
        'cc-nc-nd-4.0' => 'cc-by-nc-nd-4.0',
        'cc-nc-sa-4.0' => 'cc-by-nc-sa-4.0',
        'cc-nd-4.0' => 'cc-by-nd-4.0',
        'cc-sa-4.0' => 'cc-by-sa-4.0',
        'license' => '',
        'licence' => '',
        'unknown' => '',
    ];

    /**
     * The values, null where a field does not exist, is empty, was not chosen or is not visible to everybody.
     *
     * @param int $courseid
     * @param string $language the course's language, preferred where a value has several
     * @return array name → string|null
     */
    public static function of(int $courseid, string $language): array {
        $values = array_fill_keys(self::NAMES, null);
        $chosen = array_intersect(self::NAMES, explode(',', (string) get_config('local_courseglue', 'customfields')));
        foreach (course_handler::create()->get_instance_data($courseid, true) as $data) {
            $field = $data->get_field();
            $name = strtolower((string) $field->get('shortname'));
            $public = (int) $field->get_configdata_property('visibility') === course_handler::VISIBLETOALL;
            if (!$public || !in_array($name, $chosen, true)) {
                continue;
            }
            $texts = multilang::parse(self::stored($data));
            $text = $texts[$language] ?? $texts[multilang::UNKNOWN] ?? reset($texts);
            if ($text !== false) {
                $values[$name] = $text;
            }
        }
        $values['licence'] = self::licence($values['licence']);
        return $values;
    }

    /**
     * A field's value as it is stored.
     *
     * @param data_controller $data
     * @return string HTML
     */
    private static function stored(data_controller $data): string {
        $field = $data->get_field();
        if (!$data->get('id')) {
            return '';
        }
        return match ($field->get('type')) {
            'select' => self::option((string) $field->get_configdata_property('options'), (int) $data->get_value()),
            'text' => (string) $data->get_value(),
            'textarea' => plain_text::to_html((string) $data->get_value(), (int) $data->get('valueformat')),
            default => (string) $data->export_value(),
        };
    }

    /**
     * The chosen option of a drop-down menu.
     *
     * @param string $options one a line
     * @param int $chosen counted from 1, 0 is none
     * @return string
     */
    private static function option(string $options, int $chosen): string {
        return preg_split('~\s*\n\s*~', trim($options), -1, PREG_SPLIT_NO_EMPTY)[$chosen - 1] ?? '';
    }

    /**
     * A licence's usual identifier: "CC BY-SA 4.0" is cc-by-sa-4.0.
     *
     * @param string|null $licence
     * @return string|null null when it is not known
     */
    private static function licence(?string $licence): ?string {
        $id = trim(preg_replace('~[^a-z0-9.]+~', '-', strtolower((string) $licence)), '-.');
        $id = self::LICENCES[$id] ?? $id;
        return $id !== '' && strlen($id) <= 40 ? $id : null;
    }
}
