<?php
// Part of CourseGlue, GPL v3 or later.

/**
 * Makes a big site of an empty one, by SQL: courses that guests may enter, with 12 activities each.
 *
 * Usage: php bench_courses.php CONFIG FIXTURES COUNT, with a course a line of FIXTURES, whose words are used again and again
 */

define('CLI_SCRIPT', true);

require($argv[1]);

/** Kinds of activities: each course has one of each, three in a section. */
const KINDS = ['forum', 'page', 'url', 'label', 'assign', 'book', 'glossary', 'resource', 'choice', 'folder', 'lesson', 'quiz'];
const SECTIONS = 4;
const CATEGORIES = 200;
/** Rows a statement; a database takes so many parameters. */
const ROWS = 500;
const PARAMETERS = 30000;

[, , $path, $count] = $argv;
$fixtures = array_map(
    fn(string $line): array => json_decode($line, true, 16, JSON_THROW_ON_ERROR),
    file($path, FILE_IGNORE_NEW_LINES | FILE_SKIP_EMPTY_LINES),
);
\core\session\manager::set_user(get_admin());
$kinds = $DB->get_records_list('modules', 'name', KINDS, '', 'name, id');
$first = fn(string $table): int => 1 + (int) $DB->get_field_sql("SELECT MAX(id) FROM {{$table}}");
$course = $first('course');
$section = $first('course_sections');
$cm = $first('course_modules');
$context = $first('context');
$instance = array_combine(KINDS, array_map($first, KINDS));

// Contexts are parents before children, and rows of one table are written together.
$rows = [];
$write = function (string $table, array $row) use (&$rows, $DB): void {
    $rows[$table][] = $row + required($table);
    if (count($rows[$table]) >= min(ROWS, intdiv(PARAMETERS, count($rows[$table][0])))) {
        insert($table, $rows[$table]);
        $rows[$table] = [];
    }
};

/** The fields that a row must set and the database does not set by itself. */
function required(string $table): array {
    global $DB;
    static $known = [];
    if (!isset($known[$table])) {
        $needed = array_filter($DB->get_columns($table), fn($column): bool => $column->not_null && !$column->has_default
            && $column->name !== 'id');
        $known[$table] = array_map(fn($column): string => in_array($column->meta_type, ['C', 'X'], true) ? '' : '0', $needed);
    }
    return $known[$table];
}

/** Writes rows with the ids that they have. */
function insert(string $table, array $rows): void {
    global $DB;
    $fields = array_keys($rows[0]);
    $places = '(' . implode(', ', array_fill(0, count($fields), '?')) . ')';
    $DB->execute(
        "INSERT INTO {{$table}} (" . implode(', ', $fields) . ') VALUES ' . implode(', ', array_fill(0, count($rows), $places)),
        array_merge(...array_map(fn(array $row): array => array_values(array_replace(array_flip($fields), $row)), $rows)),
    );
}

$transaction = $DB->start_delegated_transaction();
$categories = [];
for ($n = 0; $n < CATEGORIES; $n++) {
    $parent = $n % 10 === 0 ? 0 : $categories[$n - $n % 10]->id;
    $categories[] = \core_course_category::create((object) ['name' => "Faculty and department {$n}", 'parent' => $parent]);
}
$context = max($context, $first('context'));
for ($n = 0; $n < $count; $n++) {
    $from = $fixtures[$n % count($fixtures)];
    $names = array_column(array_merge(...array_column($from['sections'], 'activities')), 'name');
    $category = $categories[$n % CATEGORIES];
    $above = \core\context\coursecat::instance($category->id);
    $write('course', [
        'id' => $course, 'category' => $category->id, 'sortorder' => $category->sortorder + 1 + intdiv($n, CATEGORIES),
        'fullname' => "{$from['title']} {$n}", 'shortname' => "bench{$n}", 'summary' => "<p>{$from['summary']}</p>",
        'summaryformat' => FORMAT_HTML, 'format' => 'topics', 'visible' => 1, 'startdate' => 1788220800, 'enddate' => 0,
        'cacherev' => 1, 'timecreated' => 1788220800, 'timemodified' => 1788220800, 'lang' => $from['lang'],
    ]);
    $path = "{$above->path}/{$context}";
    $write('context', ['id' => $context++, 'contextlevel' => CONTEXT_COURSE, 'instanceid' => $course, 'path' => $path,
        'depth' => $above->depth + 1, 'locked' => 0]);
    foreach (['manual' => 0, 'guest' => 0, 'self' => 1] as $enrol => $status) {
        $write('enrol', ['enrol' => $enrol, 'courseid' => $course, 'status' => $status, 'password' => '']);
    }
    for ($s = 0; $s < SECTIONS; $s++) {
        $here = array_slice(KINDS, 3 * $s, 3);
        $write('course_sections', [
            'id' => $section, 'course' => $course, 'section' => $s, 'visible' => 1, 'summaryformat' => FORMAT_HTML,
            'name' => $s === 0 ? null : $from['sections'][($s - 1) % count($from['sections'])]['name'],
            'sequence' => implode(',', array_map(fn(int $k): int => $cm + 3 * $s + $k, array_keys($here))),
            'timemodified' => 1788220800,
        ]);
        foreach ($here as $k => $kind) {
            $name = $names[(3 * $s + $k) % count($names)] . " {$n}";
            $write($kind, ['id' => $instance[$kind], 'course' => $course, 'name' => $name, 'intro' => $name, 'introformat' => FORMAT_HTML]);
            $write('course_modules', [
                'id' => $cm + 3 * $s + $k, 'course' => $course, 'module' => $kinds[$kind]->id, 'instance' => $instance[$kind]++,
                'section' => $section, 'visible' => 1, 'visibleold' => 1, 'visibleoncoursepage' => 1, 'added' => 1788220800,
            ]);
            $write('context', ['id' => $context, 'contextlevel' => CONTEXT_MODULE, 'instanceid' => $cm + 3 * $s + $k,
                'path' => "{$path}/{$context}", 'depth' => $above->depth + 2, 'locked' => 0]);
            $context++;
        }
        $section++;
    }
    $cm += count(KINDS);
    $course++;
}
foreach ($rows as $table => $left) {
    if ($left) {
        insert($table, $left);
    }
    $DB->get_manager()->reset_sequence(new xmldb_table($table));
}
$transaction->allow_commit();
$DB->set_field('course_categories', 'coursecount', $count / CATEGORIES, []);
purge_all_caches();
if ($DB->get_dbfamily() === 'postgres') {
    $DB->execute('ANALYZE');
}
