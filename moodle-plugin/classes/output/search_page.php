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

namespace local_courseglue\output;

use core\output\named_templatable;
use core\output\paging_bar;
use core\output\renderable;
use core\output\renderer_base;
use local_courseglue\event\courses_searched;
use local_courseglue\local\engine\engine_factory;
use local_courseglue\local\search\query;
use local_courseglue\local\search\result;
use local_courseglue\local\search\results;
use local_courseglue\local\search\word_marker;
use moodle_url;

/**
 * The search page: the form, and what the network answered.
 *
 * @package    local_courseglue
 * @copyright  2026 The CourseGlue authors
 * @license    https://www.gnu.org/copyleft/gpl.html GNU GPL v3 or later
 */
final class search_page implements named_templatable, renderable {
    /**
     * Constructor.
     *
     * @param query $query
     * @param results|null $results null when nothing was asked
     * @param array|null $notice what stands in the way, for the template local_courseglue/notice
     */
    public function __construct(
        /** @var query */
        private readonly query $query,
        /** @var results|null */
        private readonly ?results $results,
        /** @var array|null */
        private readonly ?array $notice,
    ) {
    }

    #[\Override]
    public function get_template_name(renderer_base $renderer): string {
        return 'local_courseglue/search_page';
    }

    #[\Override]
    public function export_for_template(renderer_base $output): array {
        $chosen = $this->results?->facets()->chosen() ?? [];
        return [
            'form' => $this->form(),
            'notice' => $this->notice,
            'welcome' => $this->notice === null && $this->query->is_empty(),
            'waiting' => $this->notice === null && !$this->query->is_empty() && !$this->query->confirmed,
            'results' => $this->results === null ? null : $this->results_context($this->results, $output),
            'chosen' => $chosen,
            'haschosen' => $chosen !== [],
            'clearurl' => $this->query->unfiltered()->url()->out(false),
        ];
    }

    /**
     * The search form.
     *
     * @return array
     */
    private function form(): array {
        $hidden = [];
        foreach ($this->query->filter_parameters() as $name => $value) {
            $hidden[] = ['name' => $name, 'value' => $value];
        }
        return [
            'action' => (new moodle_url('/local/courseglue/index.php'))->out(false),
            'words' => $this->query->words,
            'maxlength' => query::MAX_WORDS,
            'hidden' => $hidden,
            'disabled' => $this->notice !== null && !empty($this->notice['blocking']),
            'sesskey' => sesskey(),
            'logged' => courses_searched::is_wanted(),
        ];
    }

    /**
     * The answer.
     *
     * @param results $results
     * @param renderer_base $output
     * @return array
     */
    private function results_context(results $results, renderer_base $output): array {
        $marker = new word_marker(
            $this->query->words,
            $this->query->lang,
            static fn(string $text, string $lang): array => engine_factory::get()->terms($text, $lang),
        );
        $hits = array_map(
            fn(array $hit): array => (new result($hit, $marker, $this->query->lang, $results->is_own($hit)))->export(),
            $results->hits(),
        );
        $groups = $results->facets()->groups();
        return [
            'summary' => $this->summary($results),
            'asked' => $this->asked($results),
            'incomplete' => $results->is_incomplete(),
            'cut' => $results->is_cut(),
            'empty' => $hits === [] && $results->left_out() === 0,
            'filtered' => $this->query->filters !== [] || !$this->query->own,
            'own' => $this->own($results),
            'hits' => $hits,
            'hasgroups' => $groups !== [],
            'groups' => $groups,
            'paging' => $output->render(new paging_bar(
                min($results->ranked(), query::PAGE_SIZE * (query::MAX_PAGE + 1)),
                $this->query->page,
                query::PAGE_SIZE,
                $this->query->url(),
            )),
        ];
    }

    /**
     * To whom the words went, or why to nobody.
     *
     * @param results $results
     * @return string
     */
    private function asked(results $results): string {
        $asked = $results->asked();
        return match (true) {
            $asked !== [] => get_string('asked', 'local_courseglue', implode(', ', $asked)),
            $results->holds_everything() => get_string('askednobody', 'local_courseglue'),
            $results->was_looked_up() => get_string('askednoneleft', 'local_courseglue'),
            default => get_string('askedhere', 'local_courseglue'),
        };
    }

    /**
     * The note about this site's own courses, and the switch for them.
     *
     * @param results $results
     * @return array|null
     */
    private function own(results $results): ?array {
        if (!$this->query->own) {
            $left = $results->left_out();
            return $left === 0 ? null : ['text' => get_string('ownleftout', 'local_courseglue', $left), 'url' => null];
        }
        return $results->own() === 0 ? null : [
            'text' => get_string('ownleaveout', 'local_courseglue', $results->own()),
            'url' => $this->query->with_own(false)->url()->out(false),
        ];
    }

    /**
     * A sentence with the number of courses found.
     *
     * @param results $results
     * @return string
     */
    private function summary(results $results): string {
        $courses = $results->total();
        $sites = $results->sites();
        if ($courses === 0) {
            return get_string('foundnothing', 'local_courseglue');
        }
        return get_string('found', 'local_courseglue', [
            'courses' => $courses === 1
                ? get_string('foundonecourse', 'local_courseglue')
                : get_string('foundcourses', 'local_courseglue', $courses),
            'sites' => match (true) {
                $sites === 1 => get_string('foundonesite', 'local_courseglue'),
                $sites >= results::MAX_SITES => get_string('foundmanysites', 'local_courseglue', results::MAX_SITES),
                default => get_string('foundsites', 'local_courseglue', $sites),
            },
        ]);
    }
}
