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

namespace local_courseglue\local;

use local_courseglue\local\engine\extension_guide;
use local_courseglue\local\engine\failure;
use local_courseglue\local\engine\unavailable;

/**
 * The parts that the command line scripts have in common.
 *
 * @package    local_courseglue
 * @copyright  2026 The CourseGlue authors
 * @license    https://www.gnu.org/copyleft/gpl.html GNU GPL v3 or later
 */
final class cli {
    /**
     * Reads the options of a script; shows its help and ends when that is asked for, or an option is unknown.
     *
     * @param array $defaults option => default
     * @param string $help identifier of the string with the help
     * @return array option => value
     */
    public static function options(array $defaults, string $help): array {
        [$options, $unknown] = cli_get_params($defaults + ['help' => false], ['h' => 'help']);
        if ($unknown) {
            cli_error(get_string('cliunknowoption', 'admin', implode(PHP_EOL . '  ', $unknown)), 2);
        }
        if ($options['help']) {
            cli_writeln(get_string($help, 'local_courseglue'));
            die;
        }
        return $options;
    }

    /**
     * Does the script's work; a failure becomes one sentence and exit status 1.
     *
     * @param callable $work
     */
    public static function run(callable $work): void {
        try {
            $work();
        } catch (unavailable $e) {
            cli_error($e->getMessage() . "\n\n" . extension_guide::here()->text());
        } catch (failure $e) {
            cli_error($e->getMessage());
        }
    }

    /**
     * Asks whether to go on, unless that was said already; ends the script when the answer is no.
     *
     * @param bool $yes
     */
    public static function confirm(bool $yes): void {
        // Without a default, Moodle asks for ever where nobody is there to answer.
        if (!$yes && cli_input(get_string('cliyesnoprompt', 'admin'), 'n', ['y', 'n']) !== 'y') {
            die;
        }
    }

    /**
     * Writes JSON.
     *
     * @param array $data
     */
    public static function json(array $data): void {
        cli_writeln(json_encode($data, JSON_PRETTY_PRINT | JSON_UNESCAPED_UNICODE | JSON_UNESCAPED_SLASHES));
    }
}
