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

namespace local_courseglue\local\search;

use local_courseglue\event\courses_searched;
use local_courseglue\local\engine\engine;
use local_courseglue\local\identity\identity;
use local_courseglue\local\store\changes;

/**
 * The network's answer to a query.
 *
 * @package    local_courseglue
 * @copyright  2026 The CourseGlue authors
 * @license    https://www.gnu.org/copyleft/gpl.html GNU GPL v3 or later
 */
final class results {
    /** @var int Sites that an answer counts; where there are as many, there may be more. */
    public const MAX_SITES = 100;

    /**
     * Constructor.
     *
     * @param query $query
     * @param array $answer as the engine returns it
     * @param string|null $ownnodeid this site's own
     */
    public function __construct(
        /** @var query */
        public readonly query $query,
        /** @var array */
        private readonly array $answer,
        /** @var string|null */
        private readonly ?string $ownnodeid = null,
    ) {
    }

    /**
     * Asks the network, and stores what was learned about the sites that were asked.
     *
     * @param query $query
     * @param engine $engine
     * @return self
     */
    public static function of(query $query, engine $engine): self {
        $answer = $engine->search($query->to_engine());
        changes::try($answer['changes'] ?? []);
        $results = new self($query, $answer, identity::load()?->nodeid);
        $results->tell();
        return $results;
    }

    /**
     * Logs the search with the user, where the administrator wants that.
     */
    private function tell(): void {
        if (courses_searched::is_wanted()) {
            courses_searched::create(['context' => \context_system::instance(), 'other' => [
                'words' => $this->query->words,
                'filters' => $this->query->filters,
                'page' => $this->query->page + 1,
                'total' => $this->total(),
            ]])->trigger();
        }
    }

    /**
     * The number of courses that the network has for the query.
     *
     * @return int
     */
    public function total(): int {
        return max(0, $this->ranked() - ($this->query->own ? 0 : $this->own()));
    }

    /**
     * The number of courses on all pages, including those that are left out.
     *
     * @return int
     */
    public function ranked(): int {
        return (int) ($this->answer['total'] ?? 0);
    }

    /**
     * The number of courses found that are this site's own.
     *
     * @return int
     */
    public function own(): int {
        return (int) (((array) ($this->answer['facets']['site'] ?? []))[$this->ownnodeid ?? ''] ?? 0);
    }

    /**
     * The courses of this page.
     *
     * @return array[]
     */
    public function hits(): array {
        $hits = array_values((array) ($this->answer['hits'] ?? []));
        return $this->query->own ? $hits : array_values(array_filter($hits, fn(array $hit): bool => !$this->is_own($hit)));
    }

    /**
     * The number of courses that are left out of this page.
     *
     * @return int
     */
    public function left_out(): int {
        return count((array) ($this->answer['hits'] ?? [])) - count($this->hits());
    }

    /**
     * Whether a course is this site's own.
     *
     * @param array $hit
     * @return bool
     */
    public function is_own(array $hit): bool {
        return $this->ownnodeid !== null && ($hit['nodeid'] ?? null) === $this->ownnodeid;
    }

    /**
     * Whether sites that hold a part of the answer did not give it.
     *
     * @return bool
     */
    public function is_incomplete(): bool {
        return !($this->answer['complete'] ?? true);
    }

    /**
     * Whether this site holds every course of the network, so that no other site had to be asked.
     *
     * @return bool
     */
    public function holds_everything(): bool {
        return (bool) ($this->answer['everything'] ?? false);
    }

    /**
     * Whether a word is rare enough for other sites to be asked for it, had there been one to ask.
     *
     * @return bool
     */
    public function was_looked_up(): bool {
        return (bool) ($this->answer['looked_up'] ?? false);
    }

    /**
     * Whether a word is so frequent that its homes keep only the best courses for it.
     *
     * @return bool
     */
    public function is_cut(): bool {
        return (bool) ($this->answer['cut'] ?? false);
    }

    /**
     * The addresses of the sites that received the query.
     *
     * @return string[]
     */
    public function asked(): array {
        return array_map('strval', array_values((array) ($this->answer['asked'] ?? [])));
    }

    /**
     * The number of sites that the courses found are from.
     *
     * @return int
     */
    public function sites(): int {
        return count($this->counts()['site'] ?? []);
    }

    /**
     * The filters that the answer offers.
     *
     * @return facets
     */
    public function facets(): facets {
        $counts = $this->counts();
        $nodeids = array_merge(array_keys($counts['site'] ?? []), $this->query->filters['site'] ?? []);
        return new facets($this->query, $counts, new site_names($this->hits(), $nodeids));
    }

    /**
     * Courses by filter and value.
     *
     * @return array<string, array<string, int>>
     */
    private function counts(): array {
        $counts = array_map(static fn($counts) => (array) $counts, (array) ($this->answer['facets'] ?? []));
        if (!$this->query->own && $this->ownnodeid !== null) {
            unset($counts['site'][$this->ownnodeid]);
        }
        return $counts;
    }
}
