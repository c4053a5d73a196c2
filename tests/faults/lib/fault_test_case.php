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

use local_courseglue\network\network_test_case;
use local_courseglue\network\site;

/**
 * The three sites of the network, one of which publishes while something happens to another.
 *
 * @package    local_courseglue
 * @copyright  2026 The CourseGlue authors
 * @license    https://www.gnu.org/copyleft/gpl.html GNU GPL v3 or later
 */
abstract class fault_test_case extends network_test_case {
    /** @var string the script that says and does things inside of a Moodle */
    protected const INSIDE = 'local/courseglue/tests/faults/inside.php';

    /** @var string the script that changes a Moodle as its people would */
    protected const CHANGE = 'local/courseglue/tests/network/change.php';

    /** @var int the number of the next course that exists in its record only */
    private static int $next = 0;

    /**
     * The site that publishes: its key signs.
     *
     * @return site
     */
    protected static function publisher(): site {
        return self::site('c');
    }

    /**
     * A site with a second web server, which stays until all tests are over.
     *
     * @param string $key a or b
     * @return victim
     */
    protected static function victim(string $key): victim {
        static $victims = [];
        if (!isset($victims[$key])) {
            $address = ['a' => '127.0.0.42', 'b' => '127.0.0.43'][$key];
            $victims[$key] = new victim(self::site($key), self::work_directory(), $address);
            register_shutdown_function($victims[$key]->recover(...));
        }
        $victims[$key]->forget_log();
        return $victims[$key];
    }

    /**
     * The directory of the harness's databases.
     *
     * @return string
     */
    protected static function work_directory(): string {
        return json_decode(file_get_contents(getenv('COURSEGLUE_NETWORK')), true, 512, JSON_THROW_ON_ERROR)['work'];
    }

    /**
     * Messages that store courses, each with a word that no other has.
     *
     * @param int $messages
     * @param int $each courses in each
     * @return array[] word, ids, recordids, message
     */
    protected static function signed(int $messages, int $each = 3): array {
        // Numbers that no run had before: what an earlier one stored is still there.
        self::$next = max(self::$next, (int) (microtime(true) * 10));
        $first = self::$next;
        self::$next += $messages * $each;
        $words = array_map(static fn(int $number): string => self::word($first + $number), range(1, $messages));
        return self::publisher()->command('php', self::INSIDE, 'sign', json_encode([
            'first' => $first, 'words' => $words, 'each' => $each,
        ]))->json();
    }

    /**
     * A word that is in no language.
     *
     * @param int $number
     * @return string
     */
    private static function word(int $number): string {
        return 'quo' . strtr((string) $number, '0123456789', 'bcdfghjklm') . 'o';
    }

    /**
     * Says a figure where scripts/test shows it.
     *
     * @param string $text
     */
    protected static function tell(string $text): void {
        // On a line of its own, after PHPUnit's dots.
        fwrite(STDERR, "\nfaults: $text\n");
    }
}
