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

namespace local_courseglue\local\publication\redaction;

/**
 * The kinds of things that are taken out of a text before it leaves.
 *
 * @package    local_courseglue
 * @copyright  2026 The CourseGlue authors
 * @license    https://www.gnu.org/copyleft/gpl.html GNU GPL v3 or later
 */
final class kind {
    /** @var string An e-mail address. */
    public const EMAIL = 'email';
    /** @var string A telephone number. */
    public const PHONE = 'phone';
    /** @var string A link to a meeting or a chat. */
    public const MEETING = 'meeting';
    /** @var string A link with a token or a password in it. */
    public const SECRET_LINK = 'secretlink';
    /** @var string A password, or what else lets somebody in. */
    public const PASSWORD = 'password';

    /**
     * A kind's name for people.
     *
     * @param string $kind
     * @return string
     */
    public static function label(string $kind): string {
        return get_string("leftout_{$kind}", 'local_courseglue');
    }
}
