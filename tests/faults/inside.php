<?php
// This file is part of Moodle - http://moodle.org/
//
// Moodle is free software: you can redistribute it and/or modify
// it under the terms of the GNU General Public License as published by
// the Free Software Foundation, either version 3 of the License, or
// (at your option) any later version.
//
// Moodle is distributed in the hope that it will be useful,
// but WITHOUT ANY WARRANTY; without even the implied warranty of
// MERCHANTABILITY or FITNESS FOR A PARTICULAR PURPOSE.  See the
// GNU General Public License for more details.
//
// You should have received a copy of the GNU General Public License
// along with Moodle.  If not, see <http://www.gnu.org/licenses/>.

/**
 * The part of the tests of faults that runs inside a Moodle: messages with its real signature, and a look at its clock.
 *
 *     php tests/faults/inside.php sign '{"first": 900001, "words": ["quorvane"], "each": 3}'   messages that store courses
 *     php tests/faults/inside.php withdraw '{"id": 900001, "word": "quorvane"}'          a message that withdraws one of them
 *     php tests/faults/inside.php newcomer 127.0.0.40:2222                  a message of a newcomer that asks to be vouched for
 *     php tests/faults/inside.php block WORD                                          what an administrator does about a word
 *     php tests/faults/inside.php allow WORD                                                                   and takes back
 *     php tests/faults/inside.php daysago 3                      everything that this Moodle remembers happened so long before
 *
 * @package    local_courseglue
 * @copyright  2026 The CourseGlue authors
 * @license    https://www.gnu.org/copyleft/gpl.html GNU GPL v3 or later
 */

define('CLI_SCRIPT', true);

require(__DIR__ . '/../../../../config.php');

use local_courseglue\local\engine\engine_factory;
use local_courseglue\local\membership\membership;
use local_courseglue\local\settings_builder;
use local_courseglue\local\store\state_store;

/**
 * A message as it goes over the wire.
 *
 * @param string $operation
 * @param array $fields
 * @return string
 */
function courseglue_message(string $operation, array $fields): string {
    $message = ['network' => 'courseglue', 'version' => 1, 'operation' => $operation] + $fields;
    return json_encode($message, JSON_THROW_ON_ERROR | JSON_UNESCAPED_SLASHES | JSON_UNESCAPED_UNICODE);
}

/**
 * The message that stores or withdraws items, with this site's signature.
 *
 * @param string $type
 * @param array[] $items
 * @return string
 */
function courseglue_store(string $type, array $items): string {
    $fields = array_flip(['body', 'sig', 'terms']);
    $packed = fn(array $terms): string => base64_encode(hex2bin(implode('', $terms)));
    $items = array_map(
        fn(array $item): array => ['type' => $type, 'terms' => $packed($item['terms'])] + array_intersect_key($item, $fields),
        $items
    );
    return courseglue_message('store', ['site' => membership::entry(), 'records' => $items]);
}

/**
 * A course that exists in its record only.
 *
 * @param int $id
 * @param string $word
 * @return array its record
 */
function courseglue_record(int $id, string $word): array {
    return engine_factory::get()->record([
        'id' => "course/$id",
        'lang' => 'en',
        'fullname' => ['en' => ucfirst($word) . ' ' . $id],
        'shortname' => ['en' => "F$id"],
        'summary' => ['en' => "What is known of $word."],
        'category' => [],
        'tags' => [],
        'subject' => null,
        'level' => null,
        'audience' => null,
        'licence' => null,
        'format' => 'topics',
        'start' => null,
        'end' => null,
        'access' => 'guest',
        'backup' => false,
        'contact' => null,
        'link' => "course/view.php?id=$id",
        'contents' => [],
    ], (int) floor(microtime(true) * 1000));
}

/**
 * Signs courses, some for each word.
 *
 * @param int $first number of the first one
 * @param string[] $words
 * @param int $each
 * @return array[] for each word the message, and the courses' ids and the records' ids, in the order of the message
 */
function courseglue_sign(int $first, array $words, int $each): array {
    $signed = [];
    foreach ($words as $word) {
        $records = [];
        for ($number = 0; $number < $each; $number++) {
            $records["course/$first"] = courseglue_record($first, $word);
            $first++;
        }
        $signed[] = [
            'word' => $word,
            'ids' => array_keys($records),
            'recordids' => array_column($records, 'recordid'),
            'message' => courseglue_store('record', array_values($records)),
        ];
    }
    return $signed;
}

/**
 * A newcomer's descriptor, with a key of its own.
 *
 * @param string $address
 * @return array
 */
function courseglue_newcomer(string $address): array {
    $secret = \CourseGlue\Node::generateSecret();
    $settings = ['address' => $address, 'secret' => $secret] + settings_builder::build(engine_factory::get());
    $own = json_decode(membership::entry()['body'], true);
    $own['figures'] = (object) [];
    $descriptor = ['address' => $address, 'key' => \CourseGlue\Node::publicKey($secret)] + $own;
    $node = new \CourseGlue\Node(json_encode($settings, JSON_THROW_ON_ERROR));
    return json_decode($node->sign('descriptor', json_encode($descriptor, JSON_UNESCAPED_SLASHES)), true) + ['vouchers' => []];
}

/**
 * Moves whatever has a date into the past, as if nothing had run since.
 *
 * @param int $seconds
 */
function courseglue_shift(int $seconds): void {
    global $DB;
    foreach ($DB->get_tables() as $table) {
        $columns = str_starts_with($table, 'local_courseglue_') ? $DB->get_columns($table) : [];
        foreach (array_intersect(['timemodified', 'timechecked', 'lasttry', 'lastok'], array_keys($columns)) as $column) {
            $DB->execute('UPDATE {' . $table . "} SET $column = $column - ? WHERE $column > ?", [$seconds, 2 * $seconds]);
        }
    }
    foreach ($DB->get_records('local_courseglue_marks') as $mark) {
        if (ctype_digit($mark->value) && $mark->value > 2 * $seconds * 1000) {
            $DB->set_field('local_courseglue_marks', 'value', $mark->value - $seconds * 1000, ['id' => $mark->id]);
        }
    }
    foreach (['lastsync', 'lastsynctried'] as $name) {
        $time = (int) state_store::get($name);
        if ($time > 0) {
            state_store::set($name, (string) ($time - $seconds));
        }
    }
    $DB->execute(
        'UPDATE {task_scheduled} SET lastruntime = lastruntime - :last, nextruntime = nextruntime - :next WHERE component = :component',
        ['last' => $seconds, 'next' => $seconds, 'component' => 'local_courseglue']
    );
    state_store::bump();
}

[, $action, $argument] = $argv + [1 => '', 2 => ''];
$done = ['done' => $action];
switch ($action) {
    case 'sign':
        $wanted = json_decode($argument, true, 8, JSON_THROW_ON_ERROR);
        $done = courseglue_sign($wanted['first'], $wanted['words'], $wanted['each']);
        break;
    case 'withdraw':
        $wanted = json_decode($argument, true, 8, JSON_THROW_ON_ERROR);
        $record = courseglue_record($wanted['id'], $wanted['word']);
        $tombstone = engine_factory::get()->tombstone("course/{$wanted['id']}", $record['seq'] + 1, $record['terms']);
        $done['message'] = courseglue_store('tombstone', [$tombstone]);
        break;
    case 'newcomer':
        $done['message'] = courseglue_message('vouch', ['site' => courseglue_newcomer($argument)]);
        break;
    case 'block':
        $DB->insert_record('local_courseglue_rules', (object) [
            'kind' => 'word', 'action' => 'block', 'value' => $argument, 'timemodified' => time(),
        ]);
        break;
    case 'allow':
        $DB->delete_records('local_courseglue_rules', ['value' => $argument]);
        break;
    case 'daysago':
        courseglue_shift((int) $argument * DAYSECS);
        break;
    default:
        cli_error('Which action? See the head of this file.');
}
echo json_encode($done, JSON_UNESCAPED_SLASHES), "\n";
