<?php
// Part of CourseGlue, GPL v3 or later.

/**
 * Goes through the courses of a big site as the plugin's tasks do, and prints what that took, as one JSON object:
 * {"seconds", "queries", "memory_mb": the most that this process ever took, "courses", "marked", "published", "pending", "modinfo"}.
 *
 * Usage: php bench_sweep.php CONFIG WHAT [ARGUMENT]
 *
 *   boot           nothing: Moodle alone
 *   sweep [MOST]   a sweep, from its beginning or from where an unfinished one was; MOST courses at most
 *   publish        one run of the publisher
 *   change SHARE   renames an activity of one course in SHARE, as Moodle does it when nobody tells of it
 *   forget         empties Moodle's caches of what is in courses
 *   keep WHAT    sweeps, or publishes everything anew, until it is ended: WHAT is "sweeping" or "publishing"
 */

define('CLI_SCRIPT', true);

require($argv[1]);

use local_courseglue\local\membership\membership;
use local_courseglue\local\publication\publisher;
use local_courseglue\local\publication\sweep;
use local_courseglue\local\store\delivery_store;
use local_courseglue\local\store\publication_backlog;

$what = $argv[2];
$report = ['courses' => 0, 'marked' => 0, 'published' => 0];

/** A whole sweep, or a part of one. */
function sweep_on(int $most = PHP_INT_MAX): array {
    $found = sweep::create()->run(HOURSECS, $most);
    return ['courses' => $found['checked'], 'marked' => $found['marked']];
}

/** One run of the publisher. */
function publish(): array {
    $report = publisher::create()->run(membership::entry());
    // Whether all is sent in the end is for the bench to say.
    if ($report->problems) {
        fwrite(STDERR, implode("\n", array_slice($report->problems, 0, 5)) . "\n");
    }
    return ['published' => $report->published];
}

/** The number of courses whose structure is in Moodle's cache. */
function modinfo(): int {
    global $CFG;
    $folder = "$CFG->dataroot/cache/cachestore_file/default_application/core_coursemodinfo";
    if (!is_dir($folder)) {
        return 0;
    }
    $files = new RecursiveIteratorIterator(new RecursiveDirectoryIterator($folder, FilesystemIterator::SKIP_DOTS));
    return iterator_count(new RegexIterator($files, '~\.cache$~'));
}

$queries = $DB->perf_get_queries();
$began = microtime(true);
if ($what === 'sweep') {
    $report = array_replace($report, sweep_on((int) ($argv[3] ?? PHP_INT_MAX)));
} else if ($what === 'publish') {
    $report = array_replace($report, publish());
} else if ($what === 'change') {
    foreach ($DB->get_fieldset_sql('SELECT id FROM {page} WHERE MOD(course, ?) = 0', [(int) $argv[3]]) as $id) {
        $DB->execute("UPDATE {page} SET name = name || ' anew' WHERE id = ?", [$id]);
        rebuild_course_cache((int) $DB->get_field('page', 'course', ['id' => $id]), true);
    }
} else if ($what === 'forget') {
    cache::make('core', 'coursemodinfo')->purge();
} else if ($what === 'keep') {
    while (true) {
        if ($argv[3] === 'sweeping') {
            sweep::create()->run();
        } else {
            delivery_store::send_all_again();
            publish();
        }
    }
}
$report += ['seconds' => microtime(true) - $began, 'queries' => $DB->perf_get_queries() - $queries];
preg_match('~^VmHWM:\s+(\d+) kB~m', file_get_contents('/proc/self/status'), $peak);
$report += ['memory_mb' => $peak[1] / 1024, 'pending' => publication_backlog::count_waiting(time()), 'modinfo' => modinfo()];
echo json_encode($report), "\n";
