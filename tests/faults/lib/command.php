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

use local_courseglue\network\site;
use PHPUnit\Framework\Assert;

/**
 * A script of a site that is running.
 *
 * @package    local_courseglue
 * @copyright  2026 The CourseGlue authors
 * @license    https://www.gnu.org/copyleft/gpl.html GNU GPL v3 or later
 */
final class command {
    /** @var resource the process */
    private $process;

    /** @var array|null what was last known of it */
    private ?array $status = null;

    /** @var resource what it prints */
    private $output;

    /**
     * Starts it.
     *
     * @param site $site
     * @param string[] $words the script, relative to the site's tree, and its arguments
     */
    public function __construct(
        site $site,
        /** @var string[] */
        private readonly array $words,
    ) {
        $this->output = tmpfile();
        $directory = $site->directory();
        $tree = str_starts_with($words[0], 'local/') && is_dir("$directory/www/public") ? 'www/public' : 'www';
        $command = ["$directory/php", "$directory/$tree/$words[0]", ...array_slice($words, 1)];
        $this->process = proc_open($command, [['file', '/dev/null', 'r'], $this->output, $this->output], $pipes);
        Assert::assertIsResource($this->process);
    }

    /**
     * Whether it has not ended.
     *
     * @return bool
     */
    public function is_at_work(): bool {
        return $this->status()['running'];
    }

    /**
     * Kills it.
     *
     * @return bool whether it was still at work
     */
    public function kill(): bool {
        $status = $this->status();
        if ($status['running']) {
            posix_kill($status['pid'], SIGKILL);
        }
        proc_close($this->process);
        return $status['running'];
    }

    /**
     * Waits for its end, which has to be a good one.
     *
     * @return string what it printed
     */
    public function end(): string {
        while ($this->is_at_work()) {
            usleep(2000);
        }
        $status = $this->status();
        proc_close($this->process);
        rewind($this->output);
        $printed = stream_get_contents($this->output);
        Assert::assertSame(0, $status['exitcode'], implode(' ', $this->words) . "\n$printed");
        return $printed;
    }

    /**
     * The status of the process. PHP tells its exit status only once, so it is remembered.
     *
     * @return array
     */
    private function status(): array {
        if ($this->status === null || $this->status['running']) {
            $this->status = proc_get_status($this->process);
        }
        return $this->status;
    }
}
