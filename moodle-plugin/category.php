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
 * The page with the decisions for the courses of a category.
 *
 * @package    local_courseglue
 * @copyright  2026 The CourseGlue authors
 * @license    https://www.gnu.org/copyleft/gpl.html GNU GPL v3 or later
 */

use local_courseglue\form\category_policy;
use local_courseglue\local\description\description;
use local_courseglue\local\publication\described_fields;
use local_courseglue\local\publication\navigation;
use local_courseglue\local\publication\permission;
use local_courseglue\local\publication\policy;
use local_courseglue\local\publication\sweep;
use local_courseglue\local\store\category_store;

require_once(__DIR__ . '/../../config.php');

$categoryid = required_param('id', PARAM_INT);
require_login();
$category = core_course_category::get($categoryid);
$context = \core\context\coursecat::instance($categoryid);
require_capability(permission::CATEGORY, $context);

$url = navigation::category_url($categoryid);
$back = new moodle_url('/course/management.php', ['categoryid' => $categoryid]);
$PAGE->set_context($context);
$PAGE->set_url($url);
$PAGE->set_pagelayout('admin');
$PAGE->set_title(get_string('category:title', 'local_courseglue', $category->get_formatted_name()));
$PAGE->set_heading($category->get_formatted_name());
$PAGE->set_secondary_active_tab(navigation::NODE_KEY);

$store = new category_store();
$policy = policy::current();
$own = $policy->categories->own()[$categoryid] ?? null;
$defaults = $store->defaults($categoryid);
$above = (new described_fields())->defaults((int) $category->parent);
$inherited = array_filter(array_intersect_key((array) $above, array_flip(description::FACTS)));
$allowed = permission::policies($policy, (int) $category->parent);
$form = new category_policy($url->out(false), [
    'categoryid' => $categoryid,
    'above' => get_string('setting:policy_' . $policy->of_category((int) $category->parent), 'local_courseglue'),
    'policies' => array_intersect(policy::POLICIES, $own === null ? $allowed : [...$allowed, $own]),
    'description' => $defaults,
    'inherited' => array_combine(
        array_keys($inherited),
        array_map(
            fn(string $name, mixed $value): string => described_fields::label($name, (string) $value),
            array_keys($inherited),
            $inherited,
        ),
    ),
]);
if ($form->is_cancelled()) {
    redirect($back);
}
if ($data = $form->get_data()) {
    $store->keep($categoryid, $data->policy === category_policy::INHERIT ? null : $data->policy, description::from($data));
    sweep::create()->restart();
    redirect($url, get_string('changessaved'), null, \core\output\notification::NOTIFY_SUCCESS);
}
$form->set_data(['policy' => $own ?? category_policy::INHERIT] + (array) $defaults);

echo $OUTPUT->header();
echo $OUTPUT->heading(get_string('category', 'local_courseglue'));
echo html_writer::tag('p', get_string('category:intro', 'local_courseglue'), ['class' => 'local_courseglue-lead']);
$form->display();
echo $OUTPUT->footer();
