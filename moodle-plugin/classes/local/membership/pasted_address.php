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

namespace local_courseglue\local\membership;

/**
 * An address that somebody copied from a browser. It may be of any page of a Moodle; the site's own is found in it.
 *
 * @package    local_courseglue
 * @copyright  2026 The CourseGlue authors
 * @license    https://www.gnu.org/copyleft/gpl.html GNU GPL v3 or later
 */
final class pasted_address {
    /** @var int the most levels of folders at which a site is looked for */
    private const LEVELS = 5;

    /** @var string characters around an address that are no part of it: spaces, invisible ones, quotes, full stops */
    private const AROUND = '[\p{Z}\p{C}"\'`<>(){}«»“”„‘’,;.!]';

    /**
     * Constructor.
     *
     * @param string $pasted
     */
    public function __construct(
        /** @var string */
        private readonly string $pasted
    ) {
    }

    /**
     * The URLs at which the site may be, those to be tried first at the beginning: from the page upwards, and as the address says
     * itself by https or http.
     *
     * @param bool $plainhttp whether this site may ask without encryption
     * @return string[][] by scheme
     */
    public function candidates(bool $plainhttp): array {
        $text = $this->bare();
        $scheme = preg_match('~^([a-z][a-z0-9+.-]*):/+~i', $text, $named) ? strtolower($named[1]) : '';
        if (!in_array($scheme, ['', 'https', 'http'], true)) {
            return [];
        }
        $text = ltrim(substr($text, strlen($named[0] ?? '')), '/');
        [$authority, $path] = explode('/', $text, 2) + ['', ''];
        // A name and password are nobody else's.
        $authority = substr((string) strrchr('@' . $authority, '@'), 1);
        if ($authority === '') {
            return [];
        }
        $candidates = [];
        foreach ($this->schemes($scheme, $plainhttp) as $tried) {
            $candidates[$tried] = array_map(fn(string $base): string => "$tried://$authority$base", $this->bases($path));
        }
        return $candidates;
    }

    /**
     * The address without what is around and behind it.
     *
     * @return string
     */
    private function bare(): string {
        $text = fix_utf8($this->pasted);
        $text = preg_replace('~^' . self::AROUND . '+|' . self::AROUND . '+$~u', '', $text);
        return preg_replace('~[?#].*$~us', '', str_replace('\\', '/', $text));
    }

    /**
     * By which schemes it is looked for.
     *
     * @param string $given that of the address; empty where it has none
     * @param bool $plainhttp
     * @return string[]
     */
    private function schemes(string $given, bool $plainhttp): array {
        return match (true) {
            $given === 'https' || !$plainhttp => ['https'],
            $given === 'http' => ['http', 'https'],
            default => ['https', 'http'],
        };
    }

    /**
     * The folders of a page and those above it, down to the host itself.
     *
     * @param string $path
     * @return string[] each empty or beginning with a slash
     */
    private function bases(string $path): array {
        $bases = [''];
        foreach (array_filter(explode('/', $path), 'strlen') as $folder) {
            // The path behind a script is read by that script.
            if (preg_match('~\.php$~i', $folder) || $folder === '.' || $folder === '..' || count($bases) > self::LEVELS) {
                break;
            }
            $folder = preg_replace_callback('~[^\x21-\x7e]~', fn(array $byte): string => rawurlencode($byte[0]), $folder);
            $bases[] = end($bases) . '/' . $folder;
        }
        return array_reverse($bases);
    }
}
