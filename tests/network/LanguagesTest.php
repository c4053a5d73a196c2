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

/**
 * A name in several languages arrives as that, whichever way it was written down.
 *
 * @package    local_courseglue
 * @copyright  2026 The CourseGlue authors
 * @license    https://www.gnu.org/copyleft/gpl.html GNU GPL v3 or later
 */
final class LanguagesTest extends network_test_case {
    /**
     * The names of a course of the fixtures, as another site found them.
     *
     * @param string $words
     * @param string $english
     * @return array<string, string>
     */
    private function names(string $words, string $english): array {
        foreach (self::sites() as $site) {
            foreach ($site->search($words)['hits'] as $hit) {
                $names = $hit['record']['fullname'];
                if (($names['en'] ?? null) === $english && $hit['site']['address'] !== $site->status()['address']) {
                    return $names;
                }
            }
        }
        $this->fail("\"$english\" is not found.");
    }

    public function test_mlang_becomes_languages(): void {
        $this->assertSame(
            ['ca' => 'Biologia cel·lular per a principiants', 'en' => 'Cell Biology for Beginners'],
            self::sorted($this->names('cell biology beginners', 'Cell Biology for Beginners')),
        );
    }

    public function test_multilang_spans_become_languages(): void {
        $this->assertSame(
            ['ca' => 'Cooperatives: portar una empresa entre tots', 'en' => 'Cooperatives: Running a Business Together'],
            self::sorted($this->names('cooperatives running business', 'Cooperatives: Running a Business Together')),
        );
    }

    public function test_each_language_finds_the_course(): void {
        $this->assertNotSame([], $this->names('biologia cel·lular', 'Cell Biology for Beginners'));
    }

    /**
     * Names by language, in order.
     *
     * @param array<string, string> $names
     * @return array<string, string>
     */
    private static function sorted(array $names): array {
        ksort($names);
        return $names;
    }
}
