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
 * A course's licence in words.
 *
 * @package    local_courseglue
 * @copyright  2026 The CourseGlue authors
 * @license    https://www.gnu.org/copyleft/gpl.html GNU GPL v3 or later
 */
final class licence {
    /** @var string[] Identifiers of SPDX that Moodle has a name for. */
    private const MOODLE = ['cc-pddc' => 'public', 'licenseref-allrightsreserved' => 'allrightsreserved'];

    /**
     * The licence's name here, else a readable form of its identifier.
     *
     * @param mixed $licence an identifier of SPDX, or a short name that an older version sent
     * @return string|null null when the licence is not known
     */
    public static function label(mixed $licence): ?string {
        if (!is_string($licence) || $licence === '' || $licence === 'unknown') {
            return null;
        }
        if (preg_match('/^[A-Za-z0-9._-]+$/D', $licence) !== 1) {
            return $licence;
        }
        $shortname = strtolower($licence);
        $shortname = self::MOODLE[$shortname] ?? $shortname;
        if (get_string_manager()->string_exists($shortname, 'license')) {
            return get_string($shortname, 'license');
        }
        if (preg_match('/^cc-?([a-z-]+?)-?([0-9.]+)?$/D', $shortname, $parts) === 1) {
            return trim('CC ' . strtoupper($parts[1]) . ' ' . ($parts[2] ?? ''));
        }
        return preg_replace('/^LicenseRef-/i', '', $licence);
    }
}
