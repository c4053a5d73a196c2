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

use local_courseglue\local\publication\policy;
use local_courseglue\local\store\choice_store;
use local_courseglue\local\store\publication_store;

/**
 * What was installed long ago becomes what is installed now.
 *
 * @package    local_courseglue
 * @copyright  2026 The CourseGlue authors
 * @license    https://www.gnu.org/copyleft/gpl.html GNU GPL v3 or later
 * @coversNothing
 */
final class upgrade_test extends \advanced_testcase {
    /** @var int the version before there were spot checks, frequencies and marks */
    private const BEFORE_MARKS = 2026112200;

    /** @var int the version before it was kept who saw the preview */
    private const BEFORE_PREVIEWS = 2026112302;

    /** @var int the version before it was kept since when something waits */
    private const BEFORE_WAITING = 2026113002;

    public function test_the_first_version_becomes_this_one(): void {
        global $CFG, $DB;
        require_once($CFG->libdir . '/upgradelib.php');
        require_once(__DIR__ . '/../db/upgrade.php');
        $this->resetAfterTest();
        $this->preventResetByRollback();
        $manager = $DB->get_manager();
        $manager->drop_field(new \xmldb_table('local_courseglue_sites'), new \xmldb_field('failingsince'));
        $manager->drop_field(new \xmldb_table('local_courseglue_publications'), new \xmldb_field('tries'));
        $choices = $this->go_back_to_choices_alone();
        $this->go_back_to_no_waiting();
        foreach (['spots', 'frequencies', 'marks', 'deletions', 'revisions', 'descriptions', 'categories'] as $name) {
            $manager->drop_table(new \xmldb_table('local_courseglue_' . $name));
        }
        $this->go_back_to_terms_of_their_own();
        $DB->insert_record('local_courseglue_sites', ['nodeid' => sha1('a'), 'address' => 'a.example', 'domain' => 'a.example',
            'seq' => 1, 'lease' => 1, 'body' => 'e30=', 'sig' => 's', 'vouchers' => '[]', 'timemodified' => 1]);

        // A step that was cut off can be taken again.
        for ($attempt = 0; $attempt < 2; $attempt++) {
            set_config('version', self::BEFORE_MARKS, 'local_courseglue');
            $this->assertTrue(xmldb_local_courseglue_upgrade(self::BEFORE_MARKS));
        }

        $file = new \xmldb_file(__DIR__ . '/../db/install.xml');
        $file->loadXMLStructure();
        $this->assertSame([], $manager->check_database_schema($file->getStructure(), ['extratables' => false]));
        $this->assertFalse($manager->table_exists('local_courseglue_terms'));
        $held = $DB->get_records_menu('local_courseglue_records', null, '', 'recordid, terms');
        $this->assertEquals([sha1('r') => sha1('x') . ' ' . sha1('y'), sha1('s') => ''], $held);
        $this->assertSame('0', (string) $DB->get_field('local_courseglue_sites', 'failingsince', ['nodeid' => sha1('a')]));
        $this->assert_choices_are_kept($choices);
    }

    /**
     * Makes the table of publications that there was, with one course of each kind.
     *
     * @return int[] course ids: nobody chose, shared and out there, refused, out there without a choice
     */
    private function go_back_to_choices_alone(): array {
        global $DB;
        $table = new \xmldb_table('local_courseglue_publications');
        foreach (['timepreviewed', 'timetold', 'timeshared', 'homes', 'size'] as $name) {
            $DB->get_manager()->drop_field($table, new \xmldb_field($name));
        }
        $rows = [
            ['choice' => 0, 'state' => 'none', 'timepublished' => null],
            ['choice' => 1, 'state' => 'published', 'timepublished' => 1700000000],
            ['choice' => 2, 'state' => 'none', 'timepublished' => null],
            ['choice' => 0, 'state' => 'published', 'timepublished' => 1700000000],
        ];
        return array_map(function (array $row) use ($DB): int {
            $courseid = (int) $this->getDataGenerator()->create_course()->id;
            $DB->insert_record('local_courseglue_publications', ['courseid' => $courseid, 'dirty' => 0, 'timechecked' => 0] + $row);
            return $courseid;
        }, $rows);
    }

    /**
     * Every choice is what it was, whoever shared a course had its preview before them, and what is out there does not wait.
     *
     * @param int[] $courseids
     */
    private function assert_choices_are_kept(array $courseids): void {
        global $DB;
        $rows = $DB->get_records_list('local_courseglue_publications', 'courseid', $courseids, 'courseid');
        $rows = array_combine($courseids, array_values($rows));
        $this->assertEquals([0, 1, 2, 0], array_column($rows, 'choice'));
        $this->assertSame([false, true, false, false], array_map(fn($row): bool => $row->timepreviewed > 0, array_values($rows)));
        $this->assertEquals([null, 1700000000, null, 1700000000], array_column($rows, 'timeshared'));
        $this->assertEquals([null, 1700000000, null, 1700000000], array_column($rows, 'timetold'));
        $this->assertTrue(local\store\choice_store::is_shared($rows[$courseids[1]]));
    }

    public function test_choices_are_kept_and_what_is_published_is_looked_at_again(): void {
        global $CFG, $DB;
        require_once($CFG->libdir . '/upgradelib.php');
        require_once(__DIR__ . '/../db/upgrade.php');
        $this->resetAfterTest();
        $this->preventResetByRollback();
        $table = 'local_courseglue_publications';
        foreach ([policy::UNDECIDED, policy::PUBLISH, policy::NEVER] as $choice) {
            $DB->insert_record($table, ['courseid' => 100 + $choice, 'choice' => $choice, 'dirty' => 0, 'state' => 'none', 'timechecked' => 0]);
        }
        $DB->get_manager()->drop_field(new \xmldb_table($table), new \xmldb_field('timepreviewed'));
        set_config('version', self::BEFORE_PREVIEWS, 'local_courseglue');
        $this->assertTrue(xmldb_local_courseglue_upgrade(self::BEFORE_PREVIEWS));
        $rows = publication_store::get_many([100, 101, 102]);
        $this->assertEquals([100 => 0, 101 => 1, 102 => 2], array_map(fn(\stdClass $row): int => (int) $row->choice, $rows));
        $this->assertEquals([100 => 1, 101 => 1, 102 => 1], array_map(fn(\stdClass $row): int => (int) $row->dirty, $rows));
        $shared = array_map(choice_store::is_shared(...), $rows);
        $this->assertEquals([100 => false, 101 => true, 102 => false], $shared, 'the page had a preview');
    }

    public function test_texts_that_left_are_looked_at_anew(): void {
        global $CFG, $DB;
        require_once($CFG->libdir . '/upgradelib.php');
        require_once(__DIR__ . '/../db/upgrade.php');
        $this->resetAfterTest();
        $row = ['courseid' => 101, 'choice' => policy::PUBLISH, 'timepreviewed' => 1700000000, 'dirty' => 0, 'timechecked' => 0];
        $DB->insert_record('local_courseglue_publications', $row + ['state' => 'published']);
        set_config('version', 2026113003, 'local_courseglue');
        $this->assertTrue(xmldb_local_courseglue_upgrade(2026113003));
        $now = publication_store::get(101);
        $this->assertEquals([1, policy::PUBLISH, 1700000000], [$now->dirty, $now->choice, $now->timepreviewed]);
    }

    public function test_who_could_publish_courses_can_share_them(): void {
        global $DB;
        $this->resetAfterTest();
        $old = 'local/courseglue:publish';
        $new = 'local/courseglue:share';
        $role = fn(string $name): int => (int) $DB->get_field('role', 'id', ['shortname' => $name], MUST_EXIST);
        $course = $this->getDataGenerator()->create_course();
        $context = \core\context\course::instance($course->id);
        $system = \core\context\system::instance();
        // As it was: an assistant was given it in one course, teachers had lost it everywhere.
        $DB->delete_records('role_capabilities', ['capability' => $new]);
        $DB->set_field('capabilities', 'name', $old, ['name' => $new]);
        \cache::make('core', 'capabilities')->purge();
        assign_capability($old, CAP_ALLOW, $role('manager'), $system->id);
        assign_capability($old, CAP_ALLOW, $role('teacher'), $context->id);
        assign_capability($old, CAP_PROHIBIT, $role('editingteacher'), $system->id);

        update_capabilities('local_courseglue');

        $this->assertFalse($DB->record_exists('capabilities', ['name' => $old]));
        $this->assertFalse($DB->record_exists('role_capabilities', ['capability' => $old]));
        $can = fn(string $role): bool => has_capability($new, $context, $this->getDataGenerator()->create_and_enrol($course, $role));
        $this->assertTrue($can('manager'));
        $this->assertTrue($can('teacher'));
        $this->assertFalse($can('editingteacher'));
        $this->assertFalse($can('student'));
    }

    public function test_what_was_not_settled_waits_from_the_upgrade_on(): void {
        global $CFG, $DB;
        require_once($CFG->libdir . '/upgradelib.php');
        require_once(__DIR__ . '/../db/upgrade.php');
        $this->resetAfterTest();
        $this->preventResetByRollback();
        $table = 'local_courseglue_publications';
        $this->go_back_to_no_waiting();
        foreach (['pending', 'published'] as $courseid => $state) {
            $DB->insert_record($table, ['courseid' => $courseid, 'choice' => policy::PUBLISH, 'state' => $state]);
        }
        set_config('version', self::BEFORE_WAITING, 'local_courseglue');
        $this->assertTrue(xmldb_local_courseglue_upgrade(self::BEFORE_WAITING));
        $waiting = $DB->get_records_menu($table, ['choice' => policy::PUBLISH], 'courseid', 'courseid, timewaiting');
        $this->assertEqualsWithDelta(time(), $waiting[0], MINSECS);
        $this->assertNull($waiting[1]);
    }

    /**
     * Makes the table of publications that did not say since when something waits.
     */
    private function go_back_to_no_waiting(): void {
        global $DB;
        $publications = new \xmldb_table('local_courseglue_publications');
        $DB->get_manager()->drop_index(
            $publications,
            new \xmldb_index('timewaiting', XMLDB_INDEX_NOTUNIQUE, ['timewaiting']),
        );
        foreach (['timewaiting', 'basis'] as $name) {
            $DB->get_manager()->drop_field($publications, new \xmldb_field($name));
        }
    }

    public function test_course_creators_search_after_the_upgrade_unless_somebody_decided_otherwise(): void {
        global $CFG, $DB;
        require_once($CFG->libdir . '/upgradelib.php');
        require_once(__DIR__ . '/../db/upgrade.php');
        $this->resetAfterTest();
        $system = \context_system::instance();
        $creator = $DB->get_field('role', 'id', ['shortname' => 'coursecreator']);
        $refused = $this->getDataGenerator()->create_role(['archetype' => 'coursecreator']);
        unassign_capability('local/courseglue:search', $creator, $system->id);
        assign_capability('local/courseglue:search', CAP_PREVENT, $refused, $system->id, true);

        set_config('version', 2026113001, 'local_courseglue');
        $this->assertTrue(xmldb_local_courseglue_upgrade(2026113001));
        $search = ['capability' => 'local/courseglue:search', 'contextid' => $system->id];
        $permissions = $DB->get_records_menu('role_capabilities', $search, '', 'roleid, permission');
        $this->assertEquals(CAP_ALLOW, $permissions[$creator]);
        $this->assertEquals(CAP_PREVENT, $permissions[$refused]);
    }

    /**
     * Makes the table of the terms that there was, with a record held for two terms and one held for none.
     */
    private function go_back_to_terms_of_their_own(): void {
        global $DB;
        $manager = $DB->get_manager();
        foreach (['sites', 'records', 'checks'] as $name) {
            $table = new \xmldb_table('local_courseglue_' . $name);
            $manager->drop_index($table, new \xmldb_index('timemodified', XMLDB_INDEX_NOTUNIQUE, ['timemodified']));
        }
        $manager->drop_field(new \xmldb_table('local_courseglue_checks'), new \xmldb_field('timemodified'));
        $manager->drop_field(new \xmldb_table('local_courseglue_records'), new \xmldb_field('terms'));
        $terms = new \xmldb_table('local_courseglue_terms');
        $terms->add_field('id', XMLDB_TYPE_INTEGER, '10', null, XMLDB_NOTNULL, XMLDB_SEQUENCE);
        $terms->add_field('recordid', XMLDB_TYPE_CHAR, '40', null, XMLDB_NOTNULL);
        $terms->add_field('term', XMLDB_TYPE_CHAR, '40', null, XMLDB_NOTNULL);
        $terms->add_key('primary', XMLDB_KEY_PRIMARY, ['id']);
        $manager->create_table($terms);
        foreach (['r', 's'] as $record) {
            $DB->insert_record('local_courseglue_records', ['recordid' => sha1($record), 'nodeid' => sha1('a'),
                'localid' => $record, 'seq' => 1, 'body' => 'e30=', 'sig' => 's', 'timemodified' => 1]);
        }
        foreach (['x', 'y', 'x'] as $term) {
            $DB->insert_record('local_courseglue_terms', ['recordid' => sha1('r'), 'term' => sha1($term)]);
        }
    }
}
