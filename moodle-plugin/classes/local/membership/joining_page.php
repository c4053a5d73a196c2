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
use local_courseglue\local\engine\failure;
use local_courseglue\local\identity\identity;
use local_courseglue\local\publication\policy;
use local_courseglue\local\statistics\figures;

/**
 * The page of a site that may join: what will be sent, and the form that says through which site.
 *
 * @package    local_courseglue
 * @copyright  2026 The CourseGlue authors
 * @license    https://www.gnu.org/copyleft/gpl.html GNU GPL v3 or later
 */
final class joining_page extends admin_page {
    /** @var join_form the form that names a site of the network */
    private readonly join_form $form;

    /** @var string why joining failed, if it just did */
    private string $failure = '';

    /** @var contact|null the site that was found at the address of the form */
    private ?contact $contact = null;

    #[\Override]
    public function __construct(\moodle_url $url) {
        parent::__construct($url);
        $this->form = new join_form($url);
    }

    /**
     * Joins through the site that was shown, or begins a network; or looks at the site that the form names.
     *
     * @param string $action
     */
    public function act(string $action): void {
        if ($action === 'join') {
            require_sesskey();
            $through = required_param('through', PARAM_RAW_TRIMMED);
            if ($through === '') {
                // A network of its own is begun by the form alone, which says so.
                throw new \moodle_exception('missingparam', '', '', 'through');
            }
            $this->join($through, required_param('shown', PARAM_ALPHANUM));
        } else if ($data = $this->form->get_data()) {
            if (!empty($data->first)) {
                $this->join(null, $data->shown);
                return;
            }
            try {
                $this->contact = contact::find($data->address);
            } catch (failure $e) {
                $this->failure = $e->getMessage();
            }
        }
    }

    #[\Override]
    public function content(\core_renderer $output): string {
        try {
            $preview = preview::make();
        } catch (failure $e) {
            return $output->notification(s($e->getMessage()), notification::NOTIFY_ERROR, false);
        }
        $this->form->shows($preview->digest());
        $shown = $output->render_from_template('local_courseglue/join_preview', $this->data($preview));
        return $this->contact === null ? $shown . $this->form->render() : $shown;
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
        page_message::success($this->url, [$done, ...$problems]);
    }

    /**
     * The context of the template.
     *
     * @param preview $preview
     * @return array
     */
    private function data(preview $preview): array {
        $shared = array_map(fn(string $name): string => get_string('figure_' . $name, 'local_courseglue'), figures::enabled());
        $left = membership::left();
        return [
            'failure' => $this->failure,
            'lead' => $left === null
                ? get_string('join:notyet', 'local_courseglue')
                : get_string('join:left', 'local_courseglue', userdate($left, get_string('strftimedate', 'langconfig'))),
            'contact' => $this->contact === null ? null : [
                'url' => $this->contact->url,
                'name' => $this->contact->name,
                // Not in the template: what others are called may look like one.
                'label' => get_string('join:through', 'local_courseglue', $this->contact->name),
                'action' => $this->url->out(false),
                'sesskey' => sesskey(),
                'shown' => $preview->digest(),
            ],
            'body' => $preview->body,
            'policy' => get_string('setting:policy_' . policy::current()->site, 'local_courseglue'),
            'figures' => $shared
                ? get_string('join:figures_desc', 'local_courseglue', implode(', ', $shared))
                : get_string('join:figures_none', 'local_courseglue'),
            'settings' => (new \moodle_url('/admin/settings.php', ['section' => 'local_courseglue_settings']))->out(false),
        ];
    }
}
