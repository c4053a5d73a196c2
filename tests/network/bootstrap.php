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
 * Before the tests of the network: Debian's PHPUnit, outside of Moodle.
 *
 * They drive the running sites that the JSON file named by COURSEGLUE_NETWORK describes, from the outside: by HTTP, and by
 * scripts/lib/site. Run them by scripts/test network.
 *
 * @package    local_courseglue
 * @copyright  2026 The CourseGlue authors
 * @license    https://www.gnu.org/copyleft/gpl.html GNU GPL v3 or later
 */

declare(strict_types=1);

namespace local_courseglue\network;

if (!is_readable((string) getenv('COURSEGLUE_NETWORK'))) {
    fwrite(STDERR, "COURSEGLUE_NETWORK names no file: run these tests by scripts/test network.\n");
    exit(2);
}

spl_autoload_register(static function (string $class): void {
    $file = __DIR__ . '/lib/' . substr($class, strlen(__NAMESPACE__) + 1) . '.php';
    if (str_starts_with($class, __NAMESPACE__ . '\\') && is_file($file)) {
        require($file);
    }
});
