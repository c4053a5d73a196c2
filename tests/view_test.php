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

declare(strict_types=1);

namespace local_courseglue;

use local_courseglue\local\engine\engine_factory;
use local_courseglue\local\engine\extension_engine;
use local_courseglue\local\engine\failure;
use local_courseglue\local\identity\identity;
use local_courseglue\local\identity\instance_id;
use local_courseglue\local\membership\joining;
use local_courseglue\local\membership\membership;
use local_courseglue\local\membership\preview;
use local_courseglue\local\peer_endpoint;
use local_courseglue\local\store\changes;
use local_courseglue\local\store\site_store;
use local_courseglue\local\store\state_store;
use local_courseglue\local\view;

/**
 * The view, and the extension that reads it: the real one, where it is loaded.
 *
 * @package    local_courseglue
 * @copyright  2026 The CourseGlue authors
 * @license    https://www.gnu.org/copyleft/gpl.html GNU GPL v3 or later
 * @covers     \local_courseglue\local\view
 * @covers     \local_courseglue\local\engine\extension_engine
 */
final class view_test extends \advanced_testcase {
    #[\Override]
    protected function setUp(): void {
        parent::setUp();
        if (engine_factory::problem() !== null) {
            $this->markTestSkipped('The extension courseglue is not loaded.');
        }
        $this->resetAfterTest();
        engine_factory::reset();
        view::delete();
        // The address that Moodle gives its tests is one of plain HTTP.
        set_config('allowhttp', 1, 'local_courseglue');
    }

    #[\Override]
    protected function tearDown(): void {
        engine_factory::reset();
        instance_id::delete();
        parent::tearDown();
    }

    /**
     * Joins, as the first site of a network.
     */
    private function join(): void {
        joining::run(null, preview::make()->digest());
    }

    /**
     * Publishes a course straight into what this site holds.
     *
     * @param string $id
     * @param string $name
     * @return array the record
     */
    private function hold(string $id, string $name): array {
        $record = engine_factory::get()->record([
            'id' => $id, 'lang' => 'en', 'fullname' => ['en' => $name], 'shortname' => ['en' => 'X'], 'summary' => [],
            'category' => [['en' => 'Science']], 'tags' => [], 'subject' => null, 'level' => null, 'audience' => null,
            'licence' => null, 'format' => 'topics', 'start' => null, 'end' => null, 'access' => 'guest', 'backup' => false,
            'contact' => null, 'link' => 'course/view.php?id=1',
            'contents' => [['type' => 'page', 'name' => ['en' => 'Mitochondria'], 'link' => 'mod/page/view.php?id=7']],
        ], (int) (microtime(true) * 1000));
        changes::apply([[
            'change' => 'record',
            'recordid' => $record['recordid'],
            'nodeid' => identity::load()->nodeid,
            'localid' => $id,
            'seq' => $record['seq'],
            'withdrawn' => false,
            'body' => $record['body'],
            'sig' => $record['sig'],
            'terms' => $record['terms'],
        ]]);
        return $record;
    }

    /**
     * Searches.
     *
     * @param string $words
     * @return array the hits
     */
    private function search(string $words): array {
        $query = ['words' => $words, 'lang' => 'en', 'filters' => [], 'offset' => 0, 'limit' => 10];
        return engine_factory::get()->search($query)['hits'];
    }

    public function test_a_site_that_joined_says_who_it_is(): void {
        $this->join();
        $answer = peer_endpoint::answer('GET', 'operation=describe', '');
        $this->assertSame(200, $answer->status);
        $described = json_decode($answer->body, true);
        $this->assertSame(membership::entry()['body'], $described['site']['body']);
    }

    public function test_the_view_follows_the_database(): void {
        $this->join();
        $this->assertSame([], $this->search('biology'));
        $this->assertSame(state_store::revision(), engine_factory::get()->revision());
        $record = $this->hold('course/1', 'Biology');
        $this->assertNotSame(state_store::revision(), engine_factory::get()->revision());
        $this->assertSame($record['recordid'], $this->search('biology')[0]['recordid']);
        $this->assertSame(state_store::revision(), engine_factory::get()->revision());
    }

    public function test_what_is_inside_a_course_is_found(): void {
        $this->join();
        $this->hold('course/1', 'Biology');
        $hit = $this->search('mitochondria')[0];
        $this->assertSame('mod/page/view.php?id=7', $hit['record']['contents'][$hit['matched'][0]]['link']);
    }

    public function test_a_record_that_is_gone_is_gone_from_the_view(): void {
        $this->join();
        $record = $this->hold('course/1', 'Biology');
        $this->assertCount(1, $this->search('biology'));
        changes::apply([['change' => 'record_gone', 'recordid' => $record['recordid']]]);
        $this->assertSame([], $this->search('biology'));
    }

    /**
     * Deletes a record's row without a sign, as nothing but a mistake would.
     *
     * @param string $recordid
     */
    private function tamper(string $recordid): void {
        global $DB;
        $DB->delete_records('local_courseglue_records', ['recordid' => $recordid]);
    }

    public function test_only_what_is_new_is_read_again(): void {
        $this->join();
        $record = $this->hold('course/1', 'Biology');
        $this->assertCount(1, $this->search('biology'));
        $this->tamper($record['recordid']);
        $this->hold('course/2', 'Chemistry');
        $this->assertCount(1, $this->search('chemistry'));
        $this->assertCount(1, $this->search('biology'), 'The row was read again.');
        view::delete();
        $this->assertSame([], $this->search('biology'), 'The view was not made from nothing.');
    }

    public function test_rows_that_were_written_before_and_committed_after_are_read(): void {
        global $DB;
        $this->join();
        $this->search('biology');
        $record = $this->hold('course/1', 'Biology');
        $DB->set_field('local_courseglue_records', 'timemodified', time() - 9 * MINSECS, ['recordid' => $record['recordid']]);
        $this->assertCount(1, $this->search('biology'));
    }

    public function test_a_view_of_before_the_database_was_restored_is_made_anew(): void {
        global $DB;
        $this->join();
        $record = $this->hold('course/1', 'Biology');
        $this->search('biology');
        $DB->delete_records('local_courseglue_revisions', ['revision' => state_store::revision()]);
        $this->tamper($record['recordid']);
        state_store::bump();
        $this->assertSame([], $this->search('biology'));
    }

    public function test_a_view_that_is_two_days_behind_is_made_anew(): void {
        $this->join();
        $record = $this->hold('course/1', 'Biology');
        $this->search('biology');
        $writer = \CourseGlue\ViewWriter::lock(view::directory());
        $writer->commit(state_store::revision(), time() - 2 * DAYSECS);
        $writer->release();
        $this->tamper($record['recordid']);
        state_store::bump();
        $this->assertSame([], $this->search('biology'));
    }

    public function test_what_a_peer_brought_is_shown_before_the_next_catching_up(): void {
        $this->join();
        view::refresh(engine_factory::get());
        $path = new local\fast_path($GLOBALS['CFG']);
        $since = time();
        $this->hold('course/1', 'Biology');
        $before = engine_factory::get()->revision();
        view::show(engine_factory::get(), $since);
        $this->assertSame($before, engine_factory::get()->revision(), 'Others may have written too.');
        $record = $this->hold('course/2', 'Chemistry');
        view::show(engine_factory::get(), $since);
        $this->assertNotNull($path->notes());
        $this->assertCount(1, $this->search('chemistry'));
        changes::apply([['change' => 'record_gone', 'recordid' => $record['recordid']]]);
        $this->assertSame([], $this->search('chemistry'));
    }

    /**
     * Goes over to another web server: one with a disk of its own.
     *
     * @param string $directory
     */
    private function on_server(string $directory): void {
        global $CFG;
        $CFG->local_courseglue_viewdir = $directory;
        engine_factory::reset();
    }

    public function test_two_web_servers_with_disks_of_their_own_follow_one_database(): void {
        [$one, $other] = [make_request_directory(), make_request_directory()];
        $this->on_server($one);
        $this->join();
        $gone = $this->hold('course/1', 'Biology');
        $this->assertCount(1, $this->search('biology'));

        $this->on_server($other);
        $this->assertCount(1, $this->search('biology'));
        $this->hold('course/2', 'Chemistry');
        changes::apply([['change' => 'record_gone', 'recordid' => $gone['recordid']]]);
        $this->assertCount(1, $this->search('chemistry'));

        $this->on_server($one);
        $this->assertCount(1, $this->search('chemistry'));
        $this->assertSame([], $this->search('biology'));
    }

    public function test_a_view_that_was_deleted_is_made_again(): void {
        $this->join();
        $this->hold('course/1', 'Biology');
        view::delete();
        $this->assertCount(1, $this->search('biology'));
    }

    /**
     * What can befall one of the files of a view.
     *
     * @return array[]
     */
    public static function damages(): array {
        return [
            'no base' => ['base-*', fn(string $file) => unlink($file)],
            'a cut base' => ['base-*', fn(string $file) => file_put_contents($file, substr(file_get_contents($file), 0, -1))],
            'no log' => ['log-*', fn(string $file) => unlink($file)],
            'a wrong log' => ['log-*', fn(string $file) => file_put_contents($file, strrev(file_get_contents($file)))],
        ];
    }

    /**
     * A view of which a part is lost or damaged is made anew by whoever cannot read it.
     *
     * @param string $pattern
     * @param callable $damage
     * @dataProvider damages
     */
    public function test_a_view_of_which_a_part_is_damaged_is_made_anew(string $pattern, callable $damage): void {
        [$one, $other] = [make_request_directory(), make_request_directory()];
        $this->on_server($one);
        $this->join();
        $this->assertSame([], $this->search('biology'));
        $this->hold('course/1', 'Biology');
        $this->assertCount(1, $this->search('biology'));
        foreach (glob("$one/*") as $file) {
            copy($file, "$other/" . basename($file));
        }
        $files = glob("$other/$pattern");
        $this->assertCount(1, $files);
        $damage($files[0]);

        $this->on_server($other);
        $this->assertCount(1, $this->search('biology'));
        $this->hold('course/2', 'Chemistry');
        $this->assertCount(1, $this->search('chemistry'));
    }

    public function test_a_view_that_is_being_written_by_another_is_used_as_it_is(): void {
        $this->join();
        $this->assertSame([], $this->search('biology'));
        $writer = \CourseGlue\ViewWriter::lock(view::directory());
        $this->hold('course/1', 'Biology');
        $this->assertSame([], $this->search('biology'));
        $writer->release();
        $this->assertCount(1, $this->search('biology'));
    }

    public function test_a_view_that_cannot_be_written_is_a_sentence_and_peers_hear_unavailable(): void {
        global $CFG;
        $this->join();
        $file = make_request_directory() . '/file';
        touch($file);
        $CFG->local_courseglue_viewdir = $file . '/view';
        engine_factory::reset();
        $this->assertSame(503, peer_endpoint::answer('GET', 'operation=describe', '')->status);
        $this->assertDebuggingCalled();
        $this->expectException(failure::class);
        $this->expectExceptionMessage($CFG->local_courseglue_viewdir);
        engine_factory::get()->statistics();
    }

    public function test_the_totals_are_those_of_what_the_sites_signed(): void {
        set_config('sharefigures', 'courses', 'local_courseglue');
        $this->getDataGenerator()->create_course();
        $this->getDataGenerator()->create_course();
        $this->join();
        $statistics = engine_factory::get()->statistics();
        $this->assertSame([1, 1], [$statistics['sites'], $statistics['sharing']]);
        $this->assertSame(2, $statistics['figures']['courses']['sum']);
        $this->assertSame(identity::load()->address, engine_factory::get()->sites()[0]['address']);
    }

    public function test_the_day_s_totals_are_kept_once_a_day(): void {
        global $DB;
        $this->join();
        ob_start();
        (new task\record_history())->execute();
        (new task\record_history())->execute();
        ob_end_clean();
        $row = $DB->get_record('local_courseglue_history', []);
        $this->assertEquals(intdiv(time(), DAYSECS), $row->day);
        $this->assertSame(1, json_decode($row->totals, true)['sites']);
    }

    /**
     * Messages that nobody understands.
     *
     * @return array
     */
    public static function bad_messages(): array {
        $message = fn(array $more): string => json_encode($more + ['network' => 'courseglue', 'version' => 1]);
        return [
            'no JSON' => ['this is not JSON', 400, 'not_json'],
            'nothing' => ['', 400, 'not_json'],
            'no object' => ['[1,2]', 400, null],
            'an unknown operation' => [$message(['operation' => 'explode']), 404, 'unknown_operation'],
            'another network' => [$message(['operation' => 'announce', 'network' => 'x', 'sites' => []]), 409, 'wrong_network'],
            'another version' => [$message(['operation' => 'announce', 'version' => 99, 'sites' => []]), 409, 'wrong_version'],
            'a wrong signature' => [$message(['operation' => 'store', 'records' => [], 'site' => [
                'body' => json_encode(['address' => 'x.example', 'scheme' => 'https', 'key' => base64_encode(str_repeat('k', 32)),
                    'seq' => 1, 'lease' => 30000]),
                'sig' => base64_encode(str_repeat('s', 64)), 'vouchers' => []]]), null, null],
        ];
    }

    /**
     * A bad message is refused by name, and changes nothing.
     *
     * @dataProvider bad_messages
     * @param string $body
     * @param int|null $status
     * @param string|null $code
     */
    public function test_a_bad_message_is_refused_by_name_and_changes_nothing(string $body, ?int $status, ?string $code): void {
        $this->join();
        $revision = state_store::revision();
        $answer = peer_endpoint::answer('POST', '', $body);
        $this->assertSame($status ?? $answer->status, $answer->status);
        $this->assertSame(4, intdiv($answer->status, 100));
        $error = json_decode($answer->body, true)['error'];
        $this->assertSame($code ?? $error['code'], $error['code']);
        $this->assertNotSame('', $error['message']);
        $this->assertSame($revision, state_store::revision());
        $this->assertSame(1, site_store::count());
    }

    public function test_an_unknown_operation_is_refused(): void {
        $this->join();
        $answer = peer_endpoint::answer('GET', 'explode', '');
        $this->assertSame(404, $answer->status);
        $this->assertSame('unknown_operation', json_decode($answer->body, true)['error']['code']);
    }

    public function test_what_the_extension_refuses_is_a_sentence(): void {
        $this->expectException(failure::class);
        (new extension_engine())->identify('no address at all');
    }
}
