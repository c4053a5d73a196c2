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

namespace local_courseglue\local\description;

use license_manager;

/**
 * The site's own list of licences, and what the world calls them: identifiers of SPDX.
 *
 * A licence is known by Moodle's own short name, by the address of its text, or by its name. One that SPDX does not have gets a
 * LicenseRef, as the standard asks for.
 *
 * @package    local_courseglue
 * @copyright  2026 The CourseGlue authors
 * @license    https://www.gnu.org/copyleft/gpl.html GNU GPL v3 or later
 */
final class licence {
    /** @var string[] Moodle's own short names. */
    private const MOODLE = [
        'allrightsreserved' => 'LicenseRef-AllRightsReserved',
        'public' => 'CC-PDDC',
        'cc' => 'CC-BY-3.0',
        'cc-nc' => 'CC-BY-NC-3.0',
        'cc-nc-nd' => 'CC-BY-NC-ND-3.0',
        'cc-nc-sa' => 'CC-BY-NC-SA-3.0',
        'cc-nd' => 'CC-BY-ND-3.0',
        'cc-sa' => 'CC-BY-SA-3.0',
        'cc-4.0' => 'CC-BY-4.0',
        'cc-nc-4.0' => 'CC-BY-NC-4.0',
        'cc-nc-nd-4.0' => 'CC-BY-NC-ND-4.0',
        'cc-nc-sa-4.0' => 'CC-BY-NC-SA-4.0',
        'cc-nd-4.0' => 'CC-BY-ND-4.0',
        'cc-sa-4.0' => 'CC-BY-SA-4.0',
    ];

    /** @var string[] Short names that mean an unknown licence. */
    private const UNKNOWN = ['', 'unknown', 'license', 'licence'];

    /** @var string[] Identifiers of SPDX that courses and what is in them come under, beside those of Creative Commons. */
    private const OTHERS = [
        'CC0-1.0', 'CC-PDDC', 'AGPL-3.0-only', 'AGPL-3.0-or-later', 'Apache-2.0', 'BSD-2-Clause', 'BSD-3-Clause', 'EUPL-1.2',
        'GFDL-1.1-only', 'GFDL-1.1-or-later', 'GFDL-1.2-only', 'GFDL-1.2-or-later', 'GFDL-1.3-only',
        'GFDL-1.3-or-later', 'GPL-2.0-only', 'GPL-2.0-or-later', 'GPL-3.0-only', 'GPL-3.0-or-later', 'LAL-1.3', 'LGPL-2.1-only',
        'LGPL-2.1-or-later', 'LGPL-3.0-only', 'LGPL-3.0-or-later', 'MIT', 'MPL-2.0', 'ODbL-1.0', 'ODC-By-1.0', 'OGL-UK-2.0',
        'OGL-UK-3.0', 'PDDL-1.0', 'Unlicense',
    ];

    /**
     * The identifier of a licence of this site's list.
     *
     * @param string $shortname
     * @return string|null null where it is none, or says that the licence is not known
     */
    public static function spdx(string $shortname): ?string {
        if (in_array($shortname, self::UNKNOWN, true)) {
            return null;
        }
        if (isset(self::MOODLE[$shortname])) {
            return self::MOODLE[$shortname];
        }
        $licence = self::all()[$shortname] ?? null;
        if ($licence === null) {
            return null;
        }
        return self::by_address((string) $licence->source)
            ?? self::by_name((string) $licence->fullname)
            ?? self::by_name($shortname)
            ?? self::reference($shortname);
    }

    /**
     * The identifier of the licence that a text names: an identifier, a short name of Moodle's or of this site's, an address, or
     * words such as "CC BY-SA 4.0".
     *
     * @param string $text
     * @return string|null
     */
    public static function resolve(string $text): ?string {
        $text = trim($text);
        return self::spdx(\core_text::strtolower($text)) ?? self::spdx($text) ?? self::by_address($text) ?? self::by_name($text);
    }

    /**
     * The site's licences that may be chosen.
     *
     * @return string[] short name → full name
     */
    public static function options(): array {
        global $CFG;
        require_once($CFG->libdir . '/licenselib.php');
        return array_diff_key(license_manager::get_active_licenses_as_array(), array_flip(self::UNKNOWN));
    }

    /**
     * Every licence of the site, also those that are switched off.
     *
     * @return \stdClass[] by short name
     */
    private static function all(): array {
        global $CFG;
        require_once($CFG->libdir . '/licenselib.php');
        return license_manager::get_licenses();
    }

    /**
     * The identifier of the licence whose text is at an address.
     *
     * @param string $address
     * @return string|null
     */
    private static function by_address(string $address): ?string {
        $path = strtolower(preg_replace('~^https?://(www\.)?~i', '', trim($address)));
        return match (1) {
            preg_match('~^creativecommons\.org/licenses/(by(?:-nc)?(?:-nd|-sa)?)/(\d\.\d)~', $path, $found) =>
                self::canonical("cc-{$found[1]}-{$found[2]}"),
            preg_match('~^creativecommons\.org/publicdomain/zero/1\.0~', $path) => 'CC0-1.0',
            preg_match('~^creativecommons\.org/(licenses/publicdomain|publicdomain/mark)~', $path) => 'CC-PDDC',
            preg_match('~^(?:spdx\.org/licenses|opensource\.org/licen[cs]es?)/([\w.-]+?)(?:\.html|/)?$~', $path, $found) =>
                self::canonical($found[1]),
            preg_match('~^gnu\.org/licenses/(agpl|lgpl|gpl|fdl)-(\d\.\d)~', $path, $found) =>
                self::canonical(($found[1] === 'fdl' ? 'gfdl' : $found[1]) . "-{$found[2]}-or-later"),
            default => null,
        };
    }

    /**
     * The identifier that some words are written for.
     *
     * @param string $name
     * @return string|null
     */
    private static function by_name(string $name): ?string {
        $name = strtolower($name);
        $name = strtr($name, [
            'creative commons' => 'cc',
            'attribution' => 'by',
            'noncommercial' => 'nc',
            'non-commercial' => 'nc',
            'noderivatives' => 'nd',
            'noderivs' => 'nd',
            'no derivatives' => 'nd',
            'no derivs' => 'nd',
            'sharealike' => 'sa',
            'share alike' => 'sa',
            'share-alike' => 'sa',
            'international' => '',
            'unported' => '',
            'license' => '',
            'licence' => '',
        ]);
        $slug = trim(preg_replace('~[^a-z0-9.]+~', '-', $name), '-.');
        return self::canonical($slug) ?? self::canonical("{$slug}-or-later");
    }

    /**
     * An identifier as SPDX writes it.
     *
     * @param string $id in any case
     * @return string|null null where SPDX does not have it
     */
    private static function canonical(string $id): ?string {
        if (preg_match('~^cc-by(-nc)?(-nd|-sa)?-(1\.0|2\.0|2\.5|3\.0|4\.0)$~i', $id)) {
            return strtoupper($id);
        }
        foreach (self::OTHERS as $known) {
            if (strcasecmp($known, $id) === 0) {
                return $known;
            }
        }
        return null;
    }

    /**
     * The identifier of a licence that only this site knows.
     *
     * @param string $shortname
     * @return string|null
     */
    private static function reference(string $shortname): ?string {
        $id = trim(preg_replace('~[^A-Za-z0-9.]+~', '-', $shortname), '-.');
        return $id === '' ? null : 'LicenseRef-' . $id;
    }
}
