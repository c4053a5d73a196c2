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
 * Upgrade steps.
 *
 * @package    local_courseglue
 * @copyright  2026 The CourseGlue authors
 * @license    https://www.gnu.org/copyleft/gpl.html GNU GPL v3 or later
 */

/**
 * Upgrades from an older version.
 *
 * @param int $oldversion the version that is installed
 * @return bool
 */
function xmldb_local_courseglue_upgrade($oldversion): bool {
    global $DB;

    $manager = $DB->get_manager();
    if ($oldversion < 2026112300) {
        $sites = new xmldb_table('local_courseglue_sites');
        $since = new xmldb_field('failingsince', XMLDB_TYPE_INTEGER, '10', null, XMLDB_NOTNULL, null, '0', 'failures');
        if (!$manager->field_exists($sites, $since)) {
            $manager->add_field($sites, $since);
        }

        $spots = new xmldb_table('local_courseglue_spots');
        $spots->add_field('id', XMLDB_TYPE_INTEGER, '10', null, XMLDB_NOTNULL, XMLDB_SEQUENCE);
        $spots->add_field('nodeid', XMLDB_TYPE_CHAR, '40', null, XMLDB_NOTNULL);
        $spots->add_field('faileddays', XMLDB_TYPE_INTEGER, '10', null, XMLDB_NOTNULL);
        $spots->add_field('lastday', XMLDB_TYPE_INTEGER, '10', null, XMLDB_NOTNULL);
        $spots->add_index('nodeid', XMLDB_INDEX_UNIQUE, ['nodeid']);

        $frequencies = new xmldb_table('local_courseglue_frequencies');
        $frequencies->add_field('id', XMLDB_TYPE_INTEGER, '10', null, XMLDB_NOTNULL, XMLDB_SEQUENCE);
        $frequencies->add_field('term', XMLDB_TYPE_CHAR, '40', null, XMLDB_NOTNULL);
        $frequencies->add_field('records', XMLDB_TYPE_INTEGER, '10', null, XMLDB_NOTNULL);
        $frequencies->add_field('day', XMLDB_TYPE_INTEGER, '10', null, XMLDB_NOTNULL);
        $frequencies->add_index('term', XMLDB_INDEX_UNIQUE, ['term']);

        $marks = new xmldb_table('local_courseglue_marks');
        $marks->add_field('id', XMLDB_TYPE_INTEGER, '10', null, XMLDB_NOTNULL, XMLDB_SEQUENCE);
        $marks->add_field('name', XMLDB_TYPE_CHAR, '100', null, XMLDB_NOTNULL);
        $marks->add_field('value', XMLDB_TYPE_TEXT, null, null, XMLDB_NOTNULL);
        $marks->add_index('name', XMLDB_INDEX_UNIQUE, ['name']);

        foreach ([$spots, $frequencies, $marks] as $table) {
            $table->add_key('primary', XMLDB_KEY_PRIMARY, ['id']);
            if (!$manager->table_exists($table)) {
                $manager->create_table($table);
            }
        }
        upgrade_plugin_savepoint(true, 2026112300, 'local', 'courseglue');
    }
    if ($oldversion < 2026112301) {
        $modified = new xmldb_field('timemodified', XMLDB_TYPE_INTEGER, '10', null, XMLDB_NOTNULL, null, '0');
        foreach (['sites', 'records', 'checks', 'spots', 'frequencies', 'marks'] as $name) {
            $table = new xmldb_table('local_courseglue_' . $name);
            if (!$manager->field_exists($table, $modified)) {
                $manager->add_field($table, $modified);
            }
            $index = new xmldb_index('timemodified', XMLDB_INDEX_NOTUNIQUE, ['timemodified']);
            if (!$manager->index_exists($table, $index)) {
                $manager->add_index($table, $index);
            }
        }

        $records = new xmldb_table('local_courseglue_records');
        $held = new xmldb_field('terms', XMLDB_TYPE_TEXT, null, null, null, null, null, 'sig');
        if (!$manager->field_exists($records, $held)) {
            $manager->add_field($records, $held);
        }
        $terms = new xmldb_table('local_courseglue_terms');
        if ($manager->table_exists($terms)) {
            $rows = $DB->get_recordset('local_courseglue_records', null, 'id', 'id, recordid');
            foreach ($rows as $row) {
                $keys = $DB->get_fieldset_select('local_courseglue_terms', 'term', 'recordid = ?', [$row->recordid]);
                $DB->set_field('local_courseglue_records', 'terms', implode(' ', array_unique($keys)), ['id' => $row->id]);
            }
            $rows->close();
            $manager->drop_table($terms);
        }

        $deletions = new xmldb_table('local_courseglue_deletions');
        $deletions->add_field('id', XMLDB_TYPE_INTEGER, '10', null, XMLDB_NOTNULL, XMLDB_SEQUENCE);
        $deletions->add_field('kind', XMLDB_TYPE_CHAR, '10', null, XMLDB_NOTNULL);
        $deletions->add_field('name', XMLDB_TYPE_CHAR, '100', null, XMLDB_NOTNULL);
        $deletions->add_field('timemodified', XMLDB_TYPE_INTEGER, '10', null, XMLDB_NOTNULL);

        $revisions = new xmldb_table('local_courseglue_revisions');
        $revisions->add_field('id', XMLDB_TYPE_INTEGER, '10', null, XMLDB_NOTNULL, XMLDB_SEQUENCE);
        $revisions->add_field('revision', XMLDB_TYPE_INTEGER, '20', null, XMLDB_NOTNULL);
        $revisions->add_field('timemodified', XMLDB_TYPE_INTEGER, '10', null, XMLDB_NOTNULL);
        $revisions->add_index('revision', XMLDB_INDEX_UNIQUE, ['revision']);

        foreach ([$deletions, $revisions] as $table) {
            $table->add_key('primary', XMLDB_KEY_PRIMARY, ['id']);
            $table->add_index('timemodified', XMLDB_INDEX_NOTUNIQUE, ['timemodified']);
            if (!$manager->table_exists($table)) {
                $manager->create_table($table);
            }
        }
        // A view that was made while the terms were not where they are now has none of them.
        \local_courseglue\local\store\state_store::bump();
        upgrade_plugin_savepoint(true, 2026112301, 'local', 'courseglue');
    }
    if ($oldversion < 2026112302) {
        $publications = new xmldb_table('local_courseglue_publications');
        $tries = new xmldb_field('tries', XMLDB_TYPE_INTEGER, '4', null, XMLDB_NOTNULL, null, '0', 'problem');
        if (!$manager->field_exists($publications, $tries)) {
            $manager->add_field($publications, $tries);
        }
        upgrade_plugin_savepoint(true, 2026112302, 'local', 'courseglue');
    }
    if ($oldversion < 2026113000) {
        $publications = new xmldb_table('local_courseglue_publications');
        $previewed = new xmldb_field('timepreviewed', XMLDB_TYPE_INTEGER, '10', null, XMLDB_NOTNULL, null, '0', 'choice');
        if (!$manager->field_exists($publications, $previewed)) {
            $manager->add_field($publications, $previewed);
        }
        // There was one page to share a course on, below the preview.
        $DB->set_field('local_courseglue_publications', 'timepreviewed', time(), ['choice' => 1, 'timepreviewed' => 0]);
        // Less leaves than before: what is out there is taken back by the next run, not by the next sweep.
        $DB->set_field('local_courseglue_publications', 'dirty', 1);
        upgrade_plugin_savepoint(true, 2026113000, 'local', 'courseglue');
    }
    if ($oldversion < 2026113001) {
        $publications = new xmldb_table('local_courseglue_publications');
        $fields = [
            new xmldb_field('timetold', XMLDB_TYPE_INTEGER, '10', null, null, null, null, 'timepreviewed'),
            new xmldb_field('timeshared', XMLDB_TYPE_INTEGER, '10', null, null, null, null, 'timepublished'),
            new xmldb_field('homes', XMLDB_TYPE_INTEGER, '10', null, null, null, null, 'timeshared'),
            new xmldb_field('size', XMLDB_TYPE_INTEGER, '10', null, null, null, null, 'homes'),
        ];
        foreach ($fields as $field) {
            if (!$manager->field_exists($publications, $field)) {
                $manager->add_field($publications, $field);
            }
        }
        // What is out there has no wait before it.
        $DB->execute("UPDATE {local_courseglue_publications} SET timeshared = timepublished WHERE timeshared IS NULL");
        $DB->execute(
            "UPDATE {local_courseglue_publications} SET timetold = COALESCE(timepublished, :now)
              WHERE state <> :none AND timetold IS NULL",
            ['now' => time(), 'none' => 'none']
        );

        $described = function (xmldb_table $table): void {
            $table->add_field('subject', XMLDB_TYPE_CHAR, '10');
            $table->add_field('level', XMLDB_TYPE_CHAR, '20');
            $table->add_field('audience', XMLDB_TYPE_CHAR, '20');
            $table->add_field('licence', XMLDB_TYPE_CHAR, '255');
            $table->add_field('workload', XMLDB_TYPE_INTEGER, '10');
        };
        $descriptions = new xmldb_table('local_courseglue_descriptions');
        $descriptions->add_field('id', XMLDB_TYPE_INTEGER, '10', null, XMLDB_NOTNULL, XMLDB_SEQUENCE);
        $descriptions->add_field('courseid', XMLDB_TYPE_INTEGER, '10', null, XMLDB_NOTNULL);
        $described($descriptions);
        $descriptions->add_field('contact', XMLDB_TYPE_INTEGER, '1', null, XMLDB_NOTNULL, null, '0');
        $descriptions->add_field('copying', XMLDB_TYPE_INTEGER, '1', null, XMLDB_NOTNULL, null, '0');
        $descriptions->add_index('courseid', XMLDB_INDEX_UNIQUE, ['courseid']);

        $categories = new xmldb_table('local_courseglue_categories');
        $categories->add_field('id', XMLDB_TYPE_INTEGER, '10', null, XMLDB_NOTNULL, XMLDB_SEQUENCE);
        $categories->add_field('categoryid', XMLDB_TYPE_INTEGER, '10', null, XMLDB_NOTNULL);
        $categories->add_field('policy', XMLDB_TYPE_CHAR, '10');
        $described($categories);
        $categories->add_index('categoryid', XMLDB_INDEX_UNIQUE, ['categoryid']);

        foreach ([$descriptions, $categories] as $table) {
            $table->add_field('timemodified', XMLDB_TYPE_INTEGER, '10', null, XMLDB_NOTNULL);
            $table->add_key('primary', XMLDB_KEY_PRIMARY, ['id']);
            if (!$manager->table_exists($table)) {
                $manager->create_table($table);
            }
        }
        upgrade_plugin_savepoint(true, 2026113001, 'local', 'courseglue');
    }
    if ($oldversion < 2026113002) {
        // Course creators search, too. Moodle itself gives roles nothing but capabilities that are new.
        foreach (get_archetype_roles('coursecreator') as $role) {
            assign_capability('local/courseglue:search', CAP_ALLOW, $role->id, \core\context\system::instance()->id);
        }
        upgrade_plugin_savepoint(true, 2026113002, 'local', 'courseglue');
    }
    if ($oldversion < 2026113003) {
        $publications = new xmldb_table('local_courseglue_publications');
        $waiting = new xmldb_field('timewaiting', XMLDB_TYPE_INTEGER, '10', null, null, null, null, 'size');
        if (!$manager->field_exists($publications, $waiting)) {
            $manager->add_field($publications, $waiting);
        }
        $basis = new xmldb_field('basis', XMLDB_TYPE_CHAR, '40', null, null, null, null, 'timewaiting');
        if (!$manager->field_exists($publications, $basis)) {
            $manager->add_field($publications, $basis);
        }
        $index = new xmldb_index('timewaiting', XMLDB_INDEX_NOTUNIQUE, ['timewaiting']);
        if (!$manager->index_exists($publications, $index)) {
            $manager->add_index($publications, $index);
        }
        // What was not settled begins to wait now: nobody wrote down since when it does.
        $DB->set_field_select(
            'local_courseglue_publications',
            'timewaiting',
            time(),
            "timewaiting IS NULL AND (dirty <> 0 OR state IN ('pending', 'withdrawing') OR problem IS NOT NULL)",
        );
        upgrade_plugin_savepoint(true, 2026113003, 'local', 'courseglue');
    }
    if ($oldversion < 2026113004) {
        // More is taken out of texts than before: what is out there is looked at anew.
        $DB->set_field('local_courseglue_publications', 'dirty', 1);
        upgrade_plugin_savepoint(true, 2026113004, 'local', 'courseglue');
    }

    return true;
}
