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
use local_courseglue\local\obstacle;
use local_courseglue\local\statistics\figures;
use local_courseglue\local\publication\policy;
use local_courseglue\local\publication\waiting;
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

    /** @var contact|null the site that was found at the address of the form */
    private ?contact $contact = null;

    /** @var bool whether the admin is asked if the site is really to leave */
    private bool $isleaving = false;

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
            $this->form = new join_form($this->url);
            $this->let_in($action);
        }
    }

    /**
     * Joins through the site that was shown, or begins a network; or looks at the site that the form names.
     *
     * @param string $action
     */
    private function let_in(string $action): void {
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

    /**
     * What the page shows.
     *
     * @param \core_renderer $output
     * @return string HTML
     */
    public function content(\core_renderer $output): string {
        $problem = engine_factory::problem();
        if ($problem !== null) {
            $title = get_string("check:extension:{$problem}", 'local_courseglue');
            return $output->render_from_template('local_courseglue/notice', ['title' => $title] + obstacle::find()->export());
        }
        if (copy_guard::state() === copy_guard::COPY) {
            return $output->render_from_template('local_courseglue/copy', $this->copy());
        }
        if (membership::is_joined() && $this->isleaving) {
            return $this->question($output);
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
        $shown = $output->render_from_template('local_courseglue/join_preview', $this->preview($preview));
        return $this->contact === null ? $shown . $this->form->render() : $shown;
    }

    /**
     * Asks before leaving, and says what it will do.
     *
     * @param \core_renderer $output
     * @return string HTML
     */
    private function question(\core_renderer $output): string {
        $leave = new \single_button(
            new \moodle_url($this->url, ['action' => 'leavenow']),
            get_string('leave:action', 'local_courseglue'),
            'post',
            \single_button::BUTTON_DANGER,
        );
        $what = \html_writer::alist(array_map('s', self::consequences()));
        $question = get_string('leave:question', 'local_courseglue') . $what;
        return $output->confirm($question, $leave, $this->url, ['confirmtitle' => get_string('leave:heading', 'local_courseglue')]);
    }

    /**
     * What leaving will do.
     *
     * @return string[] sentences
     */
    public static function consequences(): array {
        $counts = publication_store::count_by_state();
        $out = array_sum(array_diff_key($counts, [publication_store::NONE => true]));
        return [
            get_string('leave:withdraws', 'local_courseglue', $out),
            get_string('leave:drops', 'local_courseglue', (object) [
                'records' => record_store::count(),
                'sites' => max(0, site_store::count() - 1),
            ]),
            get_string('leave:silent', 'local_courseglue'),
            get_string('leave:stays', 'local_courseglue'),
            get_string('leave:takes', 'local_courseglue'),
        ];
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
                'leavenow' => self::left(leaving::run()),
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
        $published = publication_store::count_by_state();
        return [
            'address' => identity::load()->address,
            'sites' => site_store::count(),
            'records' => record_store::count(),
            'published' => $published['published'] ?? 0,
            'pending' => waiting::count(),
            'body' => self::readable(membership::entry()['body']),
            'leaveurl' => (new \moodle_url($this->url, ['action' => 'leave']))->out(false),
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
