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
 * The language in which a remote text is shown.
 *
 * @package    local_courseglue
 * @copyright  2026 The CourseGlue authors
 * @license    https://www.gnu.org/copyleft/gpl.html GNU GPL v3 or later
 */
final class localised_text_test extends \basic_testcase {
    /**
     * The reader's language wins, then the record's, then English, then any.
     *
     * @covers \local_courseglue\local\search\localised_text::choose
     */
    public function test_the_best_language_is_chosen(): void {
        $texts = ['de' => 'Meer', 'es' => 'Mar', 'en' => 'Sea'];
        $this->assertSame('Mar', localised_text::choose($texts, 'es', 'de')->text);
        $this->assertSame('Meer', localised_text::choose($texts, 'fr', 'de')->text);
        $this->assertSame('Sea', localised_text::choose($texts, 'fr', 'it')->text);
        $this->assertSame('Meri', localised_text::choose(['fi' => 'Meri'], 'fr', 'it')->text);
    }

    /**
     * What is no map of texts is no text.
     *
     * @covers \local_courseglue\local\search\localised_text::choose
     */
    public function test_nothing_is_chosen_from_nothing(): void {
        foreach ([null, 'text', [], ['en' => '  '], ['en' => ['x']]] as $texts) {
            $this->assertNull(localised_text::choose($texts, 'en', 'en'));
        }
    }

    /**
     * Arabic and Hebrew run from right to left.
     *
     * @covers \local_courseglue\local\search\localised_text::direction
     */
    public function test_the_direction_is_the_languages(): void {
        $this->assertSame('rtl', (new localised_text('بحر', 'ar'))->direction());
        $this->assertSame('rtl', (new localised_text('ים', 'he'))->direction());
        $this->assertSame('ltr', (new localised_text('Meer', 'de'))->direction());
    }

    /**
     * A pack's name begins with its language.
     *
     * @covers \local_courseglue\local\search\localised_text::iso
     */
    public function test_a_language_pack_has_a_language(): void {
        $this->assertSame('pt', localised_text::iso('pt_br'));
        $this->assertSame('en', localised_text::iso('en'));
    }
}
