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

namespace local_courseglue\local;

use local_courseglue\local\engine\engine;
use local_courseglue\local\identity\identity;

/**
 * Builds the settings that the extension's node is made with, from Moodle's and the plugin's own.
 *
 * @package    local_courseglue
 * @copyright  2026 The CourseGlue authors
 * @license    https://www.gnu.org/copyleft/gpl.html GNU GPL v3 or later
 */
final class settings_builder {
    /** @var int the port of a proxy for which Moodle's settings name none, as in its own HTTP client */
    private const PROXY_PORT = 1080;

    /** @var int MB that are held for others at most, unless the admin says otherwise: nine times what is to be expected */
    public const QUOTA = 256;

    /**
     * The settings of this site's node; without a key before it joined.
     *
     * @param engine $engine which knows this site's address before it joined
     * @return array
     */
    public static function build(engine $engine): array {
        global $CFG;

        $identity = identity::load();
        $who = $identity === null ? $engine->identify($CFG->wwwroot) : (array) $identity;
        $secret = $identity?->secret();
        $cafile = (string) get_config('local_courseglue', 'cafile');
        return [
            'network' => self::network(),
            'address' => $who['address'],
            'scheme' => $who['scheme'],
            'secret' => $secret,
            'viewdir' => view::directory(),
            'serving' => $identity !== null,
            'allowhttp' => (bool) get_config('local_courseglue', 'allowhttp'),
            'blockedhosts' => self::lines($CFG->curlsecurityblockedhosts ?? ''),
            'allowedports' => array_map('intval', self::lines($CFG->curlsecurityallowedport ?? '')),
            'proxy' => self::proxy(),
            'cafile' => $cafile === '' ? null : $cafile,
            'blocked' => self::blocked(),
            // Nobody else can work it out, and it stays the same as long as the key does.
            'seed' => $secret === null ? '' : hash_hmac('sha256', 'sketches', $secret),
            'quota' => self::quota(),
        ];
    }

    /**
     * The name of the network that this site takes part in.
     *
     * @return string
     */
    public static function network(): string {
        return (string) (get_config('local_courseglue', 'network') ?: 'courseglue');
    }

    /**
     * The most bytes that this site holds for others.
     *
     * @return int bytes
     */
    private static function quota(): int {
        $megabytes = (int) get_config('local_courseglue', 'quota') ?: self::QUOTA;
        return max(1, $megabytes) * 1024 * 1024;
    }

    /**
     * Moodle's proxy, if it uses one.
     *
     * @return array|null
     */
    private static function proxy(): ?array {
        global $CFG;

        if (empty($CFG->proxyhost)) {
            return null;
        }
        $type = empty($CFG->proxytype) ? 'HTTP' : $CFG->proxytype;
        return [
            'host' => (string) $CFG->proxyhost,
            'port' => (int) ($CFG->proxyport ?? 0) ?: self::PROXY_PORT,
            'type' => $type,
            'user' => ($CFG->proxyuser ?? '') === '' ? null : (string) $CFG->proxyuser,
            'password' => ($CFG->proxypassword ?? '') === '' ? null : (string) $CFG->proxypassword,
            'bypass' => array_values(array_filter(array_map('trim', explode(',', $CFG->proxybypass ?? '')), 'strlen')),
        ];
    }

    /**
     * The sites, domains and words that the admin blocked.
     *
     * @return array ['sites' => string[], 'domains' => string[], 'words' => string[]]
     */
    private static function blocked(): array {
        global $DB;

        $blocked = ['sites' => [], 'domains' => [], 'words' => []];
        foreach ($DB->get_records('local_courseglue_rules', ['action' => 'block'], 'id') as $rule) {
            $blocked[$rule->kind . 's'][] = $rule->value;
        }
        return $blocked;
    }

    /**
     * The lines of a setting, without empty ones.
     *
     * @param string $text
     * @return string[]
     */
    private static function lines(string $text): array {
        return array_values(array_filter(array_map('trim', explode("\n", $text)), 'strlen'));
    }
}
