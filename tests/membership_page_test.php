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
use local_courseglue\local\membership\leaving;
use local_courseglue\local\membership\leaving_sentences;
use local_courseglue\local\membership\membership;
use local_courseglue\local\membership\membership_page;
use local_courseglue\local\membership\preview;
use local_courseglue\local\obstacle;
use local_courseglue\tests\membership_testcase;

/**
 * What an admin sees of this site's place in the network.
 *
 * @package    local_courseglue
 * @copyright  2026 The CourseGlue authors
 * @license    https://www.gnu.org/copyleft/gpl.html GNU GPL v3 or later
 * @covers     \local_courseglue\local\membership\copy_page
 * @covers     \local_courseglue\local\membership\joined_page
 * @covers     \local_courseglue\local\membership\joining_page
 * @covers     \local_courseglue\local\membership\leaving_sentences
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

    public function test_the_site_that_was_found_is_shown_before_it_is_used(): void {
        $this->engine->web['https://other.example/campus'] = '<b>Other</b> University';
        $html = $this->submit(['address' => 'other.example/campus/course/view.php?id=2']);
        $this->assertStringContainsString('https://other.example/campus<', $html);
        $this->assertStringContainsString('&lt;b&gt;Other&lt;/b&gt; University', $html);
        $this->assertSame(membership::NONE, membership::state());
        $this->assertSame('https://other.example/campus', $this->field($html, 'through'));
        $shown = preview::shown($this->field($html, 'shown'));
        $this->assertStringContainsString(s($shown->body), $html, 'it consents to what stands beside it');
    }

    public function test_joining_sends_what_was_shown_through_the_site_that_was_shown(): void {
        $this->engine->web['https://other.example/campus'] = 'Other University';
        $through = null;
        $this->engine->whilejoining = function (string $url) use (&$through): array {
            $through = $url;
            return [];
        };
        $html = $this->submit(['address' => 'https://other.example/campus/my/']);
        $seen = $this->field($html, 'shown');
        $this->goes_on(fn() => $this->press('join', ['through' => $this->field($html, 'through'), 'shown' => $seen]));
        $this->assertSame('https://other.example/campus', $through);
        $this->assertSame($seen, sha1(membership::entry()['body']));
    }

    public function test_joining_needs_the_session_key(): void {
        $shown = $this->field($this->page(), 'shown');
        $_POST = ['through' => 'https://other.example', 'shown' => $shown];
        $this->expectException(\moodle_exception::class);
        $this->page('join');
    }

    public function test_joining_through_nothing_begins_no_network(): void {
        $shown = $this->field($this->page(), 'shown');
        try {
            $this->press('join', ['through' => ' ', 'shown' => $shown]);
            $this->fail('it went through');
        } catch (\moodle_exception $e) {
            $this->assertSame('missingparam', $e->errorcode);
        }
        $this->assertSame(membership::NONE, membership::state());
    }

    public function test_a_site_that_is_not_found_is_told_in_words_and_the_address_can_be_mended(): void {
        $this->engine->web['https://other.example'] = ['kind' => 'no_such_name'];
        $html = $this->submit(['address' => 'other.example']);
        $this->assertStringContainsString('no server named other.example', $html);
        $this->assertStringContainsString('value="other.example"', $html);
        $this->assertStringNotContainsString('name="through"', $html);
    }

    public function test_an_address_and_the_first_site_together_are_refused(): void {
        $this->engine->web['https://other.example'] = 'Other University';
        $html = $this->submit(['address' => 'other.example', 'first' => 1]);
        $this->assertStringContainsString(get_string('join:notboth', 'local_courseglue'), $html);
        $this->assertSame([membership::NONE, []], [membership::state(), $this->engine->probed]);
    }

    public function test_neither_an_address_nor_the_first_site_is_refused(): void {
        $html = $this->submit([]);
        $this->assertStringContainsString(get_string('join:nameaddress', 'local_courseglue'), $html);
        $this->assertSame(membership::NONE, membership::state());
    }

    public function test_the_first_site_begins_a_network(): void {
        $this->goes_on(fn() => $this->submit(['first' => 1]));
        $this->assertTrue(membership::is_active());
    }

    public function test_leaving_asks_first_and_says_what_it_will_do(): void {
        $this->join();
        $html = $this->page('leave');
        $this->assertTrue(membership::is_active());
        foreach (leaving_sentences::consequences() as $consequence) {
            $this->assertStringContainsString(s($consequence), $html);
        }
        $this->goes_on(fn() => $this->press('leavenow'));
        $this->assertFalse(membership::is_joined());
    }

    public function test_a_site_that_left_is_not_told_that_it_has_not_joined_yet(): void {
        $this->assertStringContainsString(get_string('join:notyet', 'local_courseglue'), $this->page());
        $this->assertSame(get_string('obstacle:notjoined', 'local_courseglue'), obstacle::find()->export()['title']);
        $this->join();
        leaving::run();
        $date = userdate(time(), get_string('strftimedate', 'langconfig'));
        $html = $this->page();
        $this->assertStringContainsString(get_string('join:left', 'local_courseglue', $date), $html);
        $this->assertStringNotContainsString(get_string('join:notyet', 'local_courseglue'), $html);
        $summary = (new check\membership())->get_result()->get_summary();
        $this->assertSame(get_string('check:membership:left', 'local_courseglue', $date), $summary);
        foreach ([get_admin(), $this->getDataGenerator()->create_user()] as $user) {
            $this->setUser($user);
            $notice = obstacle::find()->export();
            $this->assertSame(get_string('obstacle:left', 'local_courseglue'), $notice['title']);
            $this->assertStringContainsString($date, $notice['text']);
        }
        $this->join();
        leaving::run();
        $this->assertNotNull(membership::left());
        $this->join();
        $this->assertNull(membership::left());
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
        $this->page('leavenow');
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
     * The page after its form was sent.
     *
     * @param array $fields
     * @return string HTML
     */
    private function submit(array $fields): string {
        join_form::mock_submit($fields + ['shown' => $this->field($this->page(), 'shown')]);
        return $this->page();
    }

    /**
     * Presses one of the page's buttons.
     *
     * @param string $action
     * @param array $fields
     */
    private function press(string $action, array $fields = []): void {
        $_POST = $fields + ['sesskey' => sesskey()];
        $this->page($action);
    }

    /**
     * Does something after which the page goes on.
     *
     * @param callable $something
     */
    private function goes_on(callable $something): void {
        try {
            $something();
            $this->fail('The page does not go on.');
        } catch (\moodle_exception $e) {
            $this->assertSame('redirecterrordetected', $e->errorcode);
        }
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
