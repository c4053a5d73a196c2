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

use core\chart_bar;
use core\chart_line;
use core\chart_pie;
use core\chart_series;

/**
 * The totals as charts.
 *
 * @package    local_courseglue
 * @copyright  2026 The CourseGlue authors
 * @license    https://www.gnu.org/copyleft/gpl.html GNU GPL v3 or later
 */
final class charts {
    /** @var int Groups in a chart; the rest is in its table. */
    private const GROUPS = 12;

    /**
     * Sites by group as horizontal bars.
     *
     * @param array[] $groups of {@see totals}
     * @return chart_bar
     */
    public static function bars(array $groups): chart_bar {
        $groups = array_slice($groups, 0, self::GROUPS);
        $chart = new chart_bar();
        $chart->set_horizontal(true);
        $chart->set_legend_options(['display' => false]);
        $chart->add_series(self::series($groups));
        $chart->set_labels(array_column($groups, 'label'));
        $axis = $chart->get_xaxis(0, true);
        $axis->set_min(0);
        $axis->set_stepsize(self::step(max([1, ...array_column($groups, 'sites')])));
        return $chart;
    }

    /**
     * Sites by group as a ring.
     *
     * @param array[] $groups of {@see totals}
     * @return chart_pie
     */
    public static function ring(array $groups): chart_pie {
        $groups = array_slice($groups, 0, self::GROUPS);
        $chart = new chart_pie();
        $chart->set_doughnut(true);
        $chart->add_series(self::series($groups));
        $chart->set_labels(array_column($groups, 'label'));
        return $chart;
    }

    /**
     * Sites and the ones that share figures, day by day.
     *
     * @param array<int, totals> $history
     * @return chart_line
     */
    public static function growth(array $history): chart_line {
        $chart = new chart_line();
        $chart->add_series(new chart_series(
            get_string('sites', 'local_courseglue'),
            array_values(array_map(static fn(totals $totals): int => $totals->sites(), $history)),
        ));
        $chart->add_series(new chart_series(
            get_string('sharing', 'local_courseglue'),
            array_values(array_map(static fn(totals $totals): int => $totals->sharing(), $history)),
        ));
        $chart->set_labels(array_map(
            static fn(int $day): string => userdate($day * DAYSECS, get_string('strftimedateshort', 'langconfig'), 'UTC'),
            array_keys($history),
        ));
        $chart->get_yaxis(0, true)->set_min(0);
        return $chart;
    }

    /**
     * The sites of groups as a series.
     *
     * @param array[] $groups
     * @return chart_series
     */
    private static function series(array $groups): chart_series {
        return new chart_series(get_string('sites', 'local_courseglue'), array_column($groups, 'sites'));
    }

    /**
     * A step of whole sites that gives an axis about six marks.
     *
     * @param int $max
     * @return float
     */
    private static function step(int $max): float {
        $power = 10 ** floor(log10(max(1, $max / 6)));
        foreach ([1, 2, 5, 10] as $factor) {
            if ($factor * $power * 6 >= $max) {
                return (float) ($factor * $power);
            }
        }
        return (float) (10 * $power);
    }
}
