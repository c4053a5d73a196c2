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

use local_courseglue\local\store\changes;
use local_courseglue\local\store\check_store;
use local_courseglue\local\store\frequency_store;
use local_courseglue\local\store\mark_store;
use local_courseglue\local\store\record_store;
use local_courseglue\local\store\site_store;
use local_courseglue\local\store\spot_store;
use local_courseglue\local\store\state_store;

/**
 * How changes become rows.
 *
 * @package    local_courseglue
 * @copyright  2026 The CourseGlue authors
 * @license    https://www.gnu.org/copyleft/gpl.html GNU GPL v3 or later
 * @covers     \local_courseglue\local\store\changes
 * @covers     \local_courseglue\local\store\batch
 * @covers     \local_courseglue\local\store\site_batch
 * @covers     \local_courseglue\local\store\record_batch
 * @covers     \local_courseglue\local\store\check_batch
 * @covers     \local_courseglue\local\store\spot_batch
 * @covers     \local_courseglue\local\store\spot_store
 * @covers     \local_courseglue\local\store\frequency_batch
 * @covers     \local_courseglue\local\store\frequency_store
 * @covers     \local_courseglue\local\store\mark_batch
 * @covers     \local_courseglue\local\store\mark_store
 * @covers     \local_courseglue\local\store\vouchers
 */
final class store_changes_test extends \advanced_testcase {
    #[\Override]
    protected function setUp(): void {
        parent::setUp();
        $this->resetAfterTest();
    }

    /**
     * A site's descriptor as a change.
     *
     * @param string $name which site
     * @param int $seq
     * @param array $more
     * @return array
     */
    private function site(string $name, int $seq, array $more = []): array {
        return $more + [
            'change' => 'site',
            'nodeid' => sha1($name),
            'address' => "$name.example",
            'domain' => "$name.example",
            'seq' => $seq,
            'lease' => 20000,
            'body' => "{\"name\": \"École № $name\"}",
            'sig' => "sig $seq",
            'vouchers' => [],
        ];
    }

    /**
     * A record as a change.
     *
     * @param string $id which record
     * @param int $seq
     * @param string[] $terms
     * @param array $more
     * @return array
     */
    private function record(string $id, int $seq, array $terms, array $more = []): array {
        return $more + [
            'change' => 'record',
            'recordid' => sha1($id),
            'nodeid' => sha1('a'),
            'localid' => "course/$id",
            'seq' => $seq,
            'withdrawn' => false,
            'body' => "{\"seq\": $seq, \"fullname\": \"生物学\"}",
            'sig' => "sig $seq",
            'terms' => array_map('sha1', $terms),
        ];
    }

    /**
     * How frequent a term is, as a change.
     *
     * @param string $term
     * @param int $count
     * @param int $day
     * @return array
     */
    private function frequency(string $term, int $count, int $day): array {
        return ['change' => 'frequency', 'term' => sha1($term), 'count' => $count, 'day' => $day];
    }

    /**
     * The terms under which a record is held.
     *
     * @param string $id
     * @return string[]
     */
    private function terms(string $id): array {
        global $DB;
        $row = $DB->get_record('local_courseglue_records', ['recordid' => sha1($id)]);
        return $row ? record_store::terms($row) : [];
    }

    public function test_what_is_stored_comes_back_byte_for_byte(): void {
        $site = $this->site('a', 10, ['vouchers' => [['by' => sha1('b'), 'day' => 3, 'since' => 1, 'sig' => 'x']]]);
        $record = $this->record('1', 10, ['x', 'y']);
        $check = ['change' => 'checked', 'host' => 'h', 'address' => 'h/a', 'key' => 'k', 'at' => time(), 'ok' => true];
        changes::apply([$site, $record, $check]);

        $this->assertEquals([$site], iterator_to_array(site_store::changes(), false));
        $held = iterator_to_array(record_store::changes(), false);
        $this->assertEqualsCanonicalizing($record['terms'], $held[0]['terms']);
        $this->assertSame($record['body'], $held[0]['body']);
        $this->assertEquals([$check], iterator_to_array(check_store::changes(), false));
    }

    public function test_terms_are_told_apart_by_record(): void {
        changes::apply([$this->record('1', 1, ['x']), $this->record('2', 1, ['y', 'z']), $this->record('3', 1, [])]);
        $held = array_column(iterator_to_array(record_store::changes(), false), 'terms', 'localid');
        $this->assertSame([sha1('x')], $held['course/1']);
        $this->assertEqualsCanonicalizing([sha1('y'), sha1('z')], $held['course/2']);
        $this->assertSame([], $held['course/3']);
    }

    public function test_the_higher_seq_wins_whatever_the_order(): void {
        changes::apply([$this->site('a', 20), $this->site('a', 10)]);
        changes::apply([$this->site('a', 15)]);
        $this->assertSame('sig 20', site_store::entry(sha1('a'))['sig']);
        changes::apply([$this->record('1', 20, ['x']), $this->record('1', 10, ['y'])]);
        $this->assertSame([sha1('x')], $this->terms('1'));
    }

    public function test_the_same_seq_unites_vouchers(): void {
        $old = ['by' => sha1('b'), 'day' => 3, 'since' => 1, 'sig' => 'old'];
        $new = ['by' => sha1('b'), 'day' => 4, 'since' => 1, 'sig' => 'new'];
        $other = ['by' => sha1('c'), 'day' => 1, 'since' => 1, 'sig' => 'other'];
        changes::apply([$this->site('a', 10, ['vouchers' => [$old]])]);
        changes::apply([$this->site('a', 10, ['vouchers' => [$new, $other]])]);
        $this->assertEqualsCanonicalizing([$new, $other], site_store::entry(sha1('a'))['vouchers']);
    }

    public function test_of_many_vouchers_the_newest_are_kept(): void {
        $voucher = fn(int $day): array => ['by' => sha1("by $day"), 'day' => $day, 'since' => 1, 'sig' => 'x'];
        changes::apply([$this->site('a', 10, ['vouchers' => array_map($voucher, [1, 2, 3])])]);
        changes::apply([$this->site('a', 10, ['vouchers' => array_map($voucher, [4, 5, 6])])]);
        $this->assertSame([6, 5, 4, 3], array_column(site_store::entry(sha1('a'))['vouchers'], 'day'));
    }

    public function test_of_vouchers_of_one_day_the_same_are_kept_as_by_the_engine(): void {
        $voucher = fn(int $number): array => ['by' => sha1("b$number"), 'day' => 3, 'since' => 1, 'sig' => "$number"];
        foreach ([[[0, 1, 2], [3, 4, 5]], [[5, 1, 3], [4, 0, 2]]] as [$first, $then]) {
            changes::apply([['change' => 'site_gone', 'nodeid' => sha1('a')]]);
            changes::apply([$this->site('a', 10, ['vouchers' => array_map($voucher, $first)])]);
            changes::apply([$this->site('a', 10, ['vouchers' => array_map($voucher, $then)])]);
            $this->assertSame(['3', '0', '1', '4'], array_column(site_store::entry(sha1('a'))['vouchers'], 'sig'));
        }
    }

    public function test_of_two_statements_of_one_seq_every_site_keeps_the_same(): void {
        $one = $this->site('a', 10, ['sig' => 'one']);
        $other = $this->site('a', 10, ['body' => '{"other": true}', 'sig' => 'other']);
        changes::apply([$one]);
        changes::apply([$other]);
        $kept = site_store::entry(sha1('a'));
        changes::apply([['change' => 'site_gone', 'nodeid' => sha1('a')], $other]);
        changes::apply([$one]);
        $this->assertSame($kept, site_store::entry(sha1('a')));
    }

    public function test_the_same_seq_unites_terms(): void {
        changes::apply([$this->record('1', 10, ['x'])]);
        changes::apply([$this->record('1', 10, ['y', 'x'])]);
        $this->assertEqualsCanonicalizing([sha1('x'), sha1('y')], $this->terms('1'));
    }

    public function test_a_newer_record_loses_the_terms_it_no_longer_has(): void {
        changes::apply([$this->record('1', 10, ['x', 'y'])]);
        changes::apply([$this->record('1', 11, ['y', 'z'])]);
        $this->assertEqualsCanonicalizing([sha1('y'), sha1('z')], $this->terms('1'));
    }

    public function test_a_tombstone_takes_the_place_of_a_record(): void {
        changes::apply([$this->record('1', 10, ['x'])]);
        changes::apply([$this->record('1', 11, ['x'], ['withdrawn' => true])]);
        $this->assertSame(0, record_store::count());
        $this->assertTrue(iterator_to_array(record_store::changes(), false)[0]['withdrawn']);
    }

    public function test_a_record_may_lose_terms_and_is_gone_with_the_last(): void {
        changes::apply([$this->record('1', 10, ['x', 'y', 'z'])]);
        $gone = ['change' => 'terms_gone', 'recordid' => sha1('1'), 'seq' => 10, 'terms' => [sha1('x'), sha1('w')]];
        changes::apply([$gone, ['seq' => 9, 'terms' => [sha1('y')]] + $gone, ['seq' => 11, 'terms' => [sha1('y')]] + $gone]);
        $this->assertEqualsCanonicalizing([sha1('y'), sha1('z')], $this->terms('1'));
        changes::apply([['terms' => [sha1('y'), sha1('z')]] + $gone]);
        $this->assertSame([0, []], [record_store::count(), $this->terms('1')]);
    }

    public function test_what_is_gone_is_gone_with_its_terms(): void {
        changes::apply([$this->record('1', 10, ['x']), $this->record('2', 10, ['x'])]);
        changes::apply([['change' => 'record_gone', 'recordid' => sha1('1')]]);
        $this->assertSame([], $this->terms('1'));
        $this->assertSame(1, record_store::count());
    }

    public function test_of_what_is_gone_a_newer_version_stays_that_was_stored_meanwhile(): void {
        changes::apply([$this->site('a', 5), $this->record('1', 10, ['x']), $this->record('2', 10, ['x'])]);
        $gone = ['change' => 'record_gone', 'recordid' => sha1('1')];
        changes::apply([['seq' => 9] + $gone, ['change' => 'site_gone', 'nodeid' => sha1('a'), 'seq' => 4]]);
        $this->assertSame([2, 1], [record_store::count(), site_store::count()]);
        changes::apply([['seq' => 10] + $gone]);
        $this->assertSame([[], [sha1('x')]], [$this->terms('1'), $this->terms('2')]);
        changes::apply([['change' => 'site_gone', 'nodeid' => sha1('a'), 'seq' => 5]]);
        $this->assertSame([0, 0], [record_store::count(), site_store::count()]);
    }

    public function test_a_site_that_is_gone_takes_its_records_along(): void {
        changes::apply([$this->site('a', 1), $this->site('b', 1), $this->record('1', 1, ['x'])]);
        changes::apply([$this->record('2', 1, ['x'], ['nodeid' => sha1('b')])]);
        changes::apply([['change' => 'site_gone', 'nodeid' => sha1('a')]]);
        $this->assertNull(site_store::entry(sha1('a')));
        $this->assertSame([], $this->terms('1'));
        $this->assertSame([sha1('x')], $this->terms('2'));
    }

    public function test_a_record_that_comes_as_its_site_goes_is_held_whole(): void {
        changes::apply([$this->site('a', 1), $this->record('1', 1, ['x'])]);
        changes::apply([['change' => 'site_gone', 'nodeid' => sha1('a')], $this->record('1', 1, ['y'])]);
        $this->assertSame(1, record_store::count());
        $this->assertSame([sha1('y')], $this->terms('1'));
    }

    public function test_a_site_may_go_and_come_in_one_batch(): void {
        changes::apply([$this->site('a', 5)]);
        changes::apply([['change' => 'site_gone', 'nodeid' => sha1('a')], $this->site('a', 4)]);
        $this->assertSame('sig 4', site_store::entry(sha1('a'))['sig']);
    }

    public function test_a_site_that_does_not_answer_is_told_apart_from_one_that_did(): void {
        changes::apply([$this->site('a', 1)]);
        $alive = ['change' => 'alive', 'nodeid' => sha1('a'), 'ok' => true, 'at' => 1000, 'failures' => 0, 'since' => 0,
            'error' => null];
        $dead = ['ok' => false, 'at' => 2000, 'failures' => 3, 'since' => 1200, 'error' => str_repeat('é', 300)] + $alive;
        changes::apply([$alive, $dead, ['at' => 1500] + $alive]);
        [, $lived, $died] = iterator_to_array(site_store::changes(), false);
        $this->assertEquals($alive, $lived);
        $this->assertEquals(['error' => str_repeat('é', 255)] + $dead, $died);
    }

    public function test_what_is_no_news_makes_no_revision(): void {
        $news = [
            $this->site('a', 10, ['vouchers' => [['by' => sha1('b'), 'day' => 3, 'since' => 1, 'sig' => 'x']]]),
            $this->record('1', 10, ['x', 'y']),
            ['change' => 'alive', 'nodeid' => sha1('a'), 'ok' => true, 'at' => 1000, 'failures' => 0, 'since' => 0,
                'error' => null],
            $this->frequency('x', 100, 20000),
            ['change' => 'spot', 'nodeid' => sha1('a'), 'days' => 1, 'last' => 20000],
            ['change' => 'mark', 'name' => 'exchanged', 'value' => '1'],
        ];
        $before = state_store::revision();
        changes::apply($news);
        $after = state_store::revision();
        $this->assertNotSame($before, $after);

        changes::apply($news);
        changes::apply([]);
        changes::apply([$this->site('a', 9), $this->record('1', 9, ['z']), ['change' => 'record_gone', 'recordid' => sha1('9')]]);
        changes::apply([['at' => 1300] + $news[2], $this->frequency('x', 95, 19999)]);
        changes::apply([['change' => 'mark', 'name' => 'never', 'value' => null], ['days' => 0, 'nodeid' => sha1('b')] + $news[4]]);
        $this->assertSame($after, state_store::revision());
    }

    public function test_more_than_a_chunk_is_applied(): void {
        $sites = array_map(fn(int $i): array => $this->site("s$i", 1), range(1, 1100));
        changes::apply($sites);
        $this->assertSame(1100, site_store::count());
        changes::apply([...$sites, $this->site('s7', 2)]);
        $this->assertSame('sig 2', site_store::entry(sha1('s7'))['sig']);
    }

    public function test_a_change_that_fails_leaves_nothing_of_the_others(): void {
        $this->preventResetByRollback();
        $revision = state_store::revision();
        try {
            changes::apply([$this->site('a', 1), $this->record('1', 1, ['x'], ['localid' => str_repeat('x', 101)])]);
            $this->fail('A local id of 101 characters was stored.');
        } catch (\dml_exception $e) {
            $this->assertSame(0, site_store::count());
            $this->assertSame($revision, state_store::revision());
        }
    }

    public function test_a_row_that_somebody_else_wrote_meanwhile_is_read_and_folded(): void {
        // Another writer's row appears between the look and the write: the write looks again behind the lock.
        $applied = new \ReflectionMethod(changes::class, 'commit');
        changes::apply([$this->site('a', 5)]);
        $applied->invoke(null, [$this->site('a', 4), $this->site('b', 1)]);
        $this->assertSame('sig 5', site_store::entry(sha1('a'))['sig']);
        $this->assertSame('sig 1', site_store::entry(sha1('b'))['sig']);
    }

    public function test_a_check_that_succeeds_makes_the_failed_ones_good(): void {
        $failed = ['change' => 'spot', 'nodeid' => sha1('a'), 'days' => 2, 'last' => 20001];
        changes::apply([['days' => 1, 'last' => 20000] + $failed, $failed]);
        $this->assertEquals([$failed], iterator_to_array(spot_store::changes(), false));
        changes::apply([['days' => 0, 'last' => 20002] + $failed]);
        $this->assertSame([], iterator_to_array(spot_store::changes(), false));
    }

    public function test_the_checks_of_a_site_that_is_gone_are_forgotten(): void {
        $spots = array_map(fn(string $name): array => ['change' => 'spot', 'nodeid' => sha1($name), 'days' => 1, 'last' => 2], ['a', 'b']);
        changes::apply([$this->site('a', 1), $this->site('b', 1), ...$spots]);
        changes::apply([['change' => 'site_gone', 'nodeid' => sha1('a')]]);
        $this->assertEquals([$spots[1]], iterator_to_array(spot_store::changes(), false));
    }

    public function test_what_was_learnt_last_of_a_term_counts(): void {
        changes::apply([$this->frequency('x', 100, 20000), $this->frequency('y', 7, 20000)]);
        changes::apply([$this->frequency('x', 300, 20001), $this->frequency('x', 5, 19999), $this->frequency('y', 7, 20007)]);
        $this->assertEquals(
            [$this->frequency('x', 300, 20001), $this->frequency('y', 7, 20007)],
            iterator_to_array(frequency_store::changes(), false)
        );
    }

    public function test_a_term_that_is_in_no_record_is_forgotten(): void {
        changes::apply([$this->frequency('x', 100, 20000)]);
        changes::apply([$this->frequency('x', 0, 20000)]);
        $this->assertSame([], iterator_to_array(frequency_store::changes(), false));
    }

    public function test_a_mark_is_kept_until_it_is_forgotten(): void {
        $mark = ['change' => 'mark', 'name' => 'reconciled/' . sha1('a'), 'value' => '1'];
        changes::apply([$mark, ['value' => '2'] + $mark]);
        $this->assertSame('2', mark_store::get($mark['name']));
        $this->assertEquals([['value' => '2'] + $mark], iterator_to_array(mark_store::changes(), false));
        changes::apply([['value' => null] + $mark]);
        $this->assertNull(mark_store::get($mark['name']));
    }
}
