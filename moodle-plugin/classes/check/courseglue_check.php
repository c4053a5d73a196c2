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

use core\check\check;
use core\check\result;
use local_courseglue\local\publication\plain_text;

/**
 * A status check of the plugin, whose id and strings are named by its class.
 *
 * @package    local_courseglue
 * @copyright  2026 The CourseGlue authors
 * @license    https://www.gnu.org/copyleft/gpl.html GNU GPL v3 or later
 */
abstract class courseglue_check extends check {
    #[\Override]
    public function get_name(): string {
        return get_string('check:' . $this->get_id(), 'local_courseglue');
    }

    #[\Override]
    public function get_action_link(): ?\action_link {
        // The report is open to more people than the page.
        if (!has_capability('local/courseglue:manage', \context_system::instance())) {
            return null;
        }
        return new \action_link(
            new \moodle_url('/local/courseglue/join.php'),
            get_string('joinpage', 'local_courseglue')
        );
    }

    /**
     * The details of a result as plain text.
     *
     * @param result $result
     * @return string
     */
    public function plain_details(result $result): string {
        return plain_text::from_html($result->get_details());
    }

    /**
     * A result.
     *
     * @param string $status one of result's constants
     * @param string $outcome what comes after the check's name in the string's
     * @param mixed $a what the string needs
     * @param string $details
     * @return result
     */
    final protected function outcome(string $status, string $outcome, mixed $a = null, string $details = ''): result {
        return new result($status, get_string("check:{$this->get_id()}:$outcome", 'local_courseglue', $a), $details);
    }
}
