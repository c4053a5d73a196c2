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
 * The query in the address of the search page.
 *
 * @package    local_courseglue
 * @copyright  2026 The CourseGlue authors
 * @license    https://www.gnu.org/copyleft/gpl.html GNU GPL v3 or later
 */
final class query_test extends \advanced_testcase {
    /**
     * Takes the request away again.
     */
    protected function tearDown(): void {
        $_GET = [];
        parent::tearDown();
    }

    /**
     * Words and filters are read; what is no value of a filter is left out.
     *
     * @covers \local_courseglue\local\search\query::from_request
     */
    public function test_the_request_is_read(): void {
        $_GET = ['words' => "  marine \n biology ", 'languages' => 'en,de,<script>,en', 'countries' => 'DE,xx', 'page' => '2'];
        $query = query::from_request();
        $this->assertSame('marine biology', $query->words);
        $this->assertSame(['lang' => ['en', 'de'], 'country' => ['DE']], $query->filters);
        $this->assertSame(40, $query->to_engine()['offset']);
    }

    /**
     * Words are cut to what the network accepts, and pages to what it offers.
     *
     * @covers \local_courseglue\local\search\query::from_request
     */
    public function test_the_request_is_bounded(): void {
        $_GET = ['words' => str_repeat('ä', 300), 'page' => '999999999'];
        $query = query::from_request();
        $this->assertSame(query::MAX_WORDS, \core_text::strlen($query->words));
        $this->assertSame(query::MAX_PAGE, $query->page);
    }

    /**
     * A value is added to a filter and taken away again.
     *
     * @covers \local_courseglue\local\search\query::toggled
     */
    public function test_a_filter_is_toggled(): void {
        $query = new query('sea', ['lang' => ['en']], 3);
        $more = $query->toggled('lang', 'de');
        $this->assertSame(['lang' => ['en', 'de']], $more->filters);
        $this->assertSame(0, $more->page);
        $this->assertSame([], $query->toggled('lang', 'en')->filters);
    }

    /**
     * The address of a query leads back to it.
     *
     * @covers \local_courseglue\local\search\query::url
     */
    public function test_the_address_holds_the_query(): void {
        $query = new query('sea & land', ['lang' => ['en', 'de'], 'access' => ['guest']]);
        parse_str(parse_url($query->url()->out(false), PHP_URL_QUERY), $_GET);
        $this->assertEquals($query, query::from_request());
    }
}
