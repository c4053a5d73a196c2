<?php
// Part of CourseGlue, GPL v3 or later.

/**
 * Adds the plugin to a PHPUnit site of Moodle that was installed without it, and keeps that as the state tests begin with.
 *
 * Moodle itself can only install the whole site again, which takes minutes: this takes seconds.
 * Usage: php keep_phpunit_state.php /path/to/moodle
 */

define('IGNORE_COMPONENT_CACHE', true);
define('CACHE_DISABLE_ALL', true);
define('PHPUNIT_UTIL', true);

$root = $argv[1];
require_once("$root/lib/clilib.php");
require_once("$root/lib/phpunit/bootstraplib.php");
require_once("$root/lib/testing/lib.php");
require("$root/vendor/autoload.php");
require("$root/lib/phpunit/bootstrap.php");
require_once($CFG->libdir . '/adminlib.php');
require_once($CFG->libdir . '/upgradelib.php');

/** Opens what Moodle's own installer of PHPUnit sites calls at its end; the first part of the name says which framework. */
final class phpunit_state_keeper extends phpunit_util {
    /** Writes down the versions and the content of the tables, as phpunit_util::install_site() does. */
    public static function keep(): void {
        self::save_original_data_files();
        self::store_versions_hash();
        self::store_database_state();
    }
}

// PHPUnit's own bootstrap leaves the stored configuration out as long as the versions differ.
initialise_cfg();
\core\session\manager::set_user(get_admin());
upgrade_noncore(true);
admin_apply_default_settings(null, false);
set_config('allversionshash', core_component::get_all_versions_hash());
unset_config('upgraderunning');
while ($task = \core\task\manager::get_next_adhoc_task(time())) {
    $task->execute();
    \core\task\manager::adhoc_task_complete($task);
}
phpunit_state_keeper::keep();
