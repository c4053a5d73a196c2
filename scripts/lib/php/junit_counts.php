<?php
// Part of CourseGlue, GPL v3 or later.

/**
 * Prints "passed failed skipped" of a JUnit file of PHPUnit's, then one line for each test that failed or was skipped.
 *
 * Usage: php junit_counts.php FILE
 */

$junit = @simplexml_load_file($argv[1]);
if ($junit === false) {
    fwrite(STDERR, "{$argv[1]} is not there or broken: the run ended before its report was written.\n");
    exit(1);
}
$counts = ['passed' => 0, 'failed' => 0, 'skipped' => 0];
$lines = [];
foreach ($junit->xpath('//testcase') as $case) {
    if (isset($case->failure) || isset($case->error) || isset($case->warning)) {
        $state = 'failed';
    } else if (isset($case->skipped)) {
        $state = 'skipped';
    } else {
        $state = 'passed';
    }
    $counts[$state]++;
    if ($state !== 'passed') {
        $lines[] = "$state: {$case['class']}::{$case['name']}";
    }
}
echo implode(' ', $counts), "\n", implode("\n", $lines), $lines ? "\n" : '';
