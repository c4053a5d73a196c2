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
use local_courseglue\local\membership\membership;
use local_courseglue\local\schedule;
use local_courseglue\local\view as local_view;

/**
 * Checks that the view exists on a disk of this web server's own, and can be written.
 *
 * @package    local_courseglue
 * @copyright  2026 The CourseGlue authors
 * @license    https://www.gnu.org/copyleft/gpl.html GNU GPL v3 or later
 */
final class view extends courseglue_check {
    #[\Override]
    public function get_result(): result {
        $problem = local_view::problem();
        if ($problem !== null) {
            return new result(result::ERROR, $problem);
        }
        $engine = engine_factory::get();
        if (membership::is_active() && $engine->has_view() && $engine->revision() < 0) {
            return $this->outcome(result::WARNING, 'none', schedule::next('sync'));
        }
        return $this->outcome(result::OK, 'ok', local_view::directory());
    }
}
