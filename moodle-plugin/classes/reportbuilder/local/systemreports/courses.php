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

namespace local_courseglue\reportbuilder\local\systemreports;

use core\context\system as system_context;
use core_reportbuilder\local\filters\category;
use core_reportbuilder\local\filters\date;
use core_reportbuilder\local\filters\number;
use core_reportbuilder\local\filters\select;
use core_reportbuilder\local\filters\text;
use core_reportbuilder\local\helpers\database;
use core_reportbuilder\local\report\action;
use core_reportbuilder\local\report\column;
use core_reportbuilder\local\report\filter;
use core_reportbuilder\system_report;
use html_writer;
use lang_string;
use local_courseglue\local\publication\navigation;
use local_courseglue\local\publication\permission;
use local_courseglue\local\publication\policy;
use local_courseglue\local\publication\qualifier;
use local_courseglue\local\publication\sharing_status;
use local_courseglue\local\store\publication_store;
use moodle_url;
use pix_icon;
use stdClass;

/**
 * Every course of the site: whether others find it, why not, since when, at how many sites, and how large its record is.
 *
 * A state that is filtered by is what the tasks came to last; the words beside it are judged when they are shown.
 *
 * @package    local_courseglue
 * @copyright  2026 The CourseGlue authors
 * @license    https://www.gnu.org/copyleft/gpl.html GNU GPL v3 or later
 */
final class courses extends system_report {
    /** @var string The one entity. */
    private const ENTITY = 'course';

    /** @var string The fields from which the status of a course is worked out. */
    private const JUDGED = 'c.id, c.category, c.visible, c.enddate, p.id AS rowid, p.state AS rowstate, p.choice, p.timetold, '
        . 'p.timeshared';

    /** @var policy|null what was consented to, once a row was shown */
    private ?policy $policy = null;

    /** @var qualifier|null by that policy */
    private ?qualifier $qualifier = null;

    /** @var sharing_status[] of the row that is being shown, by course id */
    private array $status = [];

    #[\Override]
    protected function initialise(): void {
        $this->annotate_entity(self::ENTITY, new lang_string('course'));
        $this->set_main_table('course', 'c');
        $this->add_join('LEFT JOIN {' . publication_store::TABLE . '} p ON p.courseid = c.id');
        $this->add_join('LEFT JOIN {course_categories} cc ON cc.id = c.category');
        // What the check boxes and the action need; columns name what they need themselves.
        $this->add_base_fields('c.id, c.fullname');
        $site = database::generate_param_name();
        $this->add_base_condition_sql("c.id <> :{$site}", [$site => SITEID]);
        $this->set_checkbox_toggleall(fn(stdClass $row): array => [
            $row->id,
            get_string('selectitem', 'moodle', $this->name($row)),
        ]);
        $this->add_courses();
        $this->add_decisions();
        $this->add_numbers();
        $this->add_action(new action(
            new moodle_url('/local/courseglue/course.php', ['id' => ':id']),
            new pix_icon('t/preview', ''),
            [],
            false,
            new lang_string('courses:open', 'local_courseglue'),
        ));
        $this->set_initial_sort_column(self::ENTITY . ':name', SORT_ASC);
        $this->set_downloadable(true, get_string('courses', 'local_courseglue'));
    }

    #[\Override]
    protected function can_view(): bool {
        return has_capability(permission::CATEGORY, system_context::instance());
    }

    /**
     * Adds the columns that name the course.
     */
    private function add_courses(): void {
        $this->add_column($this->text_column('name', new lang_string('fullnamecourse'), 'c.fullname'))
            ->add_fields('c.id, c.fullname')
            ->add_callback(fn(?string $fullname, stdClass $row): string => html_writer::link(
                navigation::url((int) $row->id),
                s($this->cell($this->name($row))),
            ))
            ->set_is_sortable(true);
        $this->add_column($this->text_column('category', new lang_string('category'), 'cc.name'))
            ->add_field('c.category')
            ->add_callback(fn(?string $name, stdClass $row): string => $name === null ? '' : s($this->cell(format_string(
                $name,
                true,
                ['context' => \core\context\coursecat::instance((int) $row->category), 'escape' => false],
            ))))
            ->set_is_sortable(true);
        $this->add_filter($this->filter(text::class, 'name', new lang_string('fullnamecourse'), 'c.fullname'));
        $this->add_filter($this->filter(category::class, 'category', new lang_string('category'), 'c.category'));
    }

    /**
     * Adds the columns with the decision, and its outcome.
     */
    private function add_decisions(): void {
        $choices = [
            policy::UNDECIDED => get_string('courses:default', 'local_courseglue'),
            policy::PUBLISH => get_string('courses:share', 'local_courseglue'),
            policy::NEVER => get_string('courses:never', 'local_courseglue'),
        ];
        $states = [];
        foreach (sharing_status::STATES as $state) {
            $states[$state] = get_string('state:' . $state, 'local_courseglue');
        }
        $choice = 'COALESCE(p.choice, 0)';
        $this->add_column($this->text_column('choice', new lang_string('courses:choice', 'local_courseglue'), $choice))
            ->add_callback(static fn(?string $value): string => $choices[(int) $value] ?? '')
            ->set_is_sortable(true);
        $this->add_column($this->text_column('state', new lang_string('courses:state', 'local_courseglue'), $this->state_sql()))
            ->add_fields(self::JUDGED)
            ->add_callback(fn(?string $value, stdClass $row): string => $states[$this->status($row)->state])
            ->set_is_sortable(true);
        $this->add_column($this->text_column('reason', new lang_string('courses:reason', 'local_courseglue'), 'c.id'))
            ->add_fields(self::JUDGED)
            ->add_callback(fn(?string $value, stdClass $row): string => s($this->status($row)->reason()));
        $this->add_filter($this->filter(select::class, 'choice', new lang_string('courses:choice', 'local_courseglue'), $choice))
            ->set_options($choices);
        $state = new lang_string('courses:state', 'local_courseglue');
        $this->add_filter($this->filter(select::class, 'state', $state, $this->state_sql()))->set_options($states);
    }

    /**
     * Since when, where and how large.
     */
    private function add_numbers(): void {
        $since = (new column('since', new lang_string('courses:since', 'local_courseglue'), self::ENTITY))
            ->add_field('p.timeshared')
            ->set_type(column::TYPE_TIMESTAMP)
            ->add_callback(static fn(?int $time): string => $time ? userdate($time, get_string('strftimedatetimeshort')) : '')
            ->set_is_sortable(true);
        $this->add_column($since);
        $this->add_filter($this->filter(
            date::class,
            'since',
            new lang_string('courses:since', 'local_courseglue'),
            'p.timeshared',
        ));
        foreach (['homes', 'size'] as $name) {
            $title = new lang_string('courses:' . $name, 'local_courseglue');
            $this->add_column((new column($name, $title, self::ENTITY))
                ->add_field('p.' . $name)
                ->set_type(column::TYPE_INTEGER)
                ->set_is_sortable(true));
            $this->add_filter($this->filter(number::class, $name, $title, "COALESCE(p.{$name}, 0)"));
        }
    }

    /**
     * A column of text.
     *
     * @param string $name
     * @param lang_string $title
     * @param string $sql
     * @return column
     */
    private function text_column(string $name, lang_string $title, string $sql): column {
        return (new column($name, $title, self::ENTITY))->set_type(column::TYPE_TEXT)->add_field($sql, $name . 'value');
    }

    /**
     * A filter.
     *
     * @param string $class
     * @param string $name
     * @param lang_string $title
     * @param string $sql
     * @return filter
     */
    private function filter(string $class, string $name, lang_string $title, string $sql): filter {
        return new filter($class, $name, $title, self::ENTITY, $sql);
    }

    /**
     * The state that the tasks came to.
     *
     * @return string SQL
     */
    private function state_sql(): string {
        $waits = time() - policy::current()->grace;
        $cases = [
            "p.timeshared IS NOT NULL AND p.state = '" . publication_store::WITHDRAWING . "'" => sharing_status::WITHDRAWING,
            "p.timeshared IS NOT NULL AND p.state <> '" . publication_store::NONE . "'" => sharing_status::SHARED,
            "p.state = '" . publication_store::PENDING . "'" => sharing_status::SENDING,
            'p.choice = ' . policy::UNDECIDED . " AND p.timetold > {$waits}" => sharing_status::WAITING,
        ];
        $sql = '';
        foreach ($cases as $when => $state) {
            $sql .= "WHEN {$when} THEN '{$state}' ";
        }
        return "CASE {$sql}ELSE '" . sharing_status::NOT_SHARED . "' END";
    }

    /**
     * The sharing status of the course of a row, worked out once for all columns.
     *
     * @param stdClass $row
     * @return sharing_status
     */
    private function status(stdClass $row): sharing_status {
        $this->policy ??= policy::current();
        $this->qualifier ??= new qualifier($this->policy);
        $id = (int) $row->id;
        if (!isset($this->status[$id])) {
            $publication = $row->rowid === null ? null : (object) (['state' => $row->rowstate] + (array) $row);
            $this->status = [$id => sharing_status::of($this->policy, $this->qualifier, $row, $publication)];
        }
        return $this->status[$id];
    }

    /**
     * People's text as a cell of the list. In a file for a spreadsheet it is never a formula.
     *
     * @param string $text
     * @return string
     */
    private function cell(string $text): string {
        // Moodle makes the report before it tells it that it is for a file; only the request says so.
        $isfile = optional_param('download', '', PARAM_ALPHA) !== '';
        return $isfile && preg_match('~^\s*[=+@\t\r\x{FF1D}\x{FF0B}\x{FF20}-]~u', $text) ? "'" . $text : $text;
    }

    /**
     * The course's name.
     *
     * @param stdClass $row
     * @return string not escaped
     */
    private function name(stdClass $row): string {
        $context = \core\context\course::instance((int) $row->id);
        return format_string($row->fullname, true, ['context' => $context, 'escape' => false]);
    }
}
