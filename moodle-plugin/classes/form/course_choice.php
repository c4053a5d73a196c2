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

use local_courseglue\local\publication\policy;

defined('MOODLE_INTERNAL') || die();

global $CFG;
require_once($CFG->libdir . '/formslib.php');

/**
 * The form in which the teachers of a course decide about sharing it, and describe it.
 *
 * @package    local_courseglue
 * @copyright  2026 The CourseGlue authors
 * @license    https://www.gnu.org/copyleft/gpl.html GNU GPL v3 or later
 */
final class course_choice extends \moodleform {
    /**
     * The choice, what describes the course, and what its teachers agree to.
     */
    protected function definition(): void {
        $form = $this->_form;
        $form->addElement('hidden', 'id', $this->_customdata['courseid']);
        $form->setType('id', PARAM_INT);

        $label = get_string('publication:choice', 'local_courseglue');
        foreach (self::choices($this->_customdata['policy']) as $value => $text) {
            $form->addElement('radio', 'choice', $label, $text, $value);
            $label = '';
        }
        $form->addHelpButton('choice', 'publication:choice', 'local_courseglue');
        $form->setType('choice', PARAM_INT);

        sharing_fields::add($form, $this->_customdata['inherited'], $this->_customdata['description']);

        foreach (['contact', 'copying'] as $name) {
            $form->addElement(
                'advcheckbox',
                $name,
                get_string('publication:' . $name, 'local_courseglue'),
                get_string("publication:{$name}_label", 'local_courseglue'),
            );
            $form->addHelpButton($name, 'publication:' . $name, 'local_courseglue');
        }
        $this->add_action_buttons(false);
    }

    /**
     * The choices in words; the first says what happens with courses nobody decided about.
     *
     * @param string $policy the policy that the course follows
     * @return string[] choice → text
     */
    public static function choices(string $policy): array {
        return [
            policy::UNDECIDED => get_string("publication:undecided_{$policy}", 'local_courseglue'),
            policy::PUBLISH => get_string('publication:publish', 'local_courseglue'),
            policy::NEVER => get_string('publication:never', 'local_courseglue'),
        ];
    }

    /**
     * Refuses what is none of the choices, and hours that are none.
     *
     * @param array $data
     * @param array $files
     * @return array errors by field
     */
    public function validation($data, $files): array {
        $errors = parent::validation($data, $files) + sharing_fields::validate($data);
        if (!in_array((int) ($data['choice'] ?? -1), policy::CHOICES, true)) {
            $errors['choice'] = get_string('required');
        }
        return $errors;
    }
}
