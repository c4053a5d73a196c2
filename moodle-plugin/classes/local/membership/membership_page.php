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
use local_courseglue\form\join_form;
use local_courseglue\local\engine\engine_factory;
use local_courseglue\local\engine\failure;
use local_courseglue\local\identity\copy_guard;
use local_courseglue\local\identity\identity;
use local_courseglue\local\statistics\figures;
use local_courseglue\local\publication\policy;
use local_courseglue\local\store\publication_queue;
use local_courseglue\local\store\publication_store;
use local_courseglue\local\store\record_store;
use local_courseglue\local\store\site_store;

/**
 * The admin's page about this site's place in the network: what it shows depends on what the site is.
 *
 * @package    local_courseglue
 * @copyright  2026 The CourseGlue authors
 * @license    https://www.gnu.org/copyleft/gpl.html GNU GPL v3 or later
 */
final class membership_page {
    /** @var string why joining failed, if it just did */
    private string $failure = '';

    /** @var join_form|null the form, while the site is not in the network */
    private ?join_form $form = null;

    /**
     * Constructor.
     *
     * @param \moodle_url $url of the page
     */
    public function __construct(
        /** @var \moodle_url of the page */
        private readonly \moodle_url $url
    ) {
    }

    /**
     * Does what was asked for: join by the form, or one of leave, copy, original.
     *
     * @param string $action
     */
    public function act(string $action): void {
        if (engine_factory::problem() !== null) {
            return;
        }
        if (in_array($action, ['leave', 'copy', 'original'], true) && confirm_sesskey()) {
            $this->decide($action);
        }
        if (membership::state() === membership::NONE && copy_guard::state() !== copy_guard::COPY) {
            $this->form = new join_form($this->url);
            if ($data = $this->form->get_data()) {
                $this->join(empty($data->first) ? $data->address : null, $data->shown);
            }
        }
    }

    /**
     * What the page shows.
     *
     * @param \core_renderer $output
     * @return string HTML
     */
    public function content(\core_renderer $output): string {
        $problem = engine_factory::problem();
        if ($problem !== null) {
            return $output->notification(get_string('engine:' . $problem, 'local_courseglue'), notification::NOTIFY_WARNING, false);
        }
        if (copy_guard::state() === copy_guard::COPY) {
            return $output->render_from_template('local_courseglue/copy', $this->copy());
        }
        if (membership::is_joined()) {
            return $output->render_from_template('local_courseglue/joined', $this->joined());
        }
        if ($this->form === null) {
            return $output->notification(get_string('join:underway', 'local_courseglue'), notification::NOTIFY_INFO, false);
        }
        try {
            $preview = preview::make();
        } catch (failure $e) {
            return $output->notification(s($e->getMessage()), notification::NOTIFY_ERROR, false);
        }
        $this->form->shows($preview->digest());
        return $output->render_from_template('local_courseglue/join_preview', $this->preview($preview)) . $this->form->render();
    }

    /**
     * Joins.
     *
     * @param string|null $address
     * @param string $shown digest of the preview that was looked at
     */
    private function join(?string $address, string $shown): void {
        try {
            $problems = joining::run($address, $shown);
        } catch (failure $e) {
            $this->failure = get_string('join:failed', 'local_courseglue', $e->getMessage());
            return;
        }
        $done = get_string('join:done', 'local_courseglue', identity::load()->address);
        redirect($this->url, $this->sentences([$done, ...$problems]), null, notification::NOTIFY_SUCCESS);
    }

    /**
     * Leaves, or says what the site is.
     *
     * @param string $action
     */
    private function decide(string $action): void {
        try {
            $message = match ($action) {
                'leave' => self::left(leaving::run()),
                'copy' => self::forgotten(),
                'original' => copy_decision::is_original(),
            };
        } catch (failure $e) {
            redirect($this->url, s($e->getMessage()), null, notification::NOTIFY_ERROR);
        }
        redirect($this->url, $this->sentences($message), null, notification::NOTIFY_SUCCESS);
    }

    /**
     * What leaving did.
     *
     * @param array $summary
     * @return string[]
     */
    public static function left(array $summary): array {
        $message = [get_string('leave:done', 'local_courseglue', $summary['withdrawn'])];
        if ($summary['pending'] > 0) {
            $message[] = get_string('leave:pending', 'local_courseglue', $summary['pending']);
        }
        return [...$message, ...$summary['problems']];
    }

    /**
     * The site is a copy.
     *
     * @return string[]
     */
    private static function forgotten(): array {
        copy_decision::is_copy();
        return [get_string('copy:iscopy_done', 'local_courseglue')];
    }

    /**
     * What the template about a copy needs.
     *
     * @return array
     */
    private function copy(): array {
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

    /**
     * What the template of a site in the network needs.
     *
     * @return array
     */
    private function joined(): array {
        $published = (new publication_store())->count_by_state();
        return [
            'address' => identity::load()->address,
            'sites' => site_store::count(),
            'records' => record_store::count(),
            'published' => $published['published'] ?? 0,
            'pending' => publication_queue::count_waiting(),
            'body' => self::readable(membership::entry()['body']),
            'url' => $this->url->out(false),
            'sesskey' => sesskey(),
        ];
    }

    /**
     * What the template of a site that may join needs.
     *
     * @param preview $preview
     * @return array
     */
    private function preview(preview $preview): array {
        $shared = array_map(fn(string $name): string => get_string('figure_' . $name, 'local_courseglue'), figures::enabled());
        return [
            'failure' => $this->failure,
            'body' => $preview->body,
            'policy' => get_string('setting:policy_' . policy::current()->site, 'local_courseglue'),
            'figures' => $shared
                ? get_string('join:figures_desc', 'local_courseglue', implode(', ', $shared))
                : get_string('join:figures_none', 'local_courseglue'),
            'settings' => (new \moodle_url('/admin/settings.php', ['section' => 'local_courseglue_settings']))->out(false),
        ];
    }

    /**
     * JSON for the eye.
     *
     * @param string $json
     * @return string
     */
    private static function readable(string $json): string {
        return json_encode(json_decode($json), JSON_PRETTY_PRINT | JSON_UNESCAPED_UNICODE | JSON_UNESCAPED_SLASHES);
    }

    /**
     * Sentences as HTML: some of them come from other sites.
     *
     * @param string[] $sentences
     * @return string
     */
    private function sentences(array $sentences): string {
        return implode('<br>', array_map('s', $sentences));
    }
}
