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
 * No link of somebody else's searches for anything.
 *
 * @covers     \local_courseglue\local\search\confirmation
 * @covers     \local_courseglue\local\search\query::from_request
 * @covers     \local_courseglue\local\search\query::url
 *
 * @package    local_courseglue
 * @copyright  2026 The CourseGlue authors
 * @license    https://www.gnu.org/copyleft/gpl.html GNU GPL v3 or later
 */
final class confirmation_test extends \advanced_testcase {
    #[\Override]
    protected function setUp(): void {
        parent::setUp();
        $this->resetAfterTest();
        $this->setUser($this->getDataGenerator()->create_user());
        $_SERVER['REQUEST_METHOD'] = 'GET';
    }

    #[\Override]
    protected function tearDown(): void {
        $_GET = [];
        $_POST = [];
        unset($_SERVER['REQUEST_METHOD'], $_SERVER['HTTP_REFERER'], $_SERVER['HTTP_SEC_FETCH_SITE']);
        parent::tearDown();
    }

    /**
     * Follows an address to the query that the page makes of it.
     *
     * @param \moodle_url $url
     * @return query
     */
    private function follow(\moodle_url $url): query {
        $_POST = [];
        $_SERVER['REQUEST_METHOD'] = 'GET';
        parse_str((string) parse_url($url->out(false), PHP_URL_QUERY), $_GET);
        return query::from_request();
    }

    /**
     * Sends the form.
     *
     * @param array $fields
     * @return query
     */
    private function send(array $fields): query {
        $_GET = [];
        $_POST = $fields;
        $_SERVER['REQUEST_METHOD'] = 'POST';
        return query::from_request();
    }

    public function test_words_in_a_link_wait(): void {
        $query = $this->follow(new \moodle_url('/', ['words' => 'marine biology', 'languages' => 'en']));
        $this->assertFalse($query->confirmed);
        $this->assertSame('marine biology', $query->words);
        $this->assertNull($query->url()->get_param(confirmation::PARAMETER), 'nor does the page make a link of it that would not');
    }

    /**
     * What a browser says of where a link was counts for nothing: it may be a post on this very site, or say nothing at all.
     */
    public function test_no_header_makes_up_for_it(): void {
        global $CFG;
        foreach ([$CFG->wwwroot . '/mod/forum/discuss.php?d=1', ''] as $referer) {
            foreach (['same-origin', 'same-site', 'none', 'cross-site', ''] as $site) {
                $_SERVER['HTTP_REFERER'] = $referer;
                $_SERVER['HTTP_SEC_FETCH_SITE'] = $site;
                $this->assertFalse($this->follow(new \moodle_url('/', ['words' => 'sea']))->confirmed, "{$referer} {$site}");
            }
        }
    }

    public function test_what_was_typed_is_searched_for_and_so_are_its_pages_and_filters(): void {
        $typed = $this->send(['words' => ' marine  biology ', 'sesskey' => sesskey()]);
        $this->assertTrue($typed->confirmed);
        $this->assertNull($typed->url()->get_param('sesskey'));

        $first = $this->follow($typed->url());
        $this->assertTrue($first->confirmed);
        $this->assertTrue($this->follow(new \moodle_url($first->url(), ['page' => 2]))->confirmed);
        $filtered = $this->follow($first->toggled('lang', 'de')->url());
        $this->assertTrue($filtered->confirmed);
        $this->assertSame(['lang' => ['de']], $filtered->filters);
        $this->assertTrue($this->follow($filtered->unfiltered()->url())->confirmed);
        $this->assertTrue($this->follow($typed->url())->confirmed, 'back again');
    }

    public function test_a_key_counts_for_its_words_only(): void {
        $key = $this->send(['words' => 'marine biology', 'sesskey' => sesskey()])->url()->get_param(confirmation::PARAMETER);
        foreach (['marine', 'marine biology secret', ''] as $words) {
            $query = $this->follow(new \moodle_url('/', ['words' => $words, confirmation::PARAMETER => $key]));
            $this->assertFalse($query->confirmed, $words);
        }
    }

    public function test_a_key_counts_in_its_session_only(): void {
        global $SESSION;
        $url = $this->send(['words' => 'sea', 'sesskey' => sesskey()])->url();
        unset($SESSION->local_courseglue_secret);
        $this->assertFalse($this->follow($url)->confirmed);
    }

    public function test_the_session_key_does_not_give_it_away(): void {
        $key = $this->send(['words' => 'sea', 'sesskey' => sesskey()])->url()->get_param(confirmation::PARAMETER);
        $this->assertNotSame(hash_hmac('sha256', 'sea', sesskey()), $key);
    }

    public function test_a_form_on_another_site_waits_too(): void {
        foreach ([[], ['sesskey' => ''], ['sesskey' => 'guessed']] as $fields) {
            $this->assertFalse($this->send(['words' => 'sea'] + $fields)->confirmed);
        }
    }

    public function test_the_session_key_in_a_link_is_no_confirmation(): void {
        $this->assertFalse($this->follow(new \moodle_url('/', ['words' => 'sea', 'sesskey' => sesskey()]))->confirmed);
    }
}
