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

namespace local_courseglue\local\statistics;

use local_courseglue\local\search\localised_text;

/**
 * The worldwide totals as this site's own table of sites tells them.
 *
 * @package    local_courseglue
 * @copyright  2026 The CourseGlue authors
 * @license    https://www.gnu.org/copyleft/gpl.html GNU GPL v3 or later
 */
final class totals {
    /**
     * Constructor.
     *
     * @param array $answer as {@see \local_courseglue\local\engine\engine::statistics()} returns it
     */
    public function __construct(
        /** @var array */
        private readonly array $answer,
    ) {
    }

    /**
     * Sites in the network.
     *
     * @return int
     */
    public function sites(): int {
        return (int) ($this->answer['sites'] ?? 0);
    }

    /**
     * Sites that share any figure.
     *
     * @return int
     */
    public function sharing(): int {
        return (int) ($this->answer['sharing'] ?? 0);
    }

    /**
     * Sites that are left out of every other number, because their domain has more of them than are counted.
     *
     * @return int
     */
    public function uncounted(): int {
        return (int) ($this->answer['uncounted'] ?? 0);
    }

    /**
     * The figures that any site shares, in the order in which they are shown.
     *
     * @return array<string, array{sum: int, median: float, sites: int}>
     */
    public function figures(): array {
        $figures = [];
        foreach (figures::NAMES as $name) {
            $figure = $this->answer['figures'][$name] ?? null;
            if (is_array($figure)) {
                $figures[$name] = [
                    'sum' => (int) ($figure['sum'] ?? 0),
                    'median' => (float) ($figure['median'] ?? 0),
                    'sites' => (int) ($figure['sites'] ?? 0),
                ];
            }
        }
        return $figures;
    }

    /**
     * Sites and sums of the figures by country, the largest first.
     *
     * @return array<int, array{code: string, label: string, sites: int, figures: array<string, int>}>
     */
    public function countries(): array {
        $names = get_string_manager()->get_list_of_countries(true);
        return $this->groups('countries', 'country', static fn(string $code): string
            => $code === '' ? get_string('countryunknown', 'local_courseglue') : ($names[$code] ?? $code));
    }

    /**
     * Sites by Moodle release, the newest first.
     *
     * @return array<int, array{code: string, label: string, sites: int, figures: array<string, int>}>
     */
    public function releases(): array {
        $releases = $this->groups('releases', 'release', static fn(string $release): string
            => get_string(in_array($release, ['', 'unknown'], true) ? 'releaseunknown' : 'release', 'local_courseglue', $release));
        usort($releases, static fn(array $a, array $b): int => version_compare($b['code'], $a['code']));
        return $releases;
    }

    /**
     * Sites by their language, the most frequent first.
     *
     * @return array<int, array{code: string, label: string, sites: int, figures: array<string, int>}>
     */
    public function languages(): array {
        return $this->groups('languages', 'lang', localised_text::language_name(...));
    }

    /**
     * Everything as one table: what the row is about, its name, its sites, its sum of each figure.
     *
     * @return array<int, array<string, string|int>>
     */
    public function rows(): array {
        $sums = array_map(static fn(array $figure): int => $figure['sum'], $this->figures());
        $medians = array_map(static fn(array $figure): float => $figure['median'], $this->figures());
        $rows = [
            $this->row('total', '', $this->sites(), $sums),
            $this->row('median', '', $this->sharing(), $medians),
        ];
        $lists = ['country' => $this->countries(), 'release' => $this->releases(), 'language' => $this->languages()];
        foreach ($lists as $about => $groups) {
            foreach ($groups as $group) {
                $rows[] = $this->row($about, $group['code'], $group['sites'], $group['figures']);
            }
        }
        return $rows;
    }

    /**
     * One row of the whole table.
     *
     * @param string $about
     * @param string $name
     * @param int $sites
     * @param array<string, int|float> $figures
     * @return array<string, string|int|float>
     */
    private function row(string $about, string $name, int $sites, array $figures): array {
        $row = ['about' => $about, 'name' => $name, 'sites' => $sites];
        foreach (figures::NAMES as $figure) {
            $row[$figure] = $figures[$figure] ?? '';
        }
        return $row;
    }

    /**
     * A list of the answer with names that people read, the largest first.
     *
     * @param string $list
     * @param string $key
     * @param callable $label (string): string
     * @return array<int, array{code: string, label: string, sites: int, figures: array<string, int>}>
     */
    private function groups(string $list, string $key, callable $label): array {
        $groups = [];
        foreach ((array) ($this->answer[$list] ?? []) as $group) {
            $code = (string) ($group[$key] ?? '');
            $groups[] = [
                'code' => $code,
                'label' => $label($code),
                'sites' => (int) ($group['sites'] ?? 0),
                'figures' => array_map('intval', (array) ($group['figures'] ?? [])),
            ];
        }
        usort($groups, static fn(array $a, array $b): int => [$b['sites'], $a['label']] <=> [$a['sites'], $b['label']]);
        return $groups;
    }
}
