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

namespace local_courseglue;

use local_courseglue\local\publication\access;
use local_courseglue\local\publication\category_paths;
use local_courseglue\local\publication\course_digest;
use local_courseglue\local\publication\policy;
use local_courseglue\local\publication\publisher;
use local_courseglue\local\publication\sweep;
use local_courseglue\local\store\choice_store;
use local_courseglue\local\store\publication_queue;
use local_courseglue\local\store\publication_store;
use local_courseglue\tests\fake_engine;
use stdClass;

/**
 * What the sweep finds that no event told of.
 *
 * @package    local_courseglue
 * @category   test
 * @copyright  2026 The CourseGlue authors
 * @license    https://www.gnu.org/copyleft/gpl.html GNU GPL v3 or later
 * @covers     \local_courseglue\local\publication\sweep
 * @covers     \local_courseglue\local\publication\course_digest
 * @covers     \local_courseglue\local\publication\access
 */
final class publication_sweep_test extends \advanced_testcase {
    protected function setUp(): void {
        parent::setUp();
        $this->resetAfterTest();
        $this->setAdminUser();
        set_config('publishpolicy', policy::ALL, 'local_courseglue');
        set_config('graceperiod', 0, 'local_courseglue');
    }

    public function test_nothing_is_marked_when_nothing_changed(): void {
        $this->published_course();
        $report = sweep::create()->run();
        $this->assertSame(['checked' => 1, 'marked' => 0, 'finished' => true], $report);
    }

    public function test_a_category_hidden_by_sql_is_found(): void {
        global $DB;
        $course = $this->published_course();
        $DB->set_field('course_categories', 'visible', 0, ['id' => $course->category]);
        $this->assertSame([(int) $course->id], $this->found());
    }

    public function test_a_category_hidden_by_moodle_is_found(): void {
        $course = $this->published_course();
        \core_course_category::get($course->category)->hide();
        $this->clean();
        $this->assertSame([(int) $course->id], $this->found());
    }

    public function test_a_course_renamed_by_sql_is_found(): void {
        global $DB;
        $course = $this->published_course();
        $DB->set_field('course', 'fullname', 'Chemistry', ['id' => $course->id]);
        $this->assertSame([(int) $course->id], $this->found());
    }

    public function test_an_end_date_that_passed_is_found(): void {
        global $DB;
        $course = $this->published_course();
        $DB->set_field('course', 'enddate', time() - 1, ['id' => $course->id]);
        $this->assertSame([(int) $course->id], $this->found());
    }

    public function test_an_enrolment_that_closed_is_found(): void {
        global $DB;
        set_config('registerauth', 'email');
        $course = $this->getDataGenerator()->create_course();
        $DB->set_field('enrol', 'status', ENROL_INSTANCE_ENABLED, ['courseid' => $course->id, 'enrol' => 'self']);
        $this->publish();
        $DB->set_field('enrol', 'enrolenddate', time() - 1, ['courseid' => $course->id, 'enrol' => 'self']);
        $this->assertSame([(int) $course->id], $this->found());
    }

    public function test_an_activity_renamed_by_sql_is_found(): void {
        global $DB;
        $course = $this->getDataGenerator()->create_course();
        $page = $this->getDataGenerator()->create_module('page', ['course' => $course->id]);
        $this->publish();
        $DB->set_field('page', 'name', 'Whales', ['id' => $page->id]);
        $this->assertSame([(int) $course->id], $this->found());
    }

    public function test_an_activity_that_a_role_may_not_see_any_more_is_found(): void {
        global $CFG;
        $course = $this->getDataGenerator()->create_course();
        $page = $this->getDataGenerator()->create_module('page', ['course' => $course->id]);
        $this->publish();
        $context = \core\context\module::instance($page->cmid);
        assign_capability('mod/page:view', CAP_PROHIBIT, $CFG->guestroleid, $context);
        $this->assertSame([(int) $course->id], $this->found());
    }

    public function test_what_is_said_of_a_course_does_not_depend_on_the_courses_beside_it(): void {
        global $CFG, $DB;
        $courseids = [];
        for ($i = 0; $i < 7; $i++) {
            $courseids[] = (int) $this->getDataGenerator()->create_course()->id;
        }
        // Their activities are not made course by course.
        foreach ([2, 0, 6, 0, 2, 4] as $i) {
            $page = $this->getDataGenerator()->create_module('page', ['course' => $courseids[$i]]);
            $context = \core\context\module::instance($page->cmid);
            assign_capability('mod/page:view', CAP_PREVENT, $CFG->guestroleid, $context);
            $this->getDataGenerator()->create_module('resource', ['course' => $courseids[$i]]);
        }
        $digests = fn(array $ids): array => course_digest::of(
            $DB->get_records_list('course', 'id', $ids),
            new category_paths(),
            new access(),
        );
        $all = $digests($courseids);
        $this->assertCount(7, array_unique($all));
        foreach ([[0], [2], [6], [0, 6], [0, 2, 4], [1, 2, 3], [2, 6]] as $some) {
            $ids = array_map(fn(int $i): int => $courseids[$i], $some);
            $this->assertEquals(array_intersect_key($all, array_flip($ids)), $digests($ids));
        }
    }

    public function test_a_section_restricted_by_sql_is_found(): void {
        global $DB;
        $course = $this->published_course();
        $rule = '{"op":"&","c":[{"type":"date","d":">=","t":1}],"showc":[true]}';
        $DB->set_field('course_sections', 'availability', $rule, ['course' => $course->id, 'section' => 1]);
        $this->assertSame([(int) $course->id], $this->found());
    }

    public function test_a_tag_and_a_custom_field_changed_by_sql_are_found(): void {
        global $DB;
        $category = $this->getDataGenerator()->create_custom_field_category([]);
        $field = ['categoryid' => $category->get('id'), 'shortname' => 'subject', 'type' => 'text'];
        $this->getDataGenerator()->create_custom_field($field);
        $tagged = $this->getDataGenerator()->create_course(['tags' => ['Zoology']]);
        $described = $this->getDataGenerator()->create_course(['customfield_subject' => 'Biology']);
        $this->publish();
        $DB->set_field('tag', 'rawname', 'Botany', ['rawname' => 'Zoology']);
        $this->assertSame([(int) $tagged->id], $this->found());
        $this->publish();
        $DB->set_field('customfield_data', 'value', 'Chemistry', ['instanceid' => $described->id]);
        $this->assertSame([(int) $described->id], $this->found());
    }

    public function test_a_self_enrolment_that_is_full_is_found(): void {
        global $DB;
        set_config('registerauth', 'email');
        $course = $this->getDataGenerator()->create_course();
        $self = ['courseid' => $course->id, 'enrol' => 'self'];
        $DB->set_field('enrol', 'status', ENROL_INSTANCE_ENABLED, $self);
        $DB->set_field('enrol', 'customint3', 1, $self);
        $this->publish();
        $user = $this->getDataGenerator()->create_user();
        $instance = $DB->get_record('enrol', $self);
        $DB->insert_record('user_enrolments', ['enrolid' => $instance->id, 'userid' => $user->id, 'status' => 0]);
        $this->assertSame([(int) $course->id], $this->found());
    }

    public function test_purged_caches_mark_nothing_and_the_structure_of_no_course_is_loaded(): void {
        global $DB;
        $course = $this->getDataGenerator()->create_course();
        $this->getDataGenerator()->create_module('page', ['course' => $course->id]);
        $this->publish();
        purge_all_caches();
        $this->assertSame([], $this->found());
        $revision = (int) $DB->get_field('course', 'cacherev', ['id' => $course->id]);
        $this->assertFalse(\cache::make('core', 'coursemodinfo')->get_versioned($course->id, $revision));
    }

    public function test_queries_do_not_grow_with_the_courses(): void {
        $taken = [];
        foreach ([10, 20] as $more) {
            for ($i = 0; $i < $more; $i++) {
                $course = $this->getDataGenerator()->create_course();
                foreach (['page', 'label', 'forum'] as $kind) {
                    $this->getDataGenerator()->create_module($kind, ['course' => $course->id]);
                }
            }
            $this->publish();
            $taken[] = $this->queries(fn(): array => $this->found());
        }
        $this->assertLessThanOrEqual($taken[0] + 2, $taken[1], 'three times as many courses in one category');
    }

    public function test_a_first_sweep_takes_few_queries_a_course(): void {
        global $DB;
        for ($i = 0; $i < 30; $i++) {
            $this->getDataGenerator()->create_course();
        }
        $DB->delete_records('local_courseglue_publications');
        $this->assertLessThan(3 * 30, $this->queries(fn(): array => $this->found()));
        $this->assertCount(30, publication_queue::marked(100));
    }

    public function test_a_course_of_which_no_record_could_be_made_is_tried_again(): void {
        global $DB;
        $course = $this->published_course();
        $damage = ['state' => publication_store::PUBLISHED, 'problem' => 'It is damaged.'];
        $DB->update_record('local_courseglue_publications', $damage + ['id' => $DB->get_field(
            'local_courseglue_publications',
            'id',
            ['courseid' => $course->id],
        )]);
        $this->assertSame([(int) $course->id], $this->found());
        $this->publish();
        $this->assertNull(publication_store::get((int) $course->id)->problem);
        $this->assertSame([], $this->found());
    }

    public function test_what_has_to_be_withdrawn_goes_before_what_is_new(): void {
        global $DB;
        $hidden = $this->published_course();
        $DB->set_field('course_categories', 'visible', 0, ['id' => $hidden->category]);
        $new = $this->getDataGenerator()->create_course();
        $this->assertSame([(int) $hidden->id, (int) $new->id], $this->found());
    }

    public function test_a_course_deleted_by_sql_is_found(): void {
        global $DB;
        $course = $this->published_course();
        $DB->delete_records('course', ['id' => $course->id]);
        $this->assertSame([(int) $course->id], $this->found());
    }

    public function test_a_course_that_no_event_told_of_is_found_under_the_policy_all(): void {
        global $DB;
        $course = $this->getDataGenerator()->create_course();
        $DB->delete_records('local_courseglue_publications');
        $this->assertSame([(int) $course->id], $this->found());
    }

    public function test_a_course_that_does_not_qualify_gets_no_row(): void {
        global $DB;
        $this->getDataGenerator()->create_course(['visible' => 0]);
        $DB->delete_records('local_courseglue_publications');
        $this->assertSame([], $this->found());
        $this->assertSame(0, $DB->count_records('local_courseglue_publications'));
    }

    public function test_only_chosen_courses_are_looked_at_under_the_policy_ask(): void {
        set_config('publishpolicy', policy::ASK, 'local_courseglue');
        $chosen = $this->getDataGenerator()->create_course();
        $this->getDataGenerator()->create_course();
        choice_store::choose((int) $chosen->id, policy::PUBLISH);
        $this->clean();
        $report = sweep::create()->run();
        $this->assertSame(1, $report['checked']);
        $this->assertSame([(int) $chosen->id], publication_queue::marked(10));
    }

    public function test_published_courses_are_found_under_the_policy_nothing(): void {
        $course = $this->published_course();
        set_config('publishpolicy', policy::NONE, 'local_courseglue');
        $this->assertSame([(int) $course->id], $this->found());
    }

    public function test_a_sweep_that_was_cut_off_goes_on_where_it_was(): void {
        for ($i = 0; $i < 5; $i++) {
            $this->getDataGenerator()->create_course();
        }
        $checked = [];
        do {
            $report = sweep::create()->run(300, 2);
            $checked[] = $report['checked'];
        } while (!$report['finished']);
        $this->assertSame([2, 2, 1], $checked);
    }

    public function test_a_sweep_that_has_no_time_left_still_gets_ahead(): void {
        $this->getDataGenerator()->create_course();
        $this->assertSame(1, sweep::create()->run(0)['checked']);
    }

    public function test_only_an_unfinished_sweep_is_resumed(): void {
        for ($i = 0; $i < 3; $i++) {
            $this->getDataGenerator()->create_course();
        }
        $this->assertSame(0, sweep::create()->resume(300)['checked']);
        sweep::create()->run(300, 2);
        $this->assertTrue(sweep::create()->is_unfinished());
        $this->assertSame(1, sweep::create()->resume(300)['checked']);
        $this->assertFalse(sweep::create()->is_unfinished());
    }

    public function test_a_new_policy_starts_the_sweep_over(): void {
        for ($i = 0; $i < 3; $i++) {
            $this->getDataGenerator()->create_course();
        }
        sweep::create()->run(300, 2);
        observer::policy_changed();
        $this->assertSame(3, sweep::create()->resume(300)['checked']);
    }

    public function test_what_makes_a_sweep_begin_anew_is_not_lost_on_one_that_is_at_it(): void {
        for ($i = 0; $i < 4; $i++) {
            $this->getDataGenerator()->create_course();
        }
        // In the middle of the way, on the first stretch of it, and on the last.
        foreach ([[1, 2], [0, 2], [0, 300], [2, 300]] as [$before, $now]) {
            sweep::create()->restart();
            sweep::create()->resume(300, $before);
            // Another process, a page for one, that comes when this one has read what is allowed, and is not through.
            $report = $this->meanwhile(
                fn(): array => sweep::create()->resume(300, $now),
                fn() => observer::policy_changed(),
            );
            $this->assertFalse($report['finished'], "{$before} {$now}");
            $this->assertSame(4, sweep::create()->resume(300)['checked'], "{$before} {$now}");
        }
    }

    /**
     * A course that is published, in a category of its own.
     *
     * @return stdClass
     */
    private function published_course(): stdClass {
        $category = $this->getDataGenerator()->create_category();
        $course = $this->getDataGenerator()->create_course(['category' => $category->id]);
        $this->publish();
        return $course;
    }

    /**
     * Publishes every course that qualifies.
     */
    private function publish(): void {
        sweep::create()->run();
        (new publisher(new fake_engine()))->run(['body' => '{}', 'sig' => '']);
    }

    /**
     * Does something, and something else when it reads what Moodle says of courses.
     *
     * @param callable $work
     * @param callable $interruption
     * @return array what the work returns
     */
    private function meanwhile(callable $work, callable $interruption): array {
        global $DB;
        $database = $DB;
        $DB = new class ($database, $interruption) {
            /**
             * Constructor.
             *
             * @param \moodle_database $database
             * @param callable|null $interruption null when it has happened
             */
            public function __construct(
                /** @var \moodle_database */
                private readonly \moodle_database $database,
                /** @var callable|null null when it has happened */
                private $interruption,
            ) {
            }

            /**
             * Asks the database.
             *
             * @param string $name
             * @param array $arguments
             * @return mixed
             */
            public function __call(string $name, array $arguments): mixed {
                if ($name === 'get_recordset_sql' && $this->interruption !== null) {
                    $interruption = $this->interruption;
                    $this->interruption = null;
                    $interruption();
                }
                return $this->database->$name(...$arguments);
            }
        };
        try {
            return $work();
        } finally {
            $DB = $database;
        }
    }

    /**
     * How many queries something takes.
     *
     * @param callable $work
     * @return int
     */
    private function queries(callable $work): int {
        global $DB;
        $before = $DB->perf_get_queries();
        $work();
        return $DB->perf_get_queries() - $before;
    }

    /**
     * Takes back the marks that events set.
     */
    private function clean(): void {
        global $DB;
        $DB->set_field('local_courseglue_publications', 'dirty', 0, []);
    }

    /**
     * What a whole sweep marks.
     *
     * @return int[] course ids
     */
    private function found(): array {
        $this->assertTrue(sweep::create()->run()['finished']);
        return publication_queue::marked(100);
    }
}
