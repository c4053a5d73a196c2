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

namespace CourseGlue\Tests;

use CourseGlue\Node;
use PHPUnit\Framework\TestCase;

require_once(__DIR__ . '/Site.php');

/**
 * Terms and languages, as PHP sees them.
 *
 * @copyright  2026 The CourseGlue authors
 * @license    https://www.gnu.org/copyleft/gpl.html GNU GPL v3 or later
 */
final class TextTest extends TestCase {
    public function test_the_same_word_gives_the_same_term_whatever_its_form(): void {
        $this->assertSame(Node::terms('biology', 'en'), Node::terms('Biology', 'en'));
        $this->assertSame(Node::terms('Cafés', 'fr'), Node::terms("Cafe\u{301}s", 'fr'));
        $this->assertSame([], Node::terms(' — ', 'en'));
    }

    public function test_languages_are_told_when_sure(): void {
        $this->assertSame('es', Node::detectLanguage('Este curso trata de la vida en el mar y de los animales que viven en él.'));
        $this->assertSame('de', Node::detectLanguage('Dieser Kurs handelt vom Leben im Meer und von den Tieren, die darin wohnen.'));
        $this->assertNull(Node::detectLanguage('BIO 101'));
        $this->assertNull(Node::detectLanguage(''));
    }
}
