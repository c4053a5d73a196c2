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
 * An embedded site of the network: the same engine without a Moodle, asked over loopback HTTP.
 *
 * @package    local_courseglue
 * @copyright  2026 The CourseGlue authors
 * @license    https://www.gnu.org/copyleft/gpl.html GNU GPL v3 or later
 */
final class embedded_site {
    /**
     * Constructor.
     *
     * @param string $url
     */
    public function __construct(
        /** @var string */
        public readonly string $url,
    ) {
    }

    /**
     * The full names of what a search from this site finds.
     *
     * @param string $words
     * @return string[]
     */
    public function titles(string $words): array {
        $hits = answer::of("{$this->url}/ask/search?lang=en&words=" . rawurlencode($words))->json()['hits'];
        return array_map(static fn(array $hit): string => reset($hit['record']['fullname']), $hits);
    }

    /**
     * Sets how it answers other sites from now on.
     *
     * @param string $manner well, dead or slow
     */
    public function behave(string $manner): void {
        answer::of("{$this->url}/ask/behave?as=$manner")->json();
    }
}
