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
use local_courseglue\local\identity\copy_guard;
use local_courseglue\local\identity\identity;
use local_courseglue\local\membership\membership as site_membership;

/**
 * Checks whether the site is in the network, and whether it looks like a copy.
 *
 * @package    local_courseglue
 * @copyright  2026 The CourseGlue authors
 * @license    https://www.gnu.org/copyleft/gpl.html GNU GPL v3 or later
 */
final class membership extends courseglue_check {
    #[\Override]
    public function get_result(): result {
        if (copy_guard::state() === copy_guard::COPY) {
            $details = get_string('copy:intro', 'local_courseglue', copy_guard::explanation());
            return $this->outcome(result::WARNING, 'copy', null, s($details));
        }
        if (!site_membership::is_joined()) {
            $left = site_membership::left();
            return $left === null
                ? $this->outcome(result::INFO, 'none')
                : $this->outcome(result::INFO, 'left', userdate($left, get_string('strftimedate', 'langconfig')));
        }
        return $this->outcome(result::OK, 'joined', identity::load()->address);
    }
}
