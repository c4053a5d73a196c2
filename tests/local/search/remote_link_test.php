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
 * Links to other sites.
 *
 * @package    local_courseglue
 * @copyright  2026 The CourseGlue authors
 * @license    https://www.gnu.org/copyleft/gpl.html GNU GPL v3 or later
 */
final class remote_link_test extends \basic_testcase {
    /**
     * A relative link is put behind the site's address.
     *
     * @covers \local_courseglue\local\search\remote_link
     * @dataProvider good_links
     * @param string $site
     * @param string $relative
     * @param string $whole
     */
    public function test_a_good_link_is_built(string $site, string $relative, string $whole): void {
        $this->assertSame($whole, remote_link::build($site, $relative));
    }

    /**
     * Links that are built.
     *
     * @return array
     */
    public static function good_links(): array {
        return [
            'course' => ['https://b.example', 'course/view.php?id=12', 'https://b.example/course/view.php?id=12'],
            'a part' => ['https://b.example', 'course/view.php?id=1#s-1', 'https://b.example/course/view.php?id=1#s-1'],
            'in a folder, with a port' => ['http://127.0.0.2:81/m', 'mod/page/view.php', 'http://127.0.0.2:81/m/mod/page/view.php'],
            'IPv6' => ['https://[2001:db8::1]', 'x', 'https://[2001:db8::1]/x'],
            'the site itself' => ['https://b.example', '', 'https://b.example/'],
            'a colon in the query' => ['https://b.example', 'x.php?t=12:30', 'https://b.example/x.php?t=12:30'],
        ];
    }

    /**
     * Whatever could lead elsewhere, or run, gives no link.
     *
     * @covers \local_courseglue\local\search\remote_link
     * @dataProvider bad_links
     * @param string $site
     * @param string $relative
     */
    public function test_a_bad_link_is_not_built(string $site, string $relative): void {
        $this->assertNull(remote_link::build($site, $relative));
    }

    /**
     * Links that are not built.
     *
     * @return array
     */
    public static function bad_links(): array {
        return [
            'script as a site' => ['javascript:alert(1)', 'x'],
            'a user in the site' => ['https://good@evil.example', 'x'],
            'a query in the site' => ['https://b.example/?x=', 'x'],
            'quotes in the site' => ['https://b.example/"onclick="x', 'x'],
            'script' => ['https://b.example', 'javascript:alert(1)'],
            'another site' => ['https://b.example', 'https://evil.example/'],
            'no scheme' => ['https://b.example', '//evil.example/'],
            'from the top' => ['https://b.example/m', '/login/logout.php'],
            'upwards' => ['https://b.example/m', 'x/../../other/'],
            'upwards, escaped' => ['https://b.example/m', 'x/%2e%2e/%2E./other/'],
            'a backslash' => ['https://b.example', '\\evil.example'],
            'a line break' => ['https://b.example', "x\ny"],
            'a space' => ['https://b.example', 'x y'],
            'markup' => ['https://b.example', 'x"><script>'],
            'half an escape' => ['https://b.example', 'x%2'],
        ];
    }
}
