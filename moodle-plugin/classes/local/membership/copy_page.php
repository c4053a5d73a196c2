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

namespace local_courseglue\local\membership;

use local_courseglue\local\identity\copy_guard;
use local_courseglue\local\identity\identity;

/**
 * The page of a site that looks like a copy of another: the admin says whether it is one.
 *
 * @package    local_courseglue
 * @copyright  2026 The CourseGlue authors
 * @license    https://www.gnu.org/copyleft/gpl.html GNU GPL v3 or later
 */
final class copy_page extends admin_page {
    #[\Override]
    public function content(\core_renderer $output): string {
        return $output->render_from_template('local_courseglue/copy', $this->data());
    }

    /**
     * Makes the site what the admin says that it is.
     *
     * @param string $action copy or original
     * @return string[] sentences that say what was done
     */
    public static function decide(string $action): array {
        if ($action === 'original') {
            return copy_decision::is_original();
        }
        copy_decision::is_copy();
        return [get_string('copy:iscopy_done', 'local_courseglue')];
    }

    /**
     * The context of the template.
     *
     * @return array
     */
    private function data(): array {
        global $CFG;

        $identity = identity::load();
        $addresses = (object) ['now' => $CFG->wwwroot, 'then' => $identity->wwwroot];
        $original = copy_guard::has_moved($identity) ? 'copy:isoriginal_moved_desc' : 'copy:isoriginal_desc';
        return [
            'intro' => get_string('copy:intro', 'local_courseglue', copy_guard::explanation()),
            'original' => get_string($original, 'local_courseglue', $addresses),
            'url' => $this->url->out(false),
            'sesskey' => sesskey(),
        ];
    }
}
