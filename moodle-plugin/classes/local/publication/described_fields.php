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
use local_courseglue\local\description\audience;
use local_courseglue\local\description\description;
use local_courseglue\local\description\level;
use local_courseglue\local\description\licence;
use local_courseglue\local\description\subject;
use local_courseglue\local\store\category_store;
use local_courseglue\local\store\description_store;
use stdClass;

/**
 * Reads the description of a course: from its teachers, else from its custom fields, else from its category's defaults.
 *
 * Of custom fields only those that the admin chose and that are visible to everybody. Values are read as they are stored, so that
 * they do not depend on the language and the filters of the user who runs cron.
 *
 * @package    local_courseglue
 * @copyright  2026 The CourseGlue authors
 * @license    https://www.gnu.org/copyleft/gpl.html GNU GPL v3 or later
 */
final class described_fields {
    /** @var string[] The facts that a record has a field for. */
    private const OF_RECORDS = ['subject', 'level', 'audience', 'licence'];

    /** @var description_store what teachers said */
    private readonly description_store $descriptions;

    /** @var category_store what categories say */
    private readonly category_store $categories;

    /** @var description[] what categories say of their courses, by category id */
    private array $defaults = [];

    /**
     * A reader of courses.
     */
    public function __construct() {
        $this->descriptions = new description_store();
        $this->categories = new category_store();
    }

    /**
     * The described fields of a record; null where a fact is not given.
     *
     * @param stdClass $course a row of the course table
     * @param string $language the course's language, preferred where a value has several
     * @return array subject, level, audience, licence → string|null: a code, an identifier of SPDX, or words of a custom field
     */
    public function of(stdClass $course, string $language): array {
        $own = self::values($this->descriptions->get((int) $course->id));
        $values = array_filter($own) + $this->inherited($course, $language) + array_fill_keys(self::OF_RECORDS, null);
        return array_merge(array_fill_keys(self::OF_RECORDS, null), array_intersect_key($values, array_flip(self::OF_RECORDS)));
    }

    /**
     * The values for a course whose teachers say nothing.
     *
     * @param stdClass $course a row of the course table
     * @param string $language the course's language
     * @return string[] name → value, as in {@see of}; what is not said is left out
     */
    public function inherited(stdClass $course, string $language): array {
        $defaults = self::values($this->defaults((int) $course->category));
        return array_filter($this->custom((int) $course->id, $language)) + array_filter($defaults);
    }

    /**
     * The values from the categories above a course.
     *
     * @param int $categoryid
     * @return description
     */
    public function defaults(int $categoryid): description {
        return $this->defaults[$categoryid] ??= $this->categories->defaults_along(
            array_map(fn(stdClass $category): int => (int) $category->id, category_path::of($categoryid)),
        );
    }

    /**
     * A value in words.
     *
     * @param string $name subject, level, audience, licence or workload
     * @param string $value
     * @return string
     */
    public static function label(string $name, string $value): string {
        return match ($name) {
            'subject' => subject::label($value),
            'level' => level::label($value),
            'audience' => audience::label($value),
            'licence' => \local_courseglue\local\search\licence::label($value) ?? $value,
            default => $value,
        };
    }

    /**
     * A description as values of a record.
     *
     * @param description $description
     * @return array name → string|null
     */
    private static function values(description $description): array {
        return [
            'subject' => $description->subject,
            'level' => $description->level,
            'audience' => $description->audience,
            'licence' => $description->licence === null ? null : licence::spdx($description->licence),
            'workload' => $description->workload === null ? null : (string) $description->workload,
        ];
    }

    /**
     * The values from custom fields.
     *
     * @param int $courseid
     * @param string $language the course's language
     * @return array name → string|null
     */
    private function custom(int $courseid, string $language): array {
        $chosen = array_intersect(description::FACTS, explode(',', (string) get_config('local_courseglue', 'customfields')));
        $values = [];
        foreach ($chosen ? course_handler::create()->get_instance_data($courseid, true) : [] as $data) {
            $field = $data->get_field();
            $name = strtolower((string) $field->get('shortname'));
            $public = (int) $field->get_configdata_property('visibility') === course_handler::VISIBLETOALL;
            if (!$public || !in_array($name, $chosen, true)) {
                continue;
            }
            $texts = multilang::parse(self::stored($data));
            $text = $texts[$language] ?? $texts[multilang::UNKNOWN] ?? reset($texts);
            if ($text !== false) {
                $values[$name] = self::value($name, $text);
            }
        }
        return $values;
    }

    /**
     * The values of the words of a custom field. Words that match no code are sent as they are.
     *
     * @param string $name
     * @param string $text
     * @return string|null
     */
    private static function value(string $name, string $text): ?string {
        return match ($name) {
            'subject' => subject::resolve($text) ?? $text,
            'level' => level::resolve($text) ?? $text,
            'audience' => audience::resolve($text) ?? $text,
            'licence' => licence::resolve($text),
            default => self::values(description::from(['workload' => preg_replace('~\D+$~', '', $text)]))['workload'],
        };
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
}
