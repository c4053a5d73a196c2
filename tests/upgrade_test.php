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

    public function test_the_first_version_becomes_this_one(): void {
        global $CFG, $DB;
        require_once($CFG->libdir . '/upgradelib.php');
        require_once(__DIR__ . '/../db/upgrade.php');
        $this->resetAfterTest();
        $this->preventResetByRollback();
        $manager = $DB->get_manager();
        $manager->drop_field(new \xmldb_table('local_courseglue_sites'), new \xmldb_field('failingsince'));
        $manager->drop_field(new \xmldb_table('local_courseglue_publications'), new \xmldb_field('tries'));
        $publications = new \xmldb_table('local_courseglue_publications');
        $manager->drop_index($publications, new \xmldb_index('timewaiting', XMLDB_INDEX_NOTUNIQUE, ['timewaiting']));
        foreach (['timewaiting', 'basis'] as $name) {
            $manager->drop_field($publications, new \xmldb_field($name));
        }
        foreach (['pending', 'published'] as $courseid => $state) {
            $DB->insert_record('local_courseglue_publications', ['courseid' => $courseid, 'choice' => 1, 'state' => $state]);
        }
        foreach (['spots', 'frequencies', 'marks', 'deletions', 'revisions'] as $name) {
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
        $waiting = $DB->get_records_menu('local_courseglue_publications', ['choice' => 1], 'courseid', 'courseid, timewaiting');
        $this->assertEqualsWithDelta(time(), $waiting[0], MINSECS);
        $this->assertNull($waiting[1]);
        $held = $DB->get_records_menu('local_courseglue_records', null, '', 'recordid, terms');
        $this->assertEquals([sha1('r') => sha1('x') . ' ' . sha1('y'), sha1('s') => ''], $held);
        $this->assertSame('0', (string) $DB->get_field('local_courseglue_sites', 'failingsince', ['nodeid' => sha1('a')]));
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
