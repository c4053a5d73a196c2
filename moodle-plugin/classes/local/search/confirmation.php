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

namespace local_courseglue\local\search;

/**
 * Whether the person asks for a search, or only followed a link: words leave the site, so a link must not send any by itself.
 *
 * What the person types comes by POST with Moodle's session key. The page then goes on to an address with a key of its own, made
 * of the words and a secret of the session: with it, further pages, filters, reloading, and going back and forward search again
 * without a question. Nobody else can make that key, whatever headers a browser sends or leaves out, be the link on another site
 * or in a post on this one. A key that gets into the wrong hands does nothing but repeat these words, in this session. Without a
 * key the words are shown, and wait.
 *
 * @package    local_courseglue
 * @copyright  2026 The CourseGlue authors
 * @license    https://www.gnu.org/copyleft/gpl.html GNU GPL v3 or later
 */
final class confirmation {
    /** @var string The parameter of the page. */
    public const PARAMETER = 'key';

    /**
     * The proof, for an address, that the current user asked for these words.
     *
     * @param string $words
     * @return string
     */
    public static function key(string $words): string {
        global $SESSION;
        $SESSION->local_courseglue_secret ??= random_string(40);
        return hash_hmac('sha256', $words, $SESSION->local_courseglue_secret);
    }

    /**
     * Whether the request proves that the current user asked for words.
     *
     * @param string $words
     * @return bool
     */
    public static function is_given(string $words): bool {
        if (self::is_posted()) {
            $sesskey = optional_param('sesskey', '', PARAM_RAW);
            return $sesskey !== '' && confirm_sesskey($sesskey);
        }
        return hash_equals(self::key($words), optional_param(self::PARAMETER, '', PARAM_ALPHANUM));
    }

    /**
     * Whether a form was sent, the page's own or somebody else's.
     *
     * @return bool
     */
    public static function is_posted(): bool {
        return ($_SERVER['REQUEST_METHOD'] ?? '') === 'POST';
    }
}
