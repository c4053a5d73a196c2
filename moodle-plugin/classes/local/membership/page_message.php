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

namespace local_courseglue\local\membership;

use core\output\notification;
use local_courseglue\local\engine\failure;

/**
 * Redirects to a page, with a message there that says how something went.
 *
 * @package    local_courseglue
 * @copyright  2026 The CourseGlue authors
 * @license    https://www.gnu.org/copyleft/gpl.html GNU GPL v3 or later
 */
final class page_message {
    /**
     * It was done.
     *
     * @param \moodle_url $url
     * @param string[] $sentences plain text; some of them come from other sites
     */
    public static function success(\moodle_url $url, array $sentences): never {
        redirect($url, implode('<br>', array_map('s', $sentences)), null, notification::NOTIFY_SUCCESS);
    }

    /**
     * It could not be done.
     *
     * @param \moodle_url $url
     * @param failure $failure
     */
    public static function failure(\moodle_url $url, failure $failure): never {
        redirect($url, s($failure->getMessage()), null, notification::NOTIFY_ERROR);
    }
}
