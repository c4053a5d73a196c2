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

namespace local_courseglue\faults;

/**
 * The view's disk is full.
 *
 * @package    local_courseglue
 * @copyright  2026 The CourseGlue authors
 * @license    https://www.gnu.org/copyleft/gpl.html GNU GPL v3 or later
 */
final class DiskFullTest extends fault_test_case {
    /** @var victim */
    private static victim $a;

    /** @var string|null the small disk; null when there is none */
    private static ?string $disk = null;

    /** @var string where the view was before */
    private static string $former;

    /** @var string why there is none */
    private static string $why = '';

    public static function setUpBeforeClass(): void {
        self::$a = self::victim('a');
        $server = self::$a->first;
        $disk = sys_get_temp_dir() . '/courseglue-disk-' . getmypid();
        mkdir($disk, 0755);
        $owner = stat($server->directory)['uid'];
        exec('mount -t tmpfs -o size=8m,mode=0770,uid=' . $owner . ' tmpfs ' . escapeshellarg($disk) . ' 2>&1', $said, $status);
        if ($status !== 0) {
            rmdir($disk);
            self::$why = 'no small disk can be mounted here: ' . implode(' ', $said);
            return;
        }
        self::$disk = $disk;
        self::$former = $server->view;
        $server->configure("\$CFG->local_courseglue_viewdir = '$disk/view';");
        $server->view = "$disk/view";
        self::assertSame(200, $server->ask('operation=describe')->status);
        $server->catch_up();
    }

    public static function tearDownAfterClass(): void {
        if (self::$disk !== null) {
            self::$a->first->unconfigure();
            self::$a->first->view = self::$former;
            exec('umount -l ' . escapeshellarg(self::$disk));
            rmdir(self::$disk);
        }
    }

    protected function setUp(): void {
        if (self::$disk === null) {
            $this->markTestSkipped(self::$why);
        }
    }

    protected function tearDown(): void {
        $this->empty();
        self::$a->assert_no_error_logged('while the disk was full');
    }

    public function test_the_former_view_answers_and_what_was_acknowledged_is_found_when_there_is_room(): void {
        [$known, $news] = self::signed(2);
        $server = self::$a->first;
        $this->assertSame(200, $server->ask('', $known['message'])->status);
        $server->catch_up();
        $server->fall_behind();

        $this->fill();
        for ($round = 0; $round < 3; $round++) {
            @unlink("$server->view/turn");
            $this->assertSame(200, $server->ask('operation=describe')->status);
            $this->assertSame($known['ids'], $server->found($known['word']));
            $answer = $server->ask('', $news['message']);
            $this->assertSame(200, $answer->status, $answer->body);
            $this->assertCount(count($news['ids']), $answer->json()['stored']);
        }
        $server->kill_workers();
        $this->assertSame($known['ids'], $server->found($known['word']), 'a worker that has just been started');

        $this->empty();
        $server->catch_up();
        $this->assertSame($news['ids'], $server->found($news['word']));
        $this->assertSame(count($news['recordids']), self::$a->holds($news['recordids']));
    }

    public function test_where_no_view_can_be_made_it_says_so_until_there_is_room(): void {
        $server = self::$a->first;
        array_map('unlink', glob("$server->view/{*,.courseglue-*}", GLOB_BRACE));
        $this->fill();
        $server->kill_workers();
        foreach ([$server->ask('operation=describe'), $server->search('water')] as $answer) {
            $this->assertSame(503, $answer->status, $answer->body);
            $this->assertSame('unavailable', $answer->fault());
            $this->assertGreaterThan(0, (int) ($answer->headers['retry-after'] ?? 0));
        }

        $this->empty();
        $this->assertSame(200, $server->ask('operation=describe')->status);
        $this->assertIsArray($server->state());
    }

    /**
     * Fills the disk to the last byte.
     */
    private function fill(): void {
        $file = fopen(self::$disk . '/filler', 'w');
        foreach ([65536, 4096, 1] as $size) {
            while (@fwrite($file, str_repeat('x', $size)) === $size) {
                continue;
            }
        }
        fclose($file);
        $this->assertSame(0.0, disk_free_space(self::$disk));
    }

    /**
     * Makes room again.
     */
    private function empty(): void {
        @unlink(self::$disk . '/filler');
    }
}
