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

namespace local_courseglue\form;

use local_courseglue\local\description\audience;
use local_courseglue\local\description\description;
use local_courseglue\local\description\level;
use local_courseglue\local\description\licence;
use local_courseglue\local\description\subject;
use MoodleQuickForm;

/**
 * The fields that say what a course is about, for a course and for a category.
 *
 * @package    local_courseglue
 * @copyright  2026 The CourseGlue authors
 * @license    https://www.gnu.org/copyleft/gpl.html GNU GPL v3 or later
 */
final class sharing_fields {
    /**
     * Adds the fields.
     *
     * @param MoodleQuickForm $form
     * @param string[] $inherited field → what holds where it is left empty, in words
     * @param description $now what is kept now: a licence that was switched off since may stay
     */
    public static function add(MoodleQuickForm $form, array $inherited, description $now): void {
        $empty = fn(string $name): array => ['' => isset($inherited[$name])
            ? get_string('field:inherited', 'local_courseglue', $inherited[$name])
            : get_string('field:none', 'local_courseglue')];
        $label = fn(string $name): string => get_string('publication:' . $name, 'local_courseglue');

        $form->addElement('autocomplete', 'subject', $label('subject'), ['' => ''] + subject::options(), [
            'noselectionstring' => $empty('subject')[''],
            'placeholder' => get_string('field:subject_search', 'local_courseglue'),
        ]);
        $form->addHelpButton('subject', 'publication:subject', 'local_courseglue');

        $form->addElement('selectgroups', 'level', $label('level'), ['' => $empty('level')] + level::options());
        $form->addElement('select', 'audience', $label('audience'), $empty('audience') + audience::options());

        $licences = licence::options();
        if ($now->licence !== null) {
            $licences += [$now->licence => $now->licence];
        }
        $form->addElement('select', 'licence', get_string('license'), $empty('licence') + $licences);
        $form->addHelpButton('licence', 'publication:licence', 'local_courseglue');

        $form->addElement('text', 'workload', $label('workload'), ['size' => 6, 'placeholder' => $inherited['workload'] ?? '']);
        $form->setType('workload', PARAM_RAW_TRIMMED);
        $form->addHelpButton('workload', 'publication:workload', 'local_courseglue');
    }

    /**
     * The errors in the values that were typed.
     *
     * @param array $data
     * @return string[] errors by field
     */
    public static function validate(array $data): array {
        $workload = (string) ($data['workload'] ?? '');
        return $workload === '' || description::from(['workload' => $workload])->workload !== null
            ? []
            : ['workload' => get_string('field:workload_wrong', 'local_courseglue', description::MAX_WORKLOAD)];
    }
}
