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

use CurlHandle;
use PHPUnit\Framework\Assert;

/**
 * Somebody with a browser and cookies, in so far as it takes to log in and open pages.
 *
 * @package    local_courseglue
 * @copyright  2026 The CourseGlue authors
 * @license    https://www.gnu.org/copyleft/gpl.html GNU GPL v3 or later
 */
final class visitor {
    /** @var CurlHandle */
    private readonly CurlHandle $curl;

    /**
     * Constructor.
     *
     * @param site $site
     */
    public function __construct(
        /** @var site */
        private readonly site $site,
    ) {
        $this->curl = curl_init();
        curl_setopt_array($this->curl, [
            CURLOPT_RETURNTRANSFER => true,
            CURLOPT_TIMEOUT => 60,
            CURLOPT_PROXY => '',
            CURLOPT_COOKIEFILE => '',
            CURLOPT_FOLLOWLOCATION => true,
            CURLOPT_MAXREDIRS => 10,
        ]);
    }

    /**
     * Enters by the button for guests.
     *
     * @return self
     */
    public function enter_as_guest(): self {
        $this->log_in_by_form('guest', 'guest');
        return $this;
    }

    /**
     * Logs in by Moodle's own form.
     *
     * @param array $person username and password
     * @return self
     */
    public function log_in(array $person): self {
        $page = $this->log_in_by_form($person['username'], $person['password']);
        Assert::assertStringContainsString('login/logout.php', $page['body'], 'logged in');
        return $this;
    }

    /**
     * Fills in Moodle's form.
     *
     * @param string $username
     * @param string $password
     * @return array{status: int, body: string}
     */
    private function log_in_by_form(string $username, string $password): array {
        $form = $this->open('/login/index.php')['body'];
        Assert::assertSame(1, preg_match('/name="logintoken" value="([^"]+)"/', $form, $token));
        return $this->open('/login/index.php', ['username' => $username, 'password' => $password, 'logintoken' => $token[1]]);
    }

    /**
     * Opens a page.
     *
     * @param string $path
     * @param array|null $fields posted; null asks by GET
     * @param string[] $headers further headers, "Name: value"
     * @return array{status: int, body: string, url: string} the URL is where redirects ended
     */
    public function open(string $path, ?array $fields = null, array $headers = []): array {
        curl_setopt($this->curl, CURLOPT_URL, $this->site->url() . $path);
        curl_setopt($this->curl, CURLOPT_HTTPHEADER, $headers);
        curl_setopt($this->curl, CURLOPT_HTTPGET, true);
        if ($fields !== null) {
            curl_setopt($this->curl, CURLOPT_POSTFIELDS, http_build_query($fields));
        }
        $body = curl_exec($this->curl);
        Assert::assertIsString($body, "$path: " . curl_error($this->curl));
        return [
            'status' => curl_getinfo($this->curl, CURLINFO_RESPONSE_CODE),
            'body' => $body,
            'url' => curl_getinfo($this->curl, CURLINFO_EFFECTIVE_URL),
        ];
    }
}
