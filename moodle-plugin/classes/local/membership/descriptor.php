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

use local_courseglue\local\engine\engine_factory;
use local_courseglue\local\publication\multilang;
use local_courseglue\local\publication\redactor;
use local_courseglue\local\search\localised_text;
use local_courseglue\local\statistics\figures;

/**
 * This site's descriptor: the signed statement about itself.
 *
 * @package    local_courseglue
 * @copyright  2026 The CourseGlue authors
 * @license    https://www.gnu.org/copyleft/gpl.html GNU GPL v3 or later
 */
final class descriptor {
    /** @var int days for which a descriptor is valid */
    public const LEASE = 45;

    /** @var int the version of the protocol */
    private const PROTOCOL = 1;

    /** @var string characters that cannot be seen, or that reorder others; joiners are needed in some scripts */
    private const HIDDEN = '/(?![\x{200C}\x{200D}])[\p{Cc}\p{Cf}\x{2028}\x{2029}]/u';

    /** @var int the most characters of the site's name */
    private const NAME_LENGTH = 200;

    /**
     * The exact bytes that are signed.
     *
     * @param string $address canonical
     * @param string $scheme
     * @param string $key base64
     * @param int $stored the sequence number of the last one, Unix ms
     * @param int $lease days for which it is valid
     * @param string|null $movedto the URL where the site is now, when this is the last one of its old address
     * @return string JSON
     */
    public static function body(
        string $address,
        string $scheme,
        string $key,
        int $stored = 0,
        int $lease = self::LEASE,
        ?string $movedto = null
    ): string {
        $facts = self::facts();
        $descriptor = [
            'address' => $address,
            'scheme' => $scheme,
            'key' => $key,
            'seq' => engine_factory::get()->next_seq($stored),
            'lease' => intdiv(time(), DAYSECS) + $lease,
        ] + $facts;
        $descriptor['figures'] = (object) figures::shared();
        if ($movedto !== null) {
            $descriptor['moved_to'] = $movedto;
        }
        return json_encode($descriptor, JSON_THROW_ON_ERROR | JSON_UNESCAPED_UNICODE | JSON_UNESCAPED_SLASHES);
    }

    /**
     * Whether a descriptor still tells the truth. Figures change all the time and wait until it is signed again anyway; which
     * of them are shared does not wait.
     *
     * @param string $body
     * @return bool
     */
    public static function is_true(string $body): bool {
        $stated = json_decode($body, true);
        foreach (self::facts() as $name => $value) {
            if (($stated[$name] ?? null) !== $value) {
                return false;
            }
        }
        if (isset($stated['moved_to'])) {
            return false;
        }
        $figures = array_keys($stated['figures'] ?? []);
        return !array_diff($figures, figures::enabled()) && !array_diff(figures::enabled(), $figures);
    }

    /**
     * The fields that seldom change.
     *
     * @return array
     */
    private static function facts(): array {
        global $CFG;

        $lang = strtolower(preg_replace('/[^a-z].*$/i', '', $CFG->lang));
        $country = (string) (get_config('local_courseglue', 'country') ?: ($CFG->country ?? ''));
        return [
            'name' => self::name($lang),
            'software' => 'Moodle',
            'release' => self::branch($CFG->release),
            'plugin' => self::branch(\core_plugin_manager::instance()->get_plugin_info('local_courseglue')->release),
            'protocol' => self::PROTOCOL,
            'country' => preg_match('/^[A-Z]{2}$/', $country) ? $country : null,
            'lang' => $lang,
        ];
    }

    /**
     * The branch of a release: the patch release would tell everybody which holes are open here.
     *
     * @param string|null $release
     * @return string 4.5 of "4.5.6+ (Build: 20250810)"; '' where there is none
     */
    private static function branch(?string $release): string {
        return preg_match('/^\d+(\.\d+)?/', (string) $release, $branch) ? $branch[0] : '';
    }

    /**
     * The site's name, in its own language and not in the current user's: cron and admins have to state the same.
     *
     * @param string $lang the site's language
     * @return string plain text; the host where the site has no name that may leave
     */
    private static function name(string $lang): string {
        global $CFG;
        foreach ([get_site()->fullname, get_site()->shortname] as $html) {
            $names = multilang::parse((string) $html, $lang);
            $name = (new redactor())->text(localised_text::choose($names, $lang, multilang::UNKNOWN)?->text ?? '');
            // What nobody sees is not taken by others.
            $name = trim(preg_replace(self::HIDDEN, '', $name));
            if ($name !== '') {
                return \core_text::substr($name, 0, self::NAME_LENGTH);
            }
        }
        return (string) parse_url($CFG->wwwroot, PHP_URL_HOST);
    }
}
