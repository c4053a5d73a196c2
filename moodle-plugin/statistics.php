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

/**
 * The worldwide statistics, for administrators.
 *
 * @package    local_courseglue
 * @copyright  2026 The CourseGlue authors
 * @license    https://www.gnu.org/copyleft/gpl.html GNU GPL v3 or later
 */

use core\dataformat;
use local_courseglue\local\engine\engine_factory;
use local_courseglue\local\engine\failure;
use local_courseglue\local\obstacle;
use local_courseglue\local\statistics\figures;
use local_courseglue\local\statistics\history;
use local_courseglue\local\statistics\totals;
use local_courseglue\output\statistics_page;

require(__DIR__ . '/../../config.php');
require_once($CFG->libdir . '/adminlib.php');

$format = optional_param('dataformat', '', PARAM_ALPHA);

admin_externalpage_setup('local_courseglue_statistics');

$obstacle = obstacle::find();
$totals = null;
$notice = $obstacle?->export();
if ($obstacle === null) {
    try {
        $totals = new totals(engine_factory::get()->statistics());
    } catch (failure $failure) {
        $notice = obstacle::failed($failure)->export();
    }
}

if ($format !== '' && $totals !== null) {
    $columns = array_merge(['about', 'name', 'sites'], figures::NAMES);
    dataformat::download_data('courseglue-statistics', $format, array_combine($columns, $columns), $totals->rows());
    die();
}

echo $OUTPUT->header();
echo $OUTPUT->heading(get_string('statistics', 'local_courseglue'));
echo $OUTPUT->render(new statistics_page($totals, history::totals(), $notice));
echo $OUTPUT->footer();
