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

namespace local_courseglue\network;

use PHPUnit\Framework\Assert;

/**
 * The outcome of a command: its exit status and what it printed.
 *
 * @package    local_courseglue
 * @copyright  2026 The CourseGlue authors
 * @license    https://www.gnu.org/copyleft/gpl.html GNU GPL v3 or later
 */
final class outcome {
    /**
     * Constructor.
     *
     * @param string $command
     * @param int $status
     * @param string $stdout
     * @param string $stderr
     */
    private function __construct(
        /** @var string */
        private readonly string $command,
        /** @var int */
        public readonly int $status,
        /** @var string */
        public readonly string $stdout,
        /** @var string */
        public readonly string $stderr,
    ) {
    }

    /**
     * Runs a command to its end.
     *
     * @param string[] $command
     * @return self
     */
    public static function of(array $command): self {
        $stderr = tmpfile();
        $process = proc_open($command, [['file', '/dev/null', 'r'], ['pipe', 'w'], $stderr], $pipes);
        $stdout = stream_get_contents($pipes[1]);
        fclose($pipes[1]);
        $status = proc_close($process);
        rewind($stderr);
        return new self(implode(' ', $command), $status, $stdout, stream_get_contents($stderr));
    }

    /**
     * This outcome, if the command worked.
     *
     * @return self
     */
    public function or_fail(): self {
        Assert::assertSame(0, $this->status, "$this->command\n$this->stdout\n$this->stderr");
        return $this;
    }

    /**
     * The text that it printed, without the last line's end.
     *
     * @return string
     */
    public function output(): string {
        return trim($this->stdout);
    }

    /**
     * The JSON that it printed.
     *
     * @return array
     */
    public function json(): array {
        $read = json_decode($this->stdout, true);
        Assert::assertIsArray($read, "$this->command printed no JSON:\n$this->stdout\n$this->stderr");
        return $read;
    }
}
