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

use CurlHandle;
use CurlMultiHandle;
use local_courseglue\network\answer;

/**
 * A request that is under way.
 *
 * @package    local_courseglue
 * @copyright  2026 The CourseGlue authors
 * @license    https://www.gnu.org/copyleft/gpl.html GNU GPL v3 or later
 */
final class flight {
    /** @var CurlMultiHandle */
    private readonly CurlMultiHandle $multi;

    /** @var CurlHandle */
    private readonly CurlHandle $curl;

    /** @var string[] the answer's headers, as they come */
    private array $headers = [];

    /**
     * Sends a request.
     *
     * @param string $url
     * @param string|null $body
     * @param array $options of curl
     */
    public function __construct(string $url, ?string $body, array $options = []) {
        $this->multi = curl_multi_init();
        $this->curl = answer::request($url, $body, $this->headers);
        curl_setopt_array($this->curl, $options);
        curl_multi_add_handle($this->multi, $this->curl);
        $this->goes_on();
    }

    /**
     * Moves what can be moved without waiting.
     *
     * @return bool whether it is still under way
     */
    public function goes_on(): bool {
        curl_multi_exec($this->multi, $running);
        return $running > 0;
    }

    /**
     * Lets some time pass, while the request goes on.
     *
     * @param float $seconds
     */
    public function go_on_for(float $seconds): void {
        $until = microtime(true) + $seconds;
        do {
            $this->goes_on();
            usleep((int) max(0, min(1000, ($until - microtime(true)) * 1e6)));
        } while (microtime(true) < $until);
    }

    /**
     * Waits for the answer.
     *
     * @return answer|null null when the connection was cut
     */
    public function land(): ?answer {
        while ($this->goes_on()) {
            curl_multi_select($this->multi, 0.1);
        }
        $told = curl_multi_info_read($this->multi);
        if ($told === false || $told['result'] !== CURLE_OK) {
            return null;
        }
        return answer::read($this->curl, (string) curl_multi_getcontent($this->curl), $this->headers);
    }
}
