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

use local_courseglue\local\identity\identity;
use local_courseglue\local\publication\waiting_courses;
use local_courseglue\local\store\publication_store;
use local_courseglue\local\store\record_store;
use local_courseglue\local\store\site_store;

/**
 * The page of a site that is in the network: what it has there, and how it leaves.
 *
 * @package    local_courseglue
 * @copyright  2026 The CourseGlue authors
 * @license    https://www.gnu.org/copyleft/gpl.html GNU GPL v3 or later
 */
final class joined_page extends admin_page {
    #[\Override]
    public function content(\core_renderer $output): string {
        return $output->render_from_template('local_courseglue/joined', $this->data());
    }

    /**
     * Asks before leaving, and says what it will do.
     *
     * @param \core_renderer $output
     * @return string HTML
     */
    public function question(\core_renderer $output): string {
        $leave = new \single_button(
            new \moodle_url($this->url, ['action' => 'leavenow']),
            get_string('leave:action', 'local_courseglue'),
            'post',
            \single_button::BUTTON_DANGER,
        );
        $consequences = \html_writer::alist(array_map('s', leaving_sentences::consequences()));
        $question = get_string('leave:question', 'local_courseglue') . $consequences;
        return $output->confirm($question, $leave, $this->url, ['confirmtitle' => get_string('leave:heading', 'local_courseglue')]);
    }

    /**
     * The context of the template.
     *
     * @return array
     */
    private function data(): array {
        $published = publication_store::count_by_state();
        return [
            'address' => identity::load()->address,
            'sites' => site_store::count(),
            'records' => record_store::count(),
            'published' => $published['published'] ?? 0,
            'pending' => waiting_courses::count(),
            'body' => self::readable(membership::entry()['body']),
            'leaveurl' => (new \moodle_url($this->url, ['action' => 'leave']))->out(false),
        ];
    }

    /**
     * Indents JSON, for people to read.
     *
     * @param string $json
     * @return string
     */
    private static function readable(string $json): string {
        return json_encode(json_decode($json), JSON_PRETTY_PRINT | JSON_UNESCAPED_UNICODE | JSON_UNESCAPED_SLASHES);
    }
}
