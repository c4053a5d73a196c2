<?php
// Part of CourseGlue, GPL v3 or later.

/**
 * Says by its exit status whether sites have met: all know the whole network, and nothing waits. Where there are no more
 * sites than the five homes of a key, every site holds everything.
 *
 * Usage: php have_met.php '[status, …]' SITES, each as cli/status.php --json prints it; SITES is how many there are in all
 */

$statuses = json_decode($argv[1], true);
if (!is_array($statuses)) {
    fwrite(STDERR, "A site's status is no JSON: {$argv[1]}\n");
    exit(1);
}
$sites = (int) ($argv[2] ?? count((array) $statuses));
$published = array_sum(array_column($statuses, 'published'));
$met = $published > 0;
foreach ($statuses as $status) {
    $met = $met && $status['joined'] && $status['sites'] >= $sites && $status['pending'] === 0
        && ($sites > 5 || $status['records'] >= $published);
    fprintf(STDERR, "        | %s: knows %d sites, holds %d records, published %d, pending %d%s\n", $status['address'] ?? '-',
        $status['sites'], $status['records'], $status['published'], $status['pending'],
        $status['problems'] ? '; ' . implode(' ', $status['problems']) : '');
}
exit($met ? 0 : 1);
