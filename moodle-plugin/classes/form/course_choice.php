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

namespace local_courseglue\form;

use local_courseglue\local\publication\policy;

defined('MOODLE_INTERNAL') || die();

require_once($CFG->libdir . '/formslib.php');

/**
 * What the teachers of a course decide about it.
 *
 * @package    local_courseglue
 * @copyright  2026 The CourseGlue authors
 * @license    https://www.gnu.org/copyleft/gpl.html GNU GPL v3 or later
 */
final class course_choice extends \moodleform {
    /**
     * The three choices; the first says what the site does with courses nobody decided about.
     */
    protected function definition(): void {
        $form = $this->_form;
        $form->addElement('hidden', 'id', $this->_customdata['courseid']);
        $form->setType('id', PARAM_INT);

        $site = $this->_customdata['policy'];
        $choices = [
            policy::UNDECIDED => get_string("publication:undecided_{$site}", 'local_courseglue'),
            policy::PUBLISH => get_string('publication:publish', 'local_courseglue'),
            policy::NEVER => get_string('publication:never', 'local_courseglue'),
        ];
        $label = get_string('publication:choice', 'local_courseglue');
        foreach ($choices as $value => $text) {
            $form->addElement('radio', 'choice', $label, $text, $value);
            $label = '';
        }
        $form->addHelpButton('choice', 'publication:choice', 'local_courseglue');
        $form->setType('choice', PARAM_INT);
        $this->add_action_buttons(false);
    }

    /**
     * Refuses what is none of the choices.
     *
     * @param array $data
     * @param array $files
     * @return array errors by field
     */
    public function validation($data, $files): array {
        $errors = parent::validation($data, $files);
        if (!in_array((int) ($data['choice'] ?? -1), [policy::UNDECIDED, policy::PUBLISH, policy::NEVER], true)) {
            $errors['choice'] = get_string('required');
        }
        return $errors;
    }
}
