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

/**
 * The filters beside the results: how many of the courses found have which language, access, country, site and type.
 *
 * @package    local_courseglue
 * @copyright  2026 The CourseGlue authors
 * @license    https://www.gnu.org/copyleft/gpl.html GNU GPL v3 or later
 */
final class facets {
    /** @var int Values that are shown at once; the rest can be unfolded. */
    private const SHOWN = 6;

    /**
     * Constructor.
     *
     * @param query $query
     * @param array<string, array<string, int>> $counts filter => value => courses
     * @param site_names $sitenames
     */
    public function __construct(
        /** @var query */
        private readonly query $query,
        /** @var array<string, array<string, int>> */
        private readonly array $counts,
        /** @var site_names */
        private readonly site_names $sitenames,
    ) {
    }

    /**
     * The groups for the template local_courseglue/search_facets; a group with nothing to choose from is left out.
     *
     * @return array[]
     */
    public function groups(): array {
        $groups = [];
        foreach (array_keys(query::FILTERS) as $filter) {
            $values = $this->values($filter);
            if (count($values) > 1 || isset($this->query->filters[$filter])) {
                $groups[] = [
                    'name' => $filter,
                    'label' => get_string('filter_' . $filter, 'local_courseglue'),
                    'values' => array_slice($values, 0, self::SHOWN),
                    'more' => array_slice($values, self::SHOWN),
                    'hasmore' => count($values) > self::SHOWN,
                    'morelabel' => get_string('morevalues', 'local_courseglue', count($values) - self::SHOWN),
                ];
            }
        }
        return $groups;
    }

    /**
     * The values that are filtered by now, each with the address that takes it away.
     *
     * @return array[]
     */
    public function chosen(): array {
        $chosen = [];
        if (!$this->query->own) {
            $label = get_string('withoutown', 'local_courseglue');
            $chosen[] = [
                'label' => $label,
                'remove' => get_string('removefilter', 'local_courseglue', $label),
                'url' => $this->query->with_own(true)->url()->out(false),
            ];
        }
        foreach ($this->query->filters as $filter => $values) {
            foreach ($values as $value) {
                $label = $this->label($filter, $value);
                $chosen[] = [
                    'label' => $label,
                    'remove' => get_string('removefilter', 'local_courseglue', $label),
                    'url' => $this->query->toggled($filter, $value)->url()->out(false),
                ];
            }
        }
        return $chosen;
    }

    /**
     * The values of one filter: those chosen first, then the most frequent.
     *
     * @param string $filter
     * @return array[]
     */
    private function values(string $filter): array {
        $counts = array_map('intval', $this->counts[$filter] ?? []) + array_fill_keys($this->query->filters[$filter] ?? [], 0);
        $pattern = query::FILTERS[$filter][1];
        $values = [];
        foreach ($counts as $value => $count) {
            $value = (string) $value;
            if (preg_match($pattern, $value) !== 1) {
                continue;
            }
            $values[] = [
                'label' => $this->label($filter, $value),
                'count' => $count,
                'chosen' => $this->query->has($filter, $value),
                'url' => $this->query->toggled($filter, $value)->url()->out(false),
            ];
        }
        usort($values, static fn(array $a, array $b): int
            => [$b['chosen'], $b['count'], $a['label']] <=> [$a['chosen'], $a['count'], $b['label']]);
        return $values;
    }

    /**
     * A value in the reader's words.
     *
     * @param string $filter
     * @param string $value
     * @return string
     */
    private function label(string $filter, string $value): string {
        return match ($filter) {
            'lang' => localised_text::language_name($value),
            'access' => access::label($value),
            'country' => get_string_manager()->get_list_of_countries(true)[$value] ?? $value,
            'type' => content_type::label($value),
            'site' => $this->sitenames->of($value),
            default => $value,
        };
    }
}
