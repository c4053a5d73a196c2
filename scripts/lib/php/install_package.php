<?php
// Part of CourseGlue, GPL v3 or later.

/**
 * Lets Moodle itself validate a plugin's ZIP and unpack it into its tree, as "Install plugins" does.
 *
 * Usage: php install_package.php CONFIG ZIP; ends with 1 and the validator's words when Moodle does not take it
 */

define('CLI_SCRIPT', true);

require($argv[1]);
require_once($CFG->libdir . '/adminlib.php');

$manager = \core_plugin_manager::instance();
$component = $manager->get_plugin_zip_root_dir($argv[2]);
if ($component !== 'courseglue') {
    fwrite(STDERR, "The ZIP's root is \"$component\", not \"courseglue\".\n");
    exit(1);
}
$plugin = (object) ['component' => 'local_courseglue', 'zipfilepath' => $argv[2]];
if (!$manager->install_plugins([$plugin], false, false)) {
    fwrite(STDERR, "Moodle's validator does not take the ZIP, see above.\n");
    exit(1);
}
if (!$manager->install_plugins([$plugin], true, true)) {
    fwrite(STDERR, "Moodle's code manager cannot unpack the ZIP.\n");
    exit(1);
}
