<?php
// Part of CourseGlue, GPL v3 or later.

/**
 * The least that a page with all of Moodle can do: no session, and ten bytes.
 */

define('AJAX_SCRIPT', true);
define('NO_MOODLE_COOKIES', true);

require(__DIR__ . '/config.php');

echo '0123456789';
