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

namespace CourseGlue\Tests;

use CourseGlue\Node;
use CourseGlue\SettingsException;
use CourseGlue\ViewException;
use CourseGlue\ViewWriter;
use PHPUnit\Framework\TestCase;

require_once(__DIR__ . '/Site.php');

/**
 * The view: written, replaced, damaged, deleted, and what the site then does.
 *
 * @copyright  2026 The CourseGlue authors
 * @license    https://www.gnu.org/copyleft/gpl.html GNU GPL v3 or later
 */
final class ViewTest extends TestCase {
    public static function tearDownAfterClass(): void {
        Site::clean();
    }

    private function joined(): Site {
        $site = Site::make('a.example', ['scheme' => 'https']);
        $site->apply($site->node()->join('', $site->entry()));
        return $site;
    }

    private function file(Site $site): string {
        return $site->setting('viewdir') . '/current';
    }

    private function write(string $directory, int $revision, array $rows, bool $whole = true): bool {
        $writer = ViewWriter::lock($directory);
        if ($whole) {
            $writer->rebuild();
        }
        foreach ($rows as $row) {
            $writer->row(json_encode($row));
        }
        return $writer->commit($revision, time());
    }

    private function names(Site $site): array {
        return array_column(json_decode($site->node()->sites(), true), 'name');
    }

    public function test_without_one_the_revision_is_minus_one_and_nobody_is_known(): void {
        $site = Site::make('a.example');
        $this->assertSame(-1, $site->node()->revision());
        $this->assertSame([], $this->names($site));
    }

    public function test_what_was_written_is_what_the_node_knows(): void {
        $site = $this->joined();
        $this->assertSame(1, $site->node()->revision());
        $this->assertSame(['The site at a.example'], $this->names($site));
    }

    public function test_a_node_in_use_notices_a_replacement(): void {
        $site = $this->joined();
        $node = $site->node();
        $this->assertSame(1, $node->revision());
        $this->write($site->setting('viewdir'), 2, []);
        $this->assertSame(2, $node->revision());
        $this->assertSame('[]', $node->sites());
    }

    public function test_other_settings_see_the_same_view(): void {
        $site = $this->joined();
        $this->assertSame(1, $site->node(['secret' => null])->revision());
        $this->assertSame(1, $site->node()->revision());
    }

    public function test_another_process_sees_it(): void {
        $site = $this->joined();
        $code = 'echo (new CourseGlue\Node(file_get_contents("php://stdin")))->revision();';
        $process = proc_open([...Site::php(), '-r', $code], [['pipe', 'r'], ['pipe', 'w']], $pipes);
        fwrite($pipes[0], $site->settings());
        fclose($pipes[0]);
        $this->assertSame('1', stream_get_contents($pipes[1]));
        proc_close($process);
    }

    public function test_a_damaged_one_is_none_but_what_is_in_memory_is_still_served(): void {
        $site = $this->joined();
        $this->assertSame(1, $site->node()->revision());
        $whole = file_get_contents($this->file($site));
        foreach ([substr($whole, 0, -20), 'nonsense', '', str_replace('"abi":' . Node::ABI, '"abi":1', $whole)] as $damaged) {
            file_put_contents($this->file($site), $damaged);
            $this->assertSame(-1, $site->node()->revision(), $damaged);
            $this->assertSame(['The site at a.example'], $this->names($site));
        }
        file_put_contents($this->file($site), $whole);
        $this->assertSame(1, $site->node()->revision());
    }

    public function test_one_of_another_abi_or_format_is_none(): void {
        foreach (['"abi":' . Node::ABI => '"abi":999', '"format":2' => '"format":3'] as $from => $to) {
            $site = $this->joined();
            file_put_contents($this->file($site), str_replace($from, $to, file_get_contents($this->file($site)), $count));
            $this->assertSame([1, -1], [$count, $site->node()->revision()]);
        }
    }

    public function test_a_deleted_one_is_written_again_while_the_site_goes_on(): void {
        $site = $this->joined();
        $node = $site->node();
        $this->assertSame(1, $node->revision());
        unlink($this->file($site));
        $this->assertSame(-1, $node->revision());
        $this->assertSame(200, json_decode($node->handle('GET', 'operation=describe', '', null))->status);
        $site->rebuild();
        $this->assertSame(1, $node->revision());
    }

    public function test_what_was_caught_up_is_seen_beside_what_was_there(): void {
        $site = $this->joined();
        $node = $site->node();
        $this->assertEquals(['revision' => 1, 'rows' => 0, 'bytes' => 0], array_diff_key(
            json_decode($node->state(), true),
            ['caughtup' => 0]
        ));
        $other = Site::make('b.example', ['scheme' => 'https']);
        $other->apply($other->node()->join('', $other->entry()));
        $rows = array_values($other->rows());
        $due = $this->write($site->setting('viewdir'), 2, $rows, false);
        $this->assertFalse($due);
        $this->assertSame(2, $node->revision());
        $this->assertCount(json_decode($node->state())->rows, $rows);
        $this->assertEqualsCanonicalizing(['The site at a.example', 'The site at b.example'], $this->names($site));
        $gone = ['change' => 'site_gone', 'nodeid' => $other->nodeid()];
        $this->write($site->setting('viewdir'), 3, [$gone], false);
        $this->assertSame(['The site at a.example'], $this->names($site));
    }

    public function test_one_writes_at_a_time(): void {
        $directory = Site::directory();
        $writer = ViewWriter::lock($directory);
        $this->assertNull(ViewWriter::lock($directory));
        $writer->release();
        $this->assertNotNull($writer = ViewWriter::lock($directory));
        unset($writer);
        $this->assertNotNull(ViewWriter::lock($directory));
    }

    public function test_without_a_view_there_is_no_state_and_nothing_to_catch_up(): void {
        $writer = ViewWriter::lock(Site::directory());
        $this->assertNull($writer->state());
        $this->expectException(ViewException::class);
        $this->expectExceptionMessage('write it anew');
        $this->expectExceptionCode(1);
        $writer->commit(1, time());
    }

    public function test_whoever_writes_one_that_is_deleted_meanwhile_is_told_to_begin_again(): void {
        $directory = $this->joined()->setting('viewdir');
        $writer = ViewWriter::lock($directory);
        $writer->rebuild();
        array_map('unlink', glob("$directory/*"));
        $this->expectException(ViewException::class);
        $this->expectExceptionCode(1);
        $writer->commit(1, time());
    }

    public function test_a_long_log_is_folded(): void {
        $site = $this->joined();
        $node = $site->node();
        $row = fn(int $number): array => ['change' => 'mark', 'name' => "mark $number", 'value' => 'x'];
        $writer = ViewWriter::lock($site->setting('viewdir'));
        foreach (range(1, 2001) as $number) {
            $writer->row(json_encode($row($number)));
        }
        $this->assertTrue($writer->commit(2, time()));
        $this->assertSame(2001, json_decode($writer->state())->rows);
        $writer->compact();
        $this->assertSame(0, json_decode($writer->state())->rows);
        $this->assertSame(2, $node->revision());
        $this->assertSame(['The site at a.example'], $this->names($site));
    }

    public function test_until_the_commit_the_former_one_stays(): void {
        $site = $this->joined();
        $writer = ViewWriter::lock($site->setting('viewdir'));
        $writer->rebuild();
        $writer->row('{"change":"record_gone","recordid":"' . sha1('x') . '"}');
        $this->assertSame(1, $site->node()->revision());
        unset($writer);
        $this->assertSame(1, $site->node()->revision());
        $this->assertSame(['The site at a.example'], $this->names($site));
    }

    public function test_only_the_web_servers_user_can_read_it(): void {
        $this->assertSame(0600, fileperms($this->file($this->joined())) & 0777);
    }

    public function test_a_writer_without_its_lock_does_nothing(): void {
        $writer = ViewWriter::lock(Site::directory());
        $writer->release();
        $calls = [
            fn() => $writer->row('{}'), fn() => $writer->rebuild(), fn() => $writer->commit(1, 1), fn() => $writer->compact(),
            fn() => $writer->state(),
        ];
        foreach ($calls as $call) {
            try {
                $call();
                $this->fail('no exception');
            } catch (ViewException $exception) {
                $this->assertStringContainsString('ViewWriter::lock()', $exception->getMessage());
            }
        }
    }

    public function test_rows_that_are_no_changes_are_refused_by_their_number(): void {
        $writer = ViewWriter::lock(Site::directory());
        $writer->row('{"change":"record_gone","recordid":"' . sha1('x') . '"}');
        $this->expectException(SettingsException::class);
        $this->expectExceptionMessage('row 2 of the view');
        $writer->row('{"change":"weather"}');
    }

    public function test_a_directory_that_cannot_be_written_is_named(): void {
        $this->expectException(ViewException::class);
        $this->expectExceptionMessage('/proc/nowhere');
        $this->expectExceptionCode(0);
        ViewWriter::lock('/proc/nowhere');
    }
}
