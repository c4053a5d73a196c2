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

use core\context;
use core_course\hook\after_form_definition;
use core_course\hook\after_form_submission;
use core_course\hook\after_form_validation;
use html_writer;
use local_courseglue\form\course_choice;
use local_courseglue\local\store\choice_store;
use local_courseglue\local\store\publication_store;
use stdClass;

/**
 * The choice in the form of a course's settings. What is said about the course, and what others see of it, is on a page of its own.
 *
 * @package    local_courseglue
 * @copyright  2026 The CourseGlue authors
 * @license    https://www.gnu.org/copyleft/gpl.html GNU GPL v3 or later
 */
final class course_form {
    /** @var string The choice's field. */
    public const FIELD = 'local_courseglue_choice';

    /**
     * Adds the choice, for users who may decide about the course.
     *
     * @param after_form_definition $hook
     */
    public static function define(after_form_definition $hook): void {
        $course = $hook->formwrapper->get_course();
        if (!self::decides($course, $hook->formwrapper->get_context())) {
            return;
        }
        $policy = policy::current();
        $courseid = (int) ($course->id ?? 0);
        $row = $courseid ? publication_store::get($courseid) : null;
        $form = $hook->mform;
        $form->addElement('header', 'local_courseglue_header', get_string('pluginname', 'local_courseglue'));
        // The category that it is in, or will be.
        $category = $hook->formwrapper->get_context();
        $category = $category instanceof context\coursecat ? $category : $category->get_parent_context();
        $choices = course_choice::choices($policy->of_category((int) $category->instanceid));
        $form->addElement('select', self::FIELD, get_string('publication', 'local_courseglue'), $choices);
        $form->addHelpButton(self::FIELD, 'publication:choice', 'local_courseglue');
        $form->setDefault(self::FIELD, (int) ($row->choice ?? policy::UNDECIDED));
        if ($courseid) {
            $status = sharing_status::of($policy, new qualifier($policy), get_course($courseid), $row);
            $link = html_writer::link(navigation::url($courseid), get_string('courseform:page', 'local_courseglue'));
            $form->addElement('static', 'local_courseglue_status', '', s($status->headline()) . ' ' . $link);
        }
    }

    /**
     * Refuses what is none of the choices.
     *
     * @param after_form_validation $hook
     */
    public static function validate(after_form_validation $hook): void {
        $choice = $hook->get_data()[self::FIELD] ?? null;
        if ($choice !== null && !in_array((string) $choice, array_map(strval(...), policy::CHOICES), true)) {
            $hook->add_errors([self::FIELD => get_string('required')]);
        }
    }

    /**
     * Keeps the choice where it changed.
     *
     * @param after_form_submission $hook
     */
    public static function keep(after_form_submission $hook): void {
        $data = $hook->get_data();
        $choice = $data->{self::FIELD} ?? null;
        if ($choice === null || empty($data->id) || !in_array((int) $choice, policy::CHOICES, true)) {
            return;
        }
        $courseid = (int) $data->id;
        // The creator of a course gets a role in it only after this.
        $context = context\course::instance($courseid);
        $may = permission::decides_course($context)
            || $hook->isnewcourse && permission::will_decide_course($context->get_parent_context());
        if ($may && choice_store::get($courseid) !== (int) $choice) {
            choice_store::choose($courseid, (int) $choice);
        }
    }

    /**
     * Whether the current user decides about the course of the form.
     *
     * @param stdClass $course
     * @param context $context the course's, or that of the category it will be in
     * @return bool
     */
    private static function decides(stdClass $course, context $context): bool {
        if (empty($course->id)) {
            return permission::will_decide_course($context);
        }
        return (int) $course->id !== (int) SITEID && permission::decides_course($context);
    }
}
