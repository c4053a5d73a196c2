<?php
// Part of CourseGlue, GPL v3 or later.

/**
 * Fills the plugin's tables with rows that were made elsewhere.
 *
 * Usage: php bench_fill.php CONFIG DIRECTORY, with one file a table there: one JSON object a line, a row as the database has it
 */

define('CLI_SCRIPT', true);

require($argv[1]);

// Longer ago than a view that follows looks back.
$when = time() - HOURSECS;
foreach (['local_courseglue_sites', 'local_courseglue_records'] as $table) {
    $file = new SplFileObject("$argv[2]/$table");
    $file->setFlags(SplFileObject::DROP_NEW_LINE | SplFileObject::READ_AHEAD | SplFileObject::SKIP_EMPTY);
    $rows = (function () use ($file, $when): Generator {
        foreach ($file as $line) {
            yield json_decode($line, true, 8, JSON_THROW_ON_ERROR) + ['timemodified' => $when];
        }
    })();
    $transaction = $DB->start_delegated_transaction();
    $DB->insert_records($table, $rows);
    \local_courseglue\local\store\state_store::bump();
    $transaction->allow_commit();
}
if ($DB->get_dbfamily() === 'postgres') {
    $DB->execute('ANALYZE');
}
