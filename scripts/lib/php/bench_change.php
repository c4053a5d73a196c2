<?php
// Part of CourseGlue, GPL v3 or later.

/**
 * Stores rows anew and catches the view up, once, or once a second for some time.
 *
 * Usage: php bench_change.php CONFIG FILE FROM COUNT SECONDS, with one change a line of the file, as the engine hands it over.
 * Prints "ready" before it begins, and at the end {"seconds": the longest time that catching up took}.
 */

define('CLI_SCRIPT', true);

require($argv[1]);

use local_courseglue\local\engine\engine_factory;
use local_courseglue\local\store\changes;
use local_courseglue\local\view;

[, , $path, $from, $count, $seconds] = $argv;
$file = new SplFileObject($path);
$batches = [];
for ($second = 0; $second < max(1, $seconds); $second++) {
    $batch = [];
    for ($line = 0; $line < $count; $line++) {
        $file->seek($from + $second * $count + $line);
        $batch[] = json_decode($file->current(), true, 16, JSON_THROW_ON_ERROR);
    }
    $batches[] = $batch;
}
$engine = engine_factory::get();
$engine->revision();
echo "ready\n";
$longest = 0;
$began = microtime(true);
foreach ($batches as $second => $batch) {
    changes::apply($batch);
    $start = microtime(true);
    view::refresh($engine);
    $longest = max($longest, microtime(true) - $start);
    if ($seconds > 0) {
        usleep((int) max(0, 1e6 * ($began + $second + 1 - microtime(true))));
    }
}
echo json_encode(['seconds' => $longest]), "\n";
