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

defined('MOODLE_INTERNAL') || die();

require_once($CFG->libdir . '/formslib.php');

/**
 * Through which site to join.
 *
 * @package    local_courseglue
 * @copyright  2026 The CourseGlue authors
 * @license    https://www.gnu.org/copyleft/gpl.html GNU GPL v3 or later
 */
class join_form extends \moodleform {
    #[\Override]
    protected function definition(): void {
        $form = $this->_form;
        $form->addElement('text', 'address', get_string('join:address', 'local_courseglue'), ['size' => 60]);
        $form->setType('address', PARAM_RAW_TRIMMED);
        $form->addHelpButton('address', 'join:address', 'local_courseglue');
        $form->addElement('checkbox', 'first', get_string('join:first', 'local_courseglue'));
        $form->addHelpButton('first', 'join:first', 'local_courseglue');
        $form->addElement('hidden', 'shown');
        $form->setType('shown', PARAM_ALPHANUM);
        $this->add_action_buttons(false, get_string('continue'));
    }

    /**
     * Says what is shown above the form: joining with it consents to exactly that.
     *
     * @param string $digest of the preview
     */
    public function shows(string $digest): void {
        $this->_form->getElement('shown')->setValue($digest);
    }

    #[\Override]
    public function validation($data, $files): array {
        $errors = parent::validation($data, $files);
        $isnamed = ($data['address'] ?? '') !== '';
        if (!empty($data['first']) && $isnamed) {
            $errors['address'] = get_string('join:notboth', 'local_courseglue');
        } else if (empty($data['first']) && !$isnamed) {
            $errors['address'] = get_string('join:nameaddress', 'local_courseglue');
        }
        return $errors;
    }
}
