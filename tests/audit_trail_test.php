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

use local_courseglue\event\course_event;
use local_courseglue\local\description\description;
use local_courseglue\local\engine\engine_factory;
use local_courseglue\local\engine\failure;
use local_courseglue\local\membership\copy_decision;
use local_courseglue\local\membership\leaving;
use local_courseglue\local\membership\membership;
use local_courseglue\local\publication\policy;
use local_courseglue\local\publication\publisher;
use local_courseglue\local\search\query;
use local_courseglue\local\search\results;
use local_courseglue\local\store\category_store;
use local_courseglue\local\store\choice_store;
use local_courseglue\local\store\publication_marks;
use local_courseglue\tests\membership_testcase;
use stdClass;

/**
 * Moodle's log tells, years later, who decided what leaves the site, and since when.
 *
 * @covers     \local_courseglue\event\category_policy_changed
 * @covers     \local_courseglue\event\copy_decided
 * @covers     \local_courseglue\event\course_choice_removed
 * @covers     \local_courseglue\event\course_event
 * @covers     \local_courseglue\event\course_refused
 * @covers     \local_courseglue\event\course_sent
 * @covers     \local_courseglue\event\course_shared
 * @covers     \local_courseglue\event\course_withdrawn
 * @covers     \local_courseglue\event\courseglue_event
 * @covers     \local_courseglue\event\courses_searched
 * @covers     \local_courseglue\event\sharing_settings_changed
 * @covers     \local_courseglue\event\site_joined
 * @covers     \local_courseglue\event\site_left
 * @covers     \local_courseglue\event\site_moved
 * @covers     \local_courseglue\local\publication\course_events
 * @covers     \local_courseglue\observer::setting_changed
 *
 * @package    local_courseglue
 * @copyright  2026 The CourseGlue authors
 * @license    https://www.gnu.org/copyleft/gpl.html GNU GPL v3 or later
 */
final class audit_trail_test extends membership_testcase {
    /** @var stdClass who manages the site */
    private stdClass $manager;

    /** @var stdClass a course that guests may enter */
    private stdClass $course;

    /** @var stdClass who teaches it */
    private stdClass $teacher;

    #[\Override]
    protected function setUp(): void {
        parent::setUp();
        $this->preventResetByRollback();
        $this->manager = $this->getDataGenerator()->create_user();
        $this->getDataGenerator()->role_assign('manager', $this->manager->id);
        $this->course = $this->getDataGenerator()->create_course(['fullname' => 'Marine life']);
        $this->teacher = $this->getDataGenerator()->create_and_enrol($this->course, 'editingteacher');
        set_config('enabled_stores', 'logstore_standard', 'tool_log');
        set_config('buffersize', 0, 'logstore_standard');
        get_log_manager(true);
        $this->setUser($this->manager);
    }

    /**
     * What the log holds of CourseGlue, the oldest first.
     *
     * @return string[] event and user: what is said of it
     */
    private function trail(): array {
        $reader = get_log_manager(true)->get_readers()['logstore_standard'];
        $people = [$this->manager->id => 'manager', $this->teacher->id => 'teacher', get_admin()->id => 'admin', 0 => 'site'];
        $lines = [];
        foreach ($reader->get_events_select('component = :ours', ['ours' => 'local_courseglue'], 'id', 0, 0) as $event) {
            $said = str_replace("The user with id '{$event->userid}'", 'Somebody', $event->get_description());
            $lines[] = "{$event->target}_{$event->action} by the {$people[$event->userid]}: {$said}";
            $this->assertNotSame('', $event::get_name());
            $this->assertStringContainsString('/', $event->get_url()->out(false));
        }
        return $lines;
    }

    /**
     * Saves settings by Moodle's own page.
     *
     * @param string[] $settings
     */
    private function save(array $settings): void {
        global $CFG;
        require_once($CFG->libdir . '/adminlib.php');
        admin_get_root(true);
        $fields = [];
        foreach ($settings as $name => $value) {
            $fields["s_local_courseglue_{$name}"] = $value;
        }
        admin_write_settings((object) $fields);
    }

    /**
     * Publishes, as cron does it: in the name of an administrator.
     */
    private function publish(): void {
        global $USER;
        $before = $USER;
        $this->setAdminUser();
        publisher::create()->run(membership::entry());
        $this->setUser($before);
    }

    public function test_the_story_of_a_course_and_its_site(): void {
        global $CFG;
        $id = (int) $this->course->id;

        $this->save(['publishpolicy' => policy::ASK]);
        $this->join();
        $this->setUser($this->teacher);
        choice_store::choose($id, policy::PUBLISH);
        choice_store::choose($id, policy::PUBLISH);
        $this->publish();
        $this->publish();
        choice_store::choose($id, policy::NEVER);
        $this->publish();
        choice_store::choose($id, policy::UNDECIDED);
        $this->setUser($this->manager);
        leaving::run();

        $address = preg_replace('~^https?://~', '', $CFG->wwwroot);
        $this->assertSame([
            "sharing_settings_changed by the manager: Somebody changed the setting 'publishpolicy' of CourseGlue, which decides"
                . " what leaves this site, from 'none' to 'ask'.",
            "site_joined by the manager: Somebody had this site join the network 'courseglue' as {$address},"
                . " through https://other.example.",
            "course_shared by the teacher: Somebody chose to share the course with id '{$id}'. Before: undecided.",
            "course_sent by the site: This site began to send the course with id '{$id}' to other sites.",
            "course_refused by the teacher: Somebody chose never to share the course with id '{$id}'. Before: shared.",
            "course_withdrawn by the site: Nothing of the course with id '{$id}' is at other sites any more.",
            "course_choice_removed by the teacher: Somebody left it to the site whether the course with id '{$id}' is shared."
                . ' Before: never.',
            "site_left by the manager: Somebody had {$address} leave the network. Withdrawn courses: 0; courses that some sites"
                . ' could not be told about: 0.',
        ], $this->trail());
    }

    public function test_who_decided_about_a_category(): void {
        $id = (int) $this->course->category;
        $store = new category_store();
        $store->keep($id, policy::ASK, new description());
        $store->keep($id, policy::ASK, new description(level: 'isced:3'));
        $store->keep($id, null, new description());
        $changed = "category_policy_changed by the manager: Somebody changed which courses of the category with id '{$id}' are shared,";
        $this->assertSame(
            ["{$changed} from what holds above it to 'ask'.", "{$changed} from 'ask' to what holds above it."],
            $this->trail(),
        );
    }

    public function test_a_course_is_told_as_sent_before_anything_of_it_leaves(): void {
        $this->join();
        set_config('publishpolicy', policy::ALL, 'local_courseglue');
        set_config('graceperiod', 0, 'local_courseglue');
        publication_marks::mark((int) $this->course->id);
        $this->engine->failure = 'Nobody is there.';
        $sink = $this->redirectEvents();
        $this->publish();
        $this->publish();
        $sent = array_filter($sink->get_events(), fn(\core\event\base $event): bool => $event instanceof course_event);
        $this->assertSame(['sent'], array_column(array_map(fn(course_event $event): array => $event->get_data(), $sent), 'action'));
        $this->assertEquals(\context_course::instance($this->course->id), reset($sent)->get_context());
    }

    public function test_a_course_that_is_gone_is_told_as_withdrawn(): void {
        $this->join();
        set_config('publishpolicy', policy::ALL, 'local_courseglue');
        set_config('graceperiod', 0, 'local_courseglue');
        $id = (int) $this->course->id;
        publication_marks::mark($id);
        $this->publish();
        delete_course($id, false);
        $this->publish();
        $this->assertSame(
            "course_withdrawn by the site: Nothing of the course with id '{$id}' is at other sites any more.",
            array_slice($this->trail(), -1)[0],
        );
    }

    public function test_leaving_tells_of_every_course_that_it_withdraws(): void {
        $this->join();
        set_config('publishpolicy', policy::ALL, 'local_courseglue');
        set_config('graceperiod', 0, 'local_courseglue');
        publication_marks::mark((int) $this->course->id);
        $this->publish();
        leaving::run();
        $told = array_map(fn(string $line): string => strstr($line, ' by', true), array_slice($this->trail(), -2));
        $this->assertSame(['course_withdrawn', 'site_left'], $told);
    }

    public function test_a_copy_and_who_said_so_are_told(): void {
        global $CFG;
        $then = $CFG->wwwroot;
        $this->join();
        $CFG->wwwroot = 'https://copy.example';
        copy_decision::is_copy();
        $this->assertSame(
            "copy_decided by the manager: Somebody said that this Moodle at https://copy.example is a copy of the site that"
                . " joined as {$then}.",
            array_slice($this->trail(), -1)[0],
        );
    }

    public function test_a_move_is_told_also_where_the_new_address_is_not_let_in(): void {
        global $CFG;
        $then = $CFG->wwwroot;
        $this->join();
        $CFG->wwwroot = 'https://new.example';
        engine_factory::reset();
        engine_factory::replace($this->engine);
        $this->engine->whilejoining = fn() => throw new failure('Nobody is there.');
        try {
            copy_decision::is_original();
            $this->fail('It has joined.');
        } catch (failure $e) {
            $this->assertSame('Nobody is there.', $e->getMessage());
        }
        $address = preg_replace('~^https?://~', '', $then);
        $this->assertSame([
            "copy_decided by the manager: Somebody said that this Moodle at https://new.example is the site that joined as"
                . " {$then}.",
            "site_moved by the manager: Somebody had this site move from {$address} to new.example.",
        ], array_slice($this->trail(), -2));
    }

    public function test_joining_that_fails_is_not_told(): void {
        $this->engine->whilejoining = fn() => throw new failure('Nobody is there.');
        try {
            $this->join();
            $this->fail('It has joined.');
        } catch (failure $e) {
            $this->assertSame([], $this->trail());
        }
    }

    public function test_every_setting_that_decides_what_leaves_is_told_and_no_other(): void {
        $this->setAdminUser();
        $this->save([
            'publishpolicy' => 'all', 'publishended' => '1', 'publishforcelogin' => '1', 'backups' => '1',
            'customfields' => ['subject' => '1'], 'sharefigures' => ['courses' => '1'], 'country' => 'ES', 'network' => 'other',
            'allowhttp' => '1', 'quota' => '100', 'ratelimit' => '5', 'logsearches' => '1',
        ]);
        $told = array_map(function (string $line): string {
            $this->assertSame(1, preg_match("~^sharing_settings_changed by the admin: .* setting '(\w+)'~", $line, $setting));
            return $setting[1];
        }, $this->trail());
        $this->assertEqualsCanonicalizing(
            ['publishpolicy', 'publishended', 'publishforcelogin', 'backups', 'customfields', 'sharefigures', 'country', 'network',
                'allowhttp'],
            $told,
        );
    }

    public function test_what_an_installation_sets_and_what_others_set_is_nobodys_decision_about_courses(): void {
        add_to_config_log('publishpolicy', null, 'none', 'local_courseglue');
        add_to_config_log('publishpolicy', 'none', 'all', 'local_other');
        $this->assertSame([], $this->trail());
    }

    public function test_searches_are_told_only_where_the_admin_wants_it(): void {
        $this->setUser($this->teacher);
        $query = new query('marine life', ['lang' => ['en']], 1);
        results::of($query, $this->engine);
        $this->assertSame([], $this->trail());
        set_config('logsearches', 1, 'local_courseglue');
        results::of($query, $this->engine);
        $this->assertSame(
            ["courses_searched by the teacher: Somebody searched the courses of the network for 'marine life', page 2."
                . ' Courses found: 0.'],
            $this->trail(),
        );
    }

    public function test_logs_of_a_course_can_be_restored_elsewhere(): void {
        foreach (glob(__DIR__ . '/../classes/event/course_*.php') as $file) {
            $class = 'local_courseglue\\event\\' . basename($file, '.php');
            $this->assertSame(['db' => 'course', 'restore' => 'course'], $class::get_objectid_mapping());
            $this->assertFalse($class::get_other_mapping());
        }
    }
}
