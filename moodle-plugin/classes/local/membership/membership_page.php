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

use core\output\notification;
use local_courseglue\local\engine\engine_factory;
use local_courseglue\local\engine\failure;
use local_courseglue\local\identity\copy_guard;
use local_courseglue\local\obstacle;

/**
 * The admin's page about this site's place in the network. What the site is decides which page that is.
 *
 * @package    local_courseglue
 * @copyright  2026 The CourseGlue authors
 * @license    https://www.gnu.org/copyleft/gpl.html GNU GPL v3 or later
 */
final class membership_page extends admin_page {
    /** @var joining_page|null the page of a site that may join, while this one may */
    private ?joining_page $joining = null;

    /** @var bool whether the admin is asked if the site is really to leave */
    private bool $isleaving = false;

    /**
     * Does what was asked for: look at a site, join, ask before leaving, or one of leavenow, copy, original.
     *
     * @param string $action
     */
    public function act(string $action): void {
        if (engine_factory::problem() !== null) {
            return;
        }
        if (in_array($action, ['leavenow', 'copy', 'original'], true)) {
            require_sesskey();
            $this->decide($action);
        }
        $this->isleaving = $action === 'leave';
        if (membership::state() === membership::NONE && copy_guard::state() !== copy_guard::COPY) {
            $this->joining = new joining_page($this->url);
            $this->joining->act($action);
        }
    }

    /**
     * Leaves, or says what the site is.
     *
     * @param string $action
     */
    private function decide(string $action): never {
        try {
            $sentences = $action === 'leavenow' ? leaving_sentences::outcome(leaving::run()) : copy_page::decide($action);
        } catch (failure $e) {
            page_message::failure($this->url, $e);
        }
        page_message::success($this->url, $sentences);
    }

    #[\Override]
    public function content(\core_renderer $output): string {
        $problem = engine_factory::problem();
        if ($problem !== null) {
            $title = get_string("check:extension:{$problem}", 'local_courseglue');
            return $output->render_from_template('local_courseglue/notice', ['title' => $title] + obstacle::find()->export());
        }
        if (copy_guard::state() === copy_guard::COPY) {
            return (new copy_page($this->url))->content($output);
        }
        if (membership::is_joined()) {
            $page = new joined_page($this->url);
            return $this->isleaving ? $page->question($output) : $page->content($output);
        }
        if ($this->joining === null) {
            return $output->notification(get_string('join:underway', 'local_courseglue'), notification::NOTIFY_INFO, false);
        }
        return $this->joining->content($output);
    }
}
