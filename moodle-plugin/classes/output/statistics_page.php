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

use core\chart_base;
use core\output\named_templatable;
use core\output\renderable;
use core\output\renderer_base;
use local_courseglue\local\statistics\charts;
use local_courseglue\local\statistics\totals;
use moodle_url;

/**
 * The statistics page: totals, countries, Moodle releases, languages, history.
 *
 * @package    local_courseglue
 * @copyright  2026 The CourseGlue authors
 * @license    https://www.gnu.org/copyleft/gpl.html GNU GPL v3 or later
 */
final class statistics_page implements named_templatable, renderable {
    /**
     * Constructor.
     *
     * @param totals|null $totals null when there are none to show
     * @param array<int, totals> $history whole UTC day since 1970 => totals
     * @param array|null $notice what stands in the way, for the template local_courseglue/notice
     */
    public function __construct(
        /** @var totals|null */
        private readonly ?totals $totals,
        /** @var array<int, totals> */
        private readonly array $history,
        /** @var array|null */
        private readonly ?array $notice,
    ) {
    }

    #[\Override]
    public function get_template_name(renderer_base $renderer): string {
        return 'local_courseglue/statistics_page';
    }

    #[\Override]
    public function export_for_template(renderer_base $output): array {
        return [
            'notice' => $this->notice,
            'totals' => $this->totals === null ? null : $this->totals_context($this->totals, $output),
        ];
    }

    /**
     * The totals.
     *
     * @param totals $totals
     * @param renderer_base $output
     * @return array
     */
    private function totals_context(totals $totals, renderer_base $output): array {
        $countries = $totals->countries();
        $releases = $totals->releases();
        $languages = $totals->languages();
        $figures = self::figures($totals);
        return [
            'sites' => $totals->sites(),
            'siteslabel' => self::number($totals->sites()),
            'sharing' => $totals->sharing(),
            'sharinglabel' => self::number($totals->sharing()),
            'uncounted' => $totals->uncounted() > 0
                ? get_string('statistics_uncounted', 'local_courseglue', self::number($totals->uncounted()))
                : null,
            'countrieslabel' => self::number(count(array_filter(array_column($countries, 'code')))),
            'tiles' => array_slice($figures, 0, 2),
            'figures' => $figures,
            'hasfigures' => $figures !== [],
            'sections' => [
                $this->section('countries', $countries, $countries === [] ? null : charts::bars($countries), $output, true),
                $this->section('releases', $releases, $releases === [] ? null : charts::ring($releases), $output),
                $this->section('languages', $languages, $languages === [] ? null : charts::bars($languages), $output),
            ],
            'history' => count($this->history) > 1 ? $output->render_chart(charts::growth($this->history)) : null,
            'download' => $output->download_dataformat_selector(
                get_string('downloadstatistics', 'local_courseglue'),
                new moodle_url('/local/courseglue/statistics.php'),
            ),
        ];
    }

    /**
     * Each figure with its sum and its median.
     *
     * @param totals $totals
     * @return array[]
     */
    private static function figures(totals $totals): array {
        $rows = [];
        foreach ($totals->figures() as $name => $figure) {
            $rows[] = [
                'name' => $name,
                'label' => get_string('figure_' . $name, 'local_courseglue'),
                'sum' => $figure['sum'],
                'sumlabel' => self::number($figure['sum']),
                'medianlabel' => self::number($figure['median']),
                'siteslabel' => self::number($figure['sites']),
            ];
        }
        return $rows;
    }

    /**
     * A chart beside its table.
     *
     * @param string $name
     * @param array[] $groups
     * @param chart_base|null $chart
     * @param renderer_base $output
     * @param bool $withfigures whether the table has the sums of the figures too
     * @return array
     */
    private function section(
        string $name,
        array $groups,
        ?chart_base $chart,
        renderer_base $output,
        bool $withfigures = false,
    ): array {
        $shown = $withfigures ? array_keys($this->totals->figures()) : [];
        $rows = [];
        foreach ($groups as $group) {
            $rows[] = [
                'code' => $group['code'],
                'label' => $group['label'],
                'siteslabel' => self::number($group['sites']),
                'figures' => array_map(static fn(string $figure): array => [
                    'label' => isset($group['figures'][$figure]) ? self::number($group['figures'][$figure]) : '–',
                ], $shown),
            ];
        }
        return [
            'name' => $name,
            'title' => get_string('statistics_' . $name, 'local_courseglue'),
            'column' => get_string('statistics_' . $name . '_column', 'local_courseglue'),
            'headings' => array_map(static fn(string $figure): array => [
                'label' => get_string('figure_' . $figure, 'local_courseglue'),
            ], $shown),
            'chart' => $chart === null ? null : $output->render_chart($chart, false),
            'rows' => $rows,
        ];
    }

    /**
     * A number as the reader's language writes it.
     *
     * @param float $number
     * @return string
     */
    private static function number(float $number): string {
        return number_format(
            $number,
            floor($number) === $number ? 0 : 1,
            get_string('decsep', 'langconfig'),
            get_string('thousandssep', 'langconfig'),
        );
    }
}
