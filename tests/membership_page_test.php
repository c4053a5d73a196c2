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

namespace local_courseglue;

use local_courseglue\form\join_form;
use local_courseglue\local\membership\membership;
use local_courseglue\local\membership\membership_page;
use local_courseglue\local\membership\preview;
use local_courseglue\tests\membership_testcase;

/**
 * What an admin sees of this site's place in the network.
 *
 * @package    local_courseglue
 * @copyright  2026 The CourseGlue authors
 * @license    https://www.gnu.org/copyleft/gpl.html GNU GPL v3 or later
 * @covers     \local_courseglue\local\membership\membership_page
 * @covers     \local_courseglue\form\join_form
 */
final class membership_page_test extends membership_testcase {
    #[\Override]
    protected function setUp(): void {
        parent::setUp();
        $this->setAdminUser();
    }

    public function test_the_form_consents_to_exactly_the_bytes_above_it(): void {
        $html = $this->page();
        $shown = preview::shown($this->field($html, 'shown'));
        $this->assertNotNull($shown);
        $this->assertStringContainsString(s($shown->body), $html);
    }

    public function test_joining_with_the_form_sends_what_it_shows(): void {
        $seen = $this->field($this->page(), 'shown');
        join_form::mock_submit(['address' => 'https://other.example', 'shown' => $seen]);
        try {
            $this->page();
            $this->fail('The page does not go on after joining.');
        } catch (\moodle_exception $e) {
            $this->assertSame('redirecterrordetected', $e->errorcode);
        }
        $this->assertSame($seen, sha1(membership::entry()['body']));
    }

    public function test_while_the_site_is_joining_the_page_says_so(): void {
        membership::set_state(membership::JOINING);
        $this->assertStringContainsString(get_string('join:underway', 'local_courseglue'), $this->page());
    }

    public function test_a_site_that_looks_like_a_copy_is_asked_what_it_is(): void {
        global $CFG;
        $this->join();
        $CFG->wwwroot = 'https://copy.example';
        $html = $this->page();
        $this->assertStringContainsString(get_string('copy:iscopy', 'local_courseglue'), $html);
        $this->assertStringNotContainsString('name="shown"', $html);
    }

    public function test_leaving_needs_the_session_key(): void {
        $this->join();
        $this->expectException(\moodle_exception::class);
        $this->page('leave');
    }

    /**
     * The page.
     *
     * @param string $action
     * @return string HTML
     */
    private function page(string $action = ''): string {
        global $PAGE;
        $PAGE->set_url('/local/courseglue/join.php');
        $page = new membership_page($PAGE->url);
        $page->act($action);
        return $page->content($PAGE->get_renderer('core'));
    }

    /**
     * The value of a hidden field.
     *
     * @param string $html
     * @param string $name
     * @return string
     */
    private function field(string $html, string $name): string {
        $this->assertSame(1, preg_match('~<input[^>]* name="' . $name . '"[^>]* value="([^"]*)"~', $html, $found));
        return $found[1];
    }
}
