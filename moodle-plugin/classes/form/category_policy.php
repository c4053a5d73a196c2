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

defined('MOODLE_INTERNAL') || die();

global $CFG;
require_once($CFG->libdir . '/formslib.php');

/**
 * The form with the decisions for the courses of a category.
 *
 * @package    local_courseglue
 * @copyright  2026 The CourseGlue authors
 * @license    https://www.gnu.org/copyleft/gpl.html GNU GPL v3 or later
 */
final class category_policy extends \moodleform {
    /** @var string The value for the policy of the category above, or of the site. */
    public const INHERIT = '';

    /**
     * The policy, and what courses are unless they say otherwise.
     */
    protected function definition(): void {
        $form = $this->_form;
        $form->addElement('hidden', 'id', $this->_customdata['categoryid']);
        $form->setType('id', PARAM_INT);

        $policies = [self::INHERIT => get_string('category:inherit', 'local_courseglue', $this->_customdata['above'])];
        foreach ($this->_customdata['policies'] as $policy) {
            $policies[$policy] = get_string('setting:policy_' . $policy, 'local_courseglue');
        }
        $form->addElement('select', 'policy', get_string('category:policy', 'local_courseglue'), $policies);
        $form->addHelpButton('policy', 'category:policy', 'local_courseglue');

        $form->addElement('header', 'defaults', get_string('category:defaults', 'local_courseglue'));
        $form->addElement('static', 'about', '', get_string('category:defaults_desc', 'local_courseglue'));
        sharing_fields::add($form, $this->_customdata['inherited'], $this->_customdata['description']);
        $form->setExpanded('defaults');
        $this->add_action_buttons();
    }

    /**
     * Refuses hours that are none.
     *
     * @param array $data
     * @param array $files
     * @return array errors by field
     */
    public function validation($data, $files): array {
        return parent::validation($data, $files) + sharing_fields::validate($data);
    }
}
