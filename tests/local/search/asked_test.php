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

use local_courseglue\local\engine\engine_factory;
use local_courseglue\output\search_page;
use local_courseglue\tests\fake_engine;

/**
 * What the search page says of who was asked.
 *
 * @package    local_courseglue
 * @category   test
 * @copyright  2026 The CourseGlue authors
 * @license    https://www.gnu.org/copyleft/gpl.html GNU GPL v3 or later
 * @covers     \local_courseglue\local\search\results
 * @covers     \local_courseglue\output\search_page
 */
final class asked_test extends \advanced_testcase {
    #[\Override]
    protected function tearDown(): void {
        engine_factory::replace(null);
        parent::tearDown();
    }

    /**
     * What the engine says of a search, and what people read of it.
     *
     * @return array[]
     */
    public static function answers(): array {
        $nobody = ['asked' => [], 'everything' => false, 'looked_up' => false];
        return [
            'the homes of the words' => [['asked' => ['a.example', 'b.example'], 'looked_up' => true] + $nobody, 'asked'],
            'this site keeps everything' => [['everything' => true] + $nobody, 'askednobody'],
            'every word is too common' => [$nobody, 'askedhere'],
            'nobody is there to ask' => [['looked_up' => true] + $nobody, 'askednoneleft'],
        ];
    }

    /**
     * One sentence is said, and that one alone.
     *
     * @dataProvider answers
     * @param array $answer
     * @param string $sentence
     */
    public function test_the_page_says_who_was_asked(array $answer, string $sentence): void {
        global $PAGE;
        $this->resetAfterTest();
        $PAGE->set_url('/local/courseglue/index.php');
        engine_factory::replace(new fake_engine());
        $query = new query('sea');
        $results = new results($query, $answer + ['total' => 0, 'complete' => true, 'hits' => [], 'facets' => []], null);
        $page = $PAGE->get_renderer('core')->render(new search_page($query, $results, null));
        foreach (['asked', 'askednobody', 'askedhere', 'askednoneleft'] as $identifier) {
            $text = s(get_string($identifier, 'local_courseglue', implode(', ', $answer['asked'])));
            $this->assertSame($identifier === $sentence ? 1 : 0, substr_count($page, $text), $identifier);
        }
    }
}
