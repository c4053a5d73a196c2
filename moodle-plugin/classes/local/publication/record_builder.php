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

namespace local_courseglue\local\publication;

use local_courseglue\local\engine\engine;
use stdClass;

/**
 * Makes the signed record of a course's content.
 *
 * @package    local_courseglue
 * @copyright  2026 The CourseGlue authors
 * @license    https://www.gnu.org/copyleft/gpl.html GNU GPL v3 or later
 */
final class record_builder {
    /** @var string[] Fields that are maps from language to text, and have to stay maps when they are empty. */
    private const MAPS = ['fullname', 'shortname', 'summary'];

    /**
     * A builder.
     *
     * @param engine $engine
     */
    public function __construct(
        /** @var engine what signs */
        private readonly engine $engine,
    ) {
    }

    /**
     * The record, cut to size and signed.
     *
     * @param array $content of {@see extractor}
     * @param int $seq Unix ms
     * @return array recordid, seq, body, sig and terms
     */
    public function build(array $content, int $seq): array {
        $content['lang'] = $this->language($content);
        foreach (self::MAPS as $field) {
            $content[$field] = $content[$field] ?: new stdClass();
        }
        return $this->engine->record($content, $seq);
    }

    /**
     * The course's language: its own setting, else that of its text, else the one its name is tagged with, else the site's.
     *
     * @param array $content
     * @return string ISO 639 code
     */
    private function language(array $content): string {
        global $CFG;
        if ($content['lang'] !== '') {
            return $content['lang'];
        }
        $text = $this->untagged($content);
        $detected = $text === '' ? null : $this->engine->detect_language($text);
        $tagged = array_filter(array_keys($content['fullname']), fn(string $key): bool => $key !== multilang::UNKNOWN);
        return $detected ?? reset($tagged) ?: multilang::key((string) $CFG->lang) ?: 'en';
    }

    /**
     * The text of the course that is in its own language.
     *
     * @param array $content
     * @return string
     */
    private function untagged(array $content): string {
        $maps = [$content['fullname'], $content['summary'], ...array_column($content['contents'], 'name')];
        return implode("\n", array_filter(array_column($maps, multilang::UNKNOWN)));
    }
}
