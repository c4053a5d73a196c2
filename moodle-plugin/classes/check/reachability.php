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

namespace local_courseglue\check;

use core\check\result;
use local_courseglue\local\fast_path;
use local_courseglue\local\membership\membership as site_membership;
use local_courseglue\local\stray_output;

/**
 * Checks that other sites get an answer from this one: it asks itself under its public address.
 *
 * @package    local_courseglue
 * @copyright  2026 The CourseGlue authors
 * @license    https://www.gnu.org/copyleft/gpl.html GNU GPL v3 or later
 */
final class reachability extends courseglue_check {
    /** @var int seconds to wait for the answer */
    private const TIMEOUT = 5;

    /** @var int the most characters of an unexpected answer that are shown */
    private const SHOWN = 200;

    #[\Override]
    public function get_result(): result {
        global $CFG;

        if (!site_membership::is_active()) {
            return new result(result::NA, get_string('check:membership:none', 'local_courseglue'));
        }
        require_once($CFG->libdir . '/filelib.php');
        $url = (new \moodle_url('/local/courseglue/peer.php', ['operation' => 'describe']))->out(false);
        $curl = new \curl();
        $body = (string) $curl->get($url, [], [
            'CURLOPT_TIMEOUT' => self::TIMEOUT,
            'CURLOPT_CONNECTTIMEOUT' => self::TIMEOUT,
            'CURLOPT_FOLLOWLOCATION' => 0,
        ]);
        $status = (int) ($curl->get_info()['http_code'] ?? 0);
        if ($curl->get_errno() || $status === 0) {
            // Some servers cannot call themselves by their public name, or Moodle's own rules forbid it: then it did not ask.
            return $this->outcome(result::UNKNOWN, 'unknown', s($curl->error ?: $body));
        }
        if ($status === 200 && isset(json_decode($body, true)['site'])) {
            $headers = array_change_key_case($curl->getResponse());
            $dropped = (int) ($headers[strtolower(fast_path::DROPPED)] ?? 0);
            return $dropped > 0
                ? $this->outcome(result::WARNING, 'printed', $dropped, $this->printing())
                : $this->outcome(result::OK, 'ok');
        }
        $answer = $status . ' ' . s(\core_text::substr($body, 0, self::SHOWN));
        $asked = (object) ['url' => $url, 'answer' => $answer];
        $details = get_string('check:reachability:failed_details', 'local_courseglue', $asked);
        return $this->outcome(result::ERROR, 'failed', null, $details);
    }

    /**
     * The advice where to look for what is printed before each answer.
     *
     * @return string
     */
    private function printing(): string {
        [$file, $found] = stray_output::find() + ['', 'elsewhere'];
        return get_string('check:reachability:printed_' . $found, 'local_courseglue', s($file));
    }
}
