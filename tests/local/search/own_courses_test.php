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
 * A site's own courses are named as such among those found, or left out.
 *
 * @package    local_courseglue
 * @category   test
 * @copyright  2026 The CourseGlue authors
 * @license    https://www.gnu.org/copyleft/gpl.html GNU GPL v3 or later
 * @covers     \local_courseglue\local\search\results
 * @covers     \local_courseglue\local\search\query
 * @covers     \local_courseglue\output\search_page
 */
final class own_courses_test extends \advanced_testcase {
    /** @var string This site. */
    private const OWN = 'aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa';
    /** @var string Another one. */
    private const OTHER = 'bbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbb';

    #[\Override]
    protected function tearDown(): void {
        $_GET = [];
        parent::tearDown();
    }

    public function test_own_courses_are_named_as_such(): void {
        $page = $this->page(new query('sea'));
        $this->assertSame(1, substr_count($page, get_string('own', 'local_courseglue') . '</span>'));
        $this->assertStringContainsString(s(get_string('ownleaveout', 'local_courseglue', 1)), $page);
        $this->assertStringContainsString('own=0', $page);
    }

    public function test_own_courses_are_left_out_where_somebody_wants_that(): void {
        $page = $this->page(new query('sea', own: false));
        $this->assertStringNotContainsString('Our <mark>', $page);
        $this->assertStringContainsString('Their <mark>sea</mark>', $page);
        $this->assertStringContainsString(get_string('foundonecourse', 'local_courseglue'), $page);
        $this->assertStringContainsString(s(get_string('ownleftout', 'local_courseglue', 1)), $page);
    }

    public function test_the_choice_is_in_the_address_and_stays_while_filters_change(): void {
        $_GET = ['words' => 'sea', 'own' => '0'];
        $query = query::from_request();
        $this->assertFalse($query->own);
        $this->assertSame('0', $query->url()->get_param('own'));
        $this->assertFalse($query->toggled('lang', 'en')->own);
        $this->assertTrue($query->with_own(true)->own);
        $this->assertNull($query->with_own(true)->url()->get_param('own'));
    }

    /**
     * The page of what was found: one course of this site, one of another.
     *
     * @param query $query
     * @return string HTML
     */
    private function page(query $query): string {
        global $PAGE;
        $this->resetAfterTest();
        $PAGE->set_url('/local/courseglue/index.php');
        $hit = fn(string $nodeid, string $name): array => [
            'nodeid' => $nodeid,
            'recordid' => sha1($name),
            'record' => ['fullname' => ['en' => $name], 'lang' => 'en', 'link' => 'course/view.php?id=2'],
            'site' => ['name' => $nodeid[0], 'address' => 'a.example', 'url' => 'https://a.example'],
        ];
        $results = new results($query, [
            'total' => 2,
            'hits' => [$hit(self::OWN, 'Our sea'), $hit(self::OTHER, 'Their sea')],
            'facets' => ['site' => [self::OWN => 1, self::OTHER => 1]],
        ], self::OWN);
        \local_courseglue\local\engine\engine_factory::replace(new \local_courseglue\tests\fake_engine());
        try {
            return $PAGE->get_renderer('core')->render(new \local_courseglue\output\search_page($query, $results, null));
        } finally {
            \local_courseglue\local\engine\engine_factory::replace(null);
        }
    }
}
