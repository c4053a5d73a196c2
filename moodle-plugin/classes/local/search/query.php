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

use moodle_url;

/**
 * A search: words, filters and a page, as they are in the address of the search page.
 *
 * The parameters are named so that none of them is one of Moodle's own ("lang" would change the session's language).
 *
 * @package    local_courseglue
 * @copyright  2026 The CourseGlue authors
 * @license    https://www.gnu.org/copyleft/gpl.html GNU GPL v3 or later
 */
final class query {
    /** @var int Results on a page. */
    public const PAGE_SIZE = 20;

    /** @var int The longest words that the network accepts, in characters. */
    public const MAX_WORDS = 200;

    /** @var int The last page that is offered: a home ranks and sends no more. */
    public const MAX_PAGE = 49;

    /** @var string Parameter of the page that says whether this site's own courses are wanted. */
    private const OWN = 'own';

    /** @var int Values of one filter. */
    private const MAX_VALUES = 20;

    /** @var array<string, array{string, string}> Filter of the protocol => parameter of the page, pattern of a value. */
    public const FILTERS = [
        'lang' => ['languages', '/^[a-z]{2,3}(-[a-z0-9]{2,8})*$/D'],
        'access' => ['access', '/^[a-z]{2,20}$/D'],
        'country' => ['countries', '/^[A-Z]{2}$/D'],
        'site' => ['sites', '/^[0-9a-f]{40}$/D'],
        'type' => ['types', '/^[a-z][a-z0-9_]{0,39}$/D'],
    ];

    /**
     * Constructor.
     *
     * @param string $words
     * @param array<string, string[]> $filters filter of the protocol => accepted values
     * @param int $page from 0
     * @param string $lang the reader's language, ISO 639-1
     * @param bool $confirmed whether the reader asked for these words, see {@see confirmation}
     * @param bool $own whether this site's own courses are wanted, too
     */
    public function __construct(
        /** @var string */
        public readonly string $words,
        /** @var array<string, string[]> */
        public readonly array $filters = [],
        /** @var int */
        public readonly int $page = 0,
        /** @var string */
        public readonly string $lang = 'en',
        /** @var bool */
        public readonly bool $confirmed = false,
        /** @var bool */
        public readonly bool $own = true,
    ) {
    }

    /**
     * Reads the query from the request. Whatever is no valid value of a filter is left out.
     *
     * @return self
     */
    public static function from_request(): self {
        $words = trim((string) preg_replace('/[\s\p{C}]+/u', ' ', optional_param('words', '', PARAM_RAW_TRIMMED)));
        $filters = [];
        foreach (self::FILTERS as $filter => [$parameter, $pattern]) {
            $values = array_map('trim', explode(',', optional_param($parameter, '', PARAM_RAW_TRIMMED)));
            $values = array_values(array_unique(array_filter($values, static fn($value) => preg_match($pattern, $value) === 1)));
            if ($values !== []) {
                $filters[$filter] = array_slice($values, 0, self::MAX_VALUES);
            }
        }
        $words = \core_text::substr($words, 0, self::MAX_WORDS);
        return new self(
            $words,
            $filters,
            min(self::MAX_PAGE, max(0, optional_param('page', 0, PARAM_INT))),
            localised_text::iso(current_language()),
            $words !== '' && confirmation::is_given($words),
            (bool) optional_param(self::OWN, true, PARAM_BOOL),
        );
    }

    /**
     * Whether there is nothing to search for.
     *
     * @return bool
     */
    public function is_empty(): bool {
        return $this->words === '';
    }

    /**
     * Whether a value is among those that a filter asks for.
     *
     * @param string $filter
     * @param string $value
     * @return bool
     */
    public function has(string $filter, string $value): bool {
        return in_array($value, $this->filters[$filter] ?? [], true);
    }

    /**
     * The same words with one value of a filter added, or taken away where it was asked for; from the first page.
     *
     * @param string $filter
     * @param string $value
     * @return self
     */
    public function toggled(string $filter, string $value): self {
        $filters = $this->filters;
        $values = $filters[$filter] ?? [];
        $values = in_array($value, $values, true) ? array_values(array_diff($values, [$value])) : [...$values, $value];
        unset($filters[$filter]);
        if ($values !== []) {
            $filters[$filter] = $values;
        }
        return new self($this->words, $filters, 0, $this->lang, $this->confirmed, $this->own);
    }

    /**
     * The same query with this site's own courses, or without them; from the first page.
     *
     * @param bool $own
     * @return self
     */
    public function with_own(bool $own): self {
        return new self($this->words, $this->filters, 0, $this->lang, $this->confirmed, $own);
    }

    /**
     * The same words without any filter.
     *
     * @return self
     */
    public function unfiltered(): self {
        return new self($this->words, [], 0, $this->lang, $this->confirmed, $this->own);
    }

    /**
     * The filters as parameters of the page.
     *
     * @return array<string, string>
     */
    public function filter_parameters(): array {
        $parameters = [];
        foreach (self::FILTERS as $filter => [$parameter]) {
            if (isset($this->filters[$filter])) {
                $parameters[$parameter] = implode(',', $this->filters[$filter]);
            }
        }
        return $parameters + ($this->own ? [] : [self::OWN => '0']);
    }

    /**
     * The address of this query's first page. A user who confirmed the query is not asked again while the session lasts; a user
     * who bookmarked the address, or was sent it, confirms it once.
     *
     * @return moodle_url
     */
    public function url(): moodle_url {
        $parameters = $this->is_empty() ? [] : ['words' => $this->words] + $this->filter_parameters();
        if ($this->confirmed) {
            $parameters[confirmation::PARAMETER] = confirmation::key($this->words);
        }
        return new moodle_url('/local/courseglue/index.php', $parameters);
    }

    /**
     * The query in the protocol's form.
     *
     * @return array
     */
    public function to_engine(): array {
        return [
            'words' => $this->words,
            'lang' => $this->lang,
            'filters' => $this->filters,
            'offset' => $this->page * self::PAGE_SIZE,
            'limit' => self::PAGE_SIZE,
        ];
    }
}
