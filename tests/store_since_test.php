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

use local_courseglue\local\membership\holdings;
use local_courseglue\local\store\changes;
use local_courseglue\local\store\check_store;
use local_courseglue\local\store\deletion_store;
use local_courseglue\local\store\frequency_store;
use local_courseglue\local\store\mark_store;
use local_courseglue\local\store\record_store;
use local_courseglue\local\store\revision_store;
use local_courseglue\local\store\site_store;
use local_courseglue\local\store\spot_store;
use local_courseglue\local\store\state_store;

/**
 * What a view has to read to follow the database: what was written or deleted since, and not all there is.
 *
 * @package    local_courseglue
 * @copyright  2026 The CourseGlue authors
 * @license    https://www.gnu.org/copyleft/gpl.html GNU GPL v3 or later
 * @covers     \local_courseglue\local\store\rows
 * @covers     \local_courseglue\local\store\batch
 * @covers     \local_courseglue\local\store\deletion_store
 * @covers     \local_courseglue\local\store\revision_store
 */
final class store_since_test extends \advanced_testcase {
    /** @var string[] the tables whose rows say when they were written */
    private const TABLES = ['sites', 'records', 'checks', 'spots', 'frequencies', 'marks', 'deletions'];

    /** @var string[] whose rows a view holds */
    private const STORES = [site_store::class, record_store::class, check_store::class, spot_store::class, frequency_store::class,
        mark_store::class];

    /** @var int when the test began: everything is made as of this moment, however long it takes */
    private int $now;

    #[\Override]
    protected function setUp(): void {
        parent::setUp();
        $this->resetAfterTest();
        $this->now = time();
    }

    /**
     * One change of each kind that makes something.
     *
     * @param string $name
     * @return array[]
     */
    private function everything(string $name): array {
        return [
            ['change' => 'site', 'nodeid' => sha1($name), 'address' => "$name.example", 'domain' => "$name.example", 'seq' => 1,
                'lease' => 20000, 'body' => '{}', 'sig' => 's', 'vouchers' => []],
            ['change' => 'record', 'recordid' => sha1("r$name"), 'nodeid' => sha1($name), 'localid' => 'course/1', 'seq' => 1,
                'withdrawn' => false, 'body' => '{}', 'sig' => 's', 'terms' => [sha1('x'), sha1('y')]],
            ['change' => 'checked', 'host' => $name, 'address' => $name, 'key' => 'k', 'at' => $this->now, 'ok' => true],
            ['change' => 'spot', 'nodeid' => sha1($name), 'days' => 1, 'last' => 20000],
            ['change' => 'frequency', 'term' => sha1($name), 'count' => 7, 'day' => 20000],
            ['change' => 'mark', 'name' => $name, 'value' => '1'],
        ];
    }

    /**
     * Makes everything that was written until now look as if it was an hour ago.
     */
    private function an_hour_passes(): void {
        global $DB;
        foreach (self::TABLES as $table) {
            $DB->set_field('local_courseglue_' . $table, 'timemodified', time() - HOURSECS);
        }
    }

    /**
     * What was written in the last minutes.
     *
     * @return array[]
     */
    private function written(): array {
        $since = time() - 10 * MINSECS;
        $rows = fn(string $store): array => iterator_to_array($store::changes($since), false);
        return array_merge(...array_map($rows, self::STORES));
    }

    /**
     * What was deleted in the last minutes.
     *
     * @return array[]
     */
    private function deleted(): array {
        return iterator_to_array(deletion_store::changes(time() - 10 * MINSECS), false);
    }

    public function test_only_what_was_written_since_is_read(): void {
        changes::apply($this->everything('old'));
        $this->an_hour_passes();
        $this->assertSame([], $this->written());
        changes::apply($this->everything('new'));
        $this->assertEquals($this->everything('new'), $this->written());
    }

    public function test_what_is_changed_counts_as_written(): void {
        changes::apply($this->everything('a'));
        $this->an_hour_passes();
        $changes = [
            ['change' => 'alive', 'nodeid' => sha1('a'), 'ok' => false, 'at' => 1000, 'failures' => 1, 'since' => 900,
                'error' => 'x'],
            ['change' => 'terms_gone', 'recordid' => sha1('ra'), 'seq' => 1, 'terms' => [sha1('x')]],
            ['at' => $this->now + 1] + $this->everything('a')[2],
            ['days' => 2, 'last' => 20001] + $this->everything('a')[3],
            ['count' => 8] + $this->everything('a')[4],
            ['value' => '2'] + $this->everything('a')[5],
        ];
        changes::apply($changes);
        $record = ['terms' => [sha1('y')]] + $this->everything('a')[1];
        $this->assertEquals([$this->everything('a')[0], $changes[0], $record, ...array_slice($changes, 2)], $this->written());

        $this->an_hour_passes();
        changes::apply([$this->everything('a')[1]]);
        $this->assertEqualsCanonicalizing([sha1('x'), sha1('y')], $this->written()[0]['terms']);
    }

    public function test_what_is_no_news_is_not_written(): void {
        changes::apply($this->everything('a'));
        $this->an_hour_passes();
        changes::apply($this->everything('a'));
        $this->assertSame([], $this->written());
    }

    public function test_what_was_deleted_is_told(): void {
        changes::apply([...$this->everything('a'), ...$this->everything('b')]);
        $gone = [
            ['change' => 'record_gone', 'recordid' => sha1('ra')],
            ['change' => 'spot', 'nodeid' => sha1('a'), 'days' => 0, 'last' => 0],
            ['change' => 'frequency', 'term' => sha1('a'), 'count' => 0, 'day' => 0],
            ['change' => 'mark', 'name' => 'a', 'value' => null],
        ];
        changes::apply([$gone[0], ['last' => 20001] + $gone[1], ['day' => 20001] + $gone[2], $gone[3]]);
        $this->assertEquals($gone, $this->deleted());
        $this->an_hour_passes();
        $this->assertSame([], $this->deleted());
    }

    public function test_a_site_that_is_gone_is_told_with_all_that_went_with_it(): void {
        changes::apply([...$this->everything('a'), ...$this->everything('b')]);
        changes::apply([['change' => 'site_gone', 'nodeid' => sha1('a')]]);
        $this->assertEquals([
            ['change' => 'site_gone', 'nodeid' => sha1('a')],
            ['change' => 'record_gone', 'recordid' => sha1('ra')],
            ['change' => 'spot', 'nodeid' => sha1('a'), 'days' => 0, 'last' => 0],
        ], $this->deleted());
    }

    public function test_a_record_that_is_left_without_terms_is_told_as_deleted(): void {
        changes::apply($this->everything('a'));
        changes::apply([['change' => 'terms_gone', 'recordid' => sha1('ra'), 'seq' => 1, 'terms' => [sha1('x'), sha1('y')]]]);
        $this->assertSame([['change' => 'record_gone', 'recordid' => sha1('ra')]], $this->deleted());
    }

    public function test_what_is_there_again_is_not_told_as_deleted(): void {
        changes::apply($this->everything('a'));
        changes::apply([['change' => 'site_gone', 'nodeid' => sha1('a')], ['change' => 'mark', 'name' => 'a', 'value' => null]]);
        changes::apply($this->everything('a'));
        $this->assertSame([], $this->deleted());
    }

    public function test_deletions_are_remembered_for_two_days(): void {
        global $DB;
        changes::apply($this->everything('a'));
        changes::apply([['change' => 'mark', 'name' => 'a', 'value' => null]]);
        $DB->set_field('local_courseglue_deletions', 'timemodified', time() - 2 * DAYSECS + 60);
        deletion_store::prune();
        $this->assertCount(1, iterator_to_array(deletion_store::changes(1), false));
        $DB->set_field('local_courseglue_deletions', 'timemodified', time() - 2 * DAYSECS - 60);
        deletion_store::prune();
        $this->assertSame([], iterator_to_array(deletion_store::changes(1), false));
    }

    public function test_every_revision_that_was_is_remembered_for_two_days_and_the_present_one_for_ever(): void {
        global $DB;
        $first = state_store::revision();
        changes::apply($this->everything('a'));
        $second = state_store::revision();
        $this->assertTrue(revision_store::had($first));
        $this->assertTrue(revision_store::had($second));
        $this->assertFalse(revision_store::had($second + 1));
        $DB->set_field('local_courseglue_revisions', 'timemodified', time() - 2 * DAYSECS - 60);
        revision_store::prune();
        $this->assertFalse(revision_store::had($first));
        $this->assertTrue(revision_store::had($second));
    }

    public function test_a_database_that_was_emptied_remembers_no_revision_of_before(): void {
        changes::apply($this->everything('a'));
        $before = state_store::revision();
        holdings::drop();
        $this->assertFalse(revision_store::had($before));
        $this->assertTrue(revision_store::had(state_store::revision()));
    }

    public function test_more_rows_than_a_page_are_read(): void {
        $marks = array_map(fn(int $i): array => ['change' => 'mark', 'name' => "m$i", 'value' => '1'], range(1, 4001));
        changes::apply($marks);
        $this->assertEquals($marks, iterator_to_array(mark_store::changes(), false));
    }
}
