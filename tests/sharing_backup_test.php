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

use backup;
use backup_controller;
use local_courseglue\local\description\description;
use local_courseglue\local\publication\policy;
use local_courseglue\local\store\choice_store;
use local_courseglue\local\store\delivery_store;
use local_courseglue\local\store\description_store;
use local_courseglue\local\store\publication_marks;
use local_courseglue\local\store\publication_store;
use restore_controller;
use restore_dbops;
use stdClass;

/**
 * "Never" goes with whatever was in a course, by each of Moodle's own ways; "share" goes nowhere.
 *
 * @package    local_courseglue
 * @category   test
 * @copyright  2026 The CourseGlue authors
 * @license    https://www.gnu.org/copyleft/gpl.html GNU GPL v3 or later
 * @covers     \local_courseglue\local\publication\restore_rules
 * @covers     \backup_local_courseglue_plugin
 * @covers     \restore_local_courseglue_plugin
 */
final class sharing_backup_test extends \advanced_testcase {
    /** @var stdClass a course with an activity */
    private stdClass $course;

    /** @var stdClass its teacher, who also makes courses in its category */
    private stdClass $teacher;

    protected function setUp(): void {
        global $CFG;
        parent::setUp();
        require_once($CFG->dirroot . '/backup/util/includes/backup_includes.php');
        require_once($CFG->dirroot . '/backup/util/includes/restore_includes.php');
        $this->resetAfterTest();
        // What listens to the end of a restore is told after the transaction that it happened in.
        $this->preventResetByRollback();
        $this->course = $this->course('Exam');
        $this->getDataGenerator()->create_module('page', ['course' => $this->course->id, 'section' => 1, 'name' => 'Answers']);
        $this->teacher = $this->getDataGenerator()->create_and_enrol($this->course, 'editingteacher');
        $context = \core\context\coursecat::instance($this->course->category);
        role_assign($this->role('manager'), $this->teacher->id, $context->id);
        $this->setUser($this->teacher);
    }

    public function test_never_survives_a_backup_file_that_becomes_a_new_course(): void {
        choice_store::choose((int) $this->course->id, policy::NEVER);
        $this->assertSame(policy::NEVER, $this->choice($this->restore_new($this->backup_file())));
    }

    public function test_never_survives_although_the_course_and_all_that_was_known_of_it_are_gone(): void {
        global $DB;
        choice_store::choose((int) $this->course->id, policy::NEVER);
        $directory = $this->backup_file();
        delete_course($this->course, false);
        $DB->delete_records(publication_store::TABLE);
        $this->assertSame(policy::NEVER, $this->choice($this->restore_new($directory)));
    }

    public function test_never_survives_a_backup_that_is_restored_at_another_site(): void {
        choice_store::choose((int) $this->course->id, policy::NEVER);
        $this->assertSame(policy::NEVER, $this->choice($this->restore_new($this->from_another_site($this->backup_file()))));
    }

    public function test_never_that_was_chosen_after_the_backup_wins_over_it(): void {
        $directory = $this->backup_file();
        choice_store::choose((int) $this->course->id, policy::NEVER);
        $this->assertSame(policy::NEVER, $this->choice($this->restore_new($directory)));
    }

    public function test_never_that_was_chosen_after_the_backup_wins_although_the_course_is_gone(): void {
        $directory = $this->backup_file();
        choice_store::choose((int) $this->course->id, policy::NEVER);
        delete_course($this->course->id, false);
        publication_marks::mark_orphans();
        delivery_store::forget((int) $this->course->id);
        $this->assertSame(policy::NEVER, $this->choice($this->restore_new($directory)));
    }

    public function test_never_goes_along_with_an_import(): void {
        choice_store::choose((int) $this->course->id, policy::NEVER);
        $target = $this->course('Another');
        choice_store::choose((int) $target->id, policy::PUBLISH, true);
        $this->import($this->course, $target);
        $this->assertCount(1, get_fast_modinfo($target)->get_instances_of('page'));
        $this->assertSame(policy::NEVER, $this->choice((int) $target->id));
    }

    public function test_never_goes_along_with_a_restore_into_a_course_at_another_site(): void {
        choice_store::choose((int) $this->course->id, policy::NEVER);
        $target = $this->course('Another');
        $directory = $this->from_another_site($this->backup_file());
        $this->restore($directory, (int) $target->id, backup::MODE_GENERAL, backup::TARGET_EXISTING_ADDING);
        $this->assertSame(policy::NEVER, $this->choice((int) $target->id));
    }

    public function test_never_goes_along_with_one_activity(): void {
        choice_store::choose((int) $this->course->id, policy::NEVER);
        $target = $this->course('Another');
        $cm = array_values(get_fast_modinfo($this->course)->get_instances_of('page'))[0];
        $id = $this->backup(backup::TYPE_1ACTIVITY, (int) $cm->id, backup::MODE_IMPORT);
        $this->restore($id, (int) $target->id, backup::MODE_IMPORT, backup::TARGET_CURRENT_ADDING);
        $this->assertSame(policy::NEVER, $this->choice((int) $target->id));
    }

    public function test_never_survives_copy_course(): void {
        choice_store::choose((int) $this->course->id, policy::NEVER);
        $this->assertSame(policy::NEVER, $this->choice($this->copy()));
    }

    public function test_never_goes_along_with_a_course_template(): void {
        global $CFG;
        require_once($CFG->dirroot . '/admin/tool/uploadcourse/classes/course.php');
        choice_store::choose((int) $this->course->id, policy::NEVER);
        $upload = new \tool_uploadcourse_course(
            \tool_uploadcourse_processor::MODE_CREATE_NEW,
            \tool_uploadcourse_processor::UPDATE_NOTHING,
            ['shortname' => 'made', 'fullname' => 'Made', 'category' => $this->course->category,
                'templatecourse' => $this->course->shortname],
        );
        $this->assertTrue($upload->prepare(), json_encode($upload->get_errors()));
        $upload->proceed();
        $made = $this->by_shortname('made');
        $this->assertCount(1, get_fast_modinfo($made)->get_instances_of('page'));
        $this->assertSame(policy::NEVER, $this->choice((int) $made->id));
    }

    public function test_never_survives_the_recycle_bin(): void {
        set_config('categorybinenable', 1, 'tool_recyclebin');
        choice_store::choose((int) $this->course->id, policy::NEVER);
        $category = (int) $this->course->category;
        delete_course($this->course, false);
        $bin = new \tool_recyclebin\category_bin($category);
        $bin->restore_item(array_values($bin->get_items())[0]);
        $this->assertSame(policy::NEVER, $this->choice((int) $this->by_shortname($this->course->shortname)->id));
    }

    public function test_never_of_the_course_that_is_restored_into_stays(): void {
        choice_store::choose((int) $this->course->id, policy::PUBLISH, true);
        $target = $this->course('Another');
        choice_store::choose((int) $target->id, policy::NEVER);
        $this->import($this->course, $target);
        $directory = $this->backup_file();
        $this->restore($directory, (int) $target->id, backup::MODE_GENERAL, backup::TARGET_EXISTING_DELETING);
        $this->assertSame(policy::NEVER, $this->choice((int) $target->id));
    }

    public function test_nobody_shares_a_copy_who_did_not_choose_so(): void {
        choice_store::choose((int) $this->course->id, policy::PUBLISH, true);
        $this->assertSame(policy::UNDECIDED, $this->choice($this->copy()));
        $this->assertSame(policy::UNDECIDED, $this->choice($this->restore_new($this->backup_file())));
    }

    public function test_an_import_of_what_may_be_shared_changes_no_choice(): void {
        $target = $this->course('Another');
        foreach (policy::CHOICES as $choice) {
            choice_store::choose((int) $target->id, $choice);
            $this->import($this->course, $target);
            $this->assertSame($choice, $this->choice((int) $target->id));
        }
    }

    public function test_what_was_said_of_a_course_goes_along_with_its_backup(): void {
        $said = new description('0511', 'isced:6', 'student', 'cc-sa-4.0', 30, true, true);
        (new description_store())->keep((int) $this->course->id, $said);
        $this->assertEquals($said, (new description_store())->get($this->restore_new($this->backup_file())));
        $this->assertEquals($said, (new description_store())->get($this->copy()));
    }

    public function test_what_was_said_of_a_course_does_not_come_with_who_may_not_decide_about_it(): void {
        $descriptions = new description_store();
        $descriptions->keep((int) $this->course->id, new description('0511', 'isced:6', 'student', 'cc-sa-4.0', 30, true, true));
        $said = new description('0521', null, null, 'allrightsreserved');
        $target = $this->course('Another');
        $descriptions->keep((int) $target->id, $said);
        choice_store::choose((int) $target->id, policy::PUBLISH, true);
        $directory = $this->backup_file();
        $context = \core\context\course::instance($target->id);
        foreach (['manager', 'editingteacher'] as $role) {
            assign_capability('local/courseglue:share', CAP_PROHIBIT, $this->role($role), $context->id);
        }
        $this->overwrite($directory, (int) $target->id);
        $this->assertEquals($said, $descriptions->get((int) $target->id));
        foreach (['manager', 'editingteacher'] as $role) {
            unassign_capability('local/courseglue:share', $this->role($role), $context->id);
        }
        $this->overwrite($this->backup_file(), (int) $target->id);
        $this->assertSame('0511', $descriptions->get((int) $target->id)->subject);
    }

    public function test_what_people_of_another_site_agreed_to_nobody_here_did(): void {
        $said = new description('0511', 'isced:6', 'student', 'cc-sa-4.0', 30, true, true);
        (new description_store())->keep((int) $this->course->id, $said);
        $courseid = $this->restore_new($this->from_another_site($this->backup_file()));
        $this->assertEquals($said->without_consents(), (new description_store())->get($courseid));
    }

    public function test_a_course_of_which_nothing_was_said_is_backed_up_and_restored(): void {
        $courseid = $this->restore_new($this->backup_file());
        $this->assertSame(policy::UNDECIDED, $this->choice($courseid));
        $this->assertTrue((new description_store())->get($courseid)->is_empty());
    }

    /**
     * A course with a section, in the category of the first.
     *
     * @param string $fullname
     * @return stdClass
     */
    private function course(string $fullname): stdClass {
        return $this->getDataGenerator()->create_course([
            'fullname' => $fullname,
            'category' => $this->course->category ?? $this->getDataGenerator()->create_category()->id,
            'numsections' => 1,
        ]);
    }

    /**
     * A role's id.
     *
     * @param string $shortname
     * @return int
     */
    private function role(string $shortname): int {
        global $DB;
        return (int) $DB->get_field('role', 'id', ['shortname' => $shortname], MUST_EXIST);
    }

    /**
     * A course by its short name.
     *
     * @param string $shortname
     * @return stdClass
     */
    private function by_shortname(string $shortname): stdClass {
        global $DB;
        return $DB->get_record('course', ['shortname' => $shortname], '*', MUST_EXIST);
    }

    /**
     * A course's choice.
     *
     * @param int $courseid
     * @return int
     */
    private function choice(int $courseid): int {
        return choice_store::get($courseid);
    }

    /**
     * Makes a backup in Moodle's directory for backups that are being restored.
     *
     * @param string $type
     * @param int $id of the course or the activity
     * @param int $mode
     * @return string its directory there
     */
    private function backup(string $type, int $id, int $mode): string {
        $controller = new backup_controller(
            $type,
            $id,
            backup::FORMAT_MOODLE,
            backup::INTERACTIVE_NO,
            $mode,
            (int) $this->teacher->id,
        );
        $directory = $controller->get_backupid();
        $controller->execute_plan();
        $results = $controller->get_results();
        $controller->destroy();
        if (isset($results['backup_destination'])) {
            $directory = 'restore' . $directory;
            $path = make_backup_temp_directory($directory);
            $results['backup_destination']->extract_to_pathname(get_file_packer('application/vnd.moodle.backup'), $path);
        }
        return $directory;
    }

    /**
     * Makes a backup file of the course, and unpacks it.
     *
     * @return string its directory
     */
    private function backup_file(): string {
        return $this->backup(backup::TYPE_1COURSE, (int) $this->course->id, backup::MODE_GENERAL);
    }

    /**
     * A backup as if it had been made at another site.
     *
     * @param string $directory
     * @return string the directory
     */
    private function from_another_site(string $directory): string {
        $file = make_backup_temp_directory($directory) . '/moodle_backup.xml';
        $xml = file_get_contents($file);
        $id = md5(get_site_identifier());
        $this->assertStringContainsString($id, $xml);
        file_put_contents($file, str_replace($id, md5('another site'), $xml));
        return $directory;
    }

    /**
     * Restores a backup.
     *
     * @param string $directory
     * @param int $courseid
     * @param int $mode
     * @param int $target
     */
    private function restore(string $directory, int $courseid, int $mode, int $target): void {
        $controller = new restore_controller(
            $directory,
            $courseid,
            backup::INTERACTIVE_NO,
            $mode,
            (int) $this->teacher->id,
            $target,
        );
        $this->assertTrue($controller->execute_precheck(), json_encode($controller->get_precheck_results()));
        if ($target === backup::TARGET_EXISTING_DELETING) {
            restore_dbops::delete_course_content($courseid);
        }
        $controller->execute_plan();
        $controller->destroy();
    }

    /**
     * Restores a backup into a course whose settings become those of the backup.
     *
     * @param string $directory
     * @param int $courseid
     */
    private function overwrite(string $directory, int $courseid): void {
        $teacher = (int) $this->teacher->id;
        $target = backup::TARGET_EXISTING_ADDING;
        $mode = backup::MODE_GENERAL;
        $controller = new restore_controller($directory, $courseid, backup::INTERACTIVE_NO, $mode, $teacher, $target);
        $controller->get_plan()->get_setting('overwrite_conf')->set_value(true);
        $this->assertTrue($controller->execute_precheck(), json_encode($controller->get_precheck_results()));
        $controller->execute_plan();
        $controller->destroy();
    }

    /**
     * Restores a backup as a new course.
     *
     * @param string $directory
     * @return int the course's id
     */
    private function restore_new(string $directory): int {
        $courseid = restore_dbops::create_new_course('New', 'new' . $directory, $this->course->category);
        $this->restore($directory, (int) $courseid, backup::MODE_GENERAL, backup::TARGET_NEW_COURSE);
        return (int) $courseid;
    }

    /**
     * Imports one course into another.
     *
     * @param stdClass $from
     * @param stdClass $to
     */
    private function import(stdClass $from, stdClass $to): void {
        $directory = $this->backup(backup::TYPE_1COURSE, (int) $from->id, backup::MODE_IMPORT);
        $this->restore($directory, (int) $to->id, backup::MODE_IMPORT, backup::TARGET_CURRENT_ADDING);
    }

    /**
     * Makes a copy as the page "Copy course" does.
     *
     * @return int its id
     */
    private function copy(): int {
        $data = (object) [
            'courseid' => $this->course->id,
            'fullname' => 'Copy',
            'shortname' => 'copy',
            'category' => $this->course->category,
            'visible' => 1,
            'startdate' => time(),
            'enddate' => 0,
            'idnumber' => '',
            'userdata' => 0,
        ];
        \copy_helper::create_copy(\copy_helper::process_formdata($data));
        ob_start();
        $task = \core\task\manager::get_next_adhoc_task(time(), true, '\core\task\asynchronous_copy_task');
        $task->execute();
        \core\task\manager::adhoc_task_complete($task);
        ob_end_clean();
        $this->setUser($this->teacher);
        return (int) $this->by_shortname('copy')->id;
    }
}
