<?php
// Part of CourseGlue, GPL v3 or later.

/**
 * The least that a page of Moodle can do: configuration, and ten bytes.
 */

define('ABORT_AFTER_CONFIG', true);

require(__DIR__ . '/config.php');

echo '0123456789';
