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

namespace local_courseglue\check;

use core\check\result;
use local_courseglue\local\engine\engine_factory;
use local_courseglue\local\engine\extension_guide;

/**
 * Checks that the PHP extension is loaded and fits the plugin.
 *
 * @package    local_courseglue
 * @copyright  2026 The CourseGlue authors
 * @license    https://www.gnu.org/copyleft/gpl.html GNU GPL v3 or later
 */
final class extension extends courseglue_check {
    #[\Override]
    public function get_result(): result {
        global $OUTPUT;

        $problem = engine_factory::problem();
        if ($problem === null) {
            return $this->outcome(result::OK, 'ok', phpversion('courseglue') ?: '');
        }
        $guide = $OUTPUT->render_from_template('local_courseglue/extension_guide', extension_guide::here()->export());
        return $this->outcome(result::ERROR, $problem, null, get_string('engine:' . $problem, 'local_courseglue') . $guide);
    }

    #[\Override]
    public function plain_details(result $result): string {
        $problem = engine_factory::problem();
        return $problem === null ? '' : get_string('engine:' . $problem, 'local_courseglue');
    }
}
