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

use local_courseglue\local\engine\engine;
use local_courseglue\local\engine\engine_factory;
use local_courseglue\local\engine\setback;

/**
 * The site that joining goes through: found from whatever of its addresses was pasted, and shown before it is used.
 *
 * The sites that are asked learn nothing about this one.
 *
 * @package    local_courseglue
 * @copyright  2026 The CourseGlue authors
 * @license    https://www.gnu.org/copyleft/gpl.html GNU GPL v3 or later
 */
final class contact {
    /** @var int seconds that looking may take */
    private const TIME_LIMIT = MINSECS;

    /** @var int the most addresses that are asked */
    private const MOST = 16;

    /** @var string[] kinds of trouble after which another folder of the same host is worth a try, the most telling last */
    private const GO_ON = ['unreadable', 'too_large', 'redirected', 'server_error', 'no_courseglue', 'web_page', 'login_page',
        'bot_wall', 'not_taking_part', 'no_address'];

    /** @var string[] kinds of trouble after which the site is not looked for in another way: it is there */
    private const SETTLED = ['own_address', 'not_taking_part', 'other_network', 'other_version', 'forged', 'clock', 'too_often'];

    /** @var string[] kinds of trouble with which a site says where it is */
    private const ELSEWHERE = ['redirected' => 'to', 'other_address' => 'url'];

    /**
     * Constructor.
     *
     * @param string $url its URL
     * @param string $name what it calls itself
     */
    private function __construct(
        /** @var string its URL */
        public readonly string $url,
        /** @var string what it calls itself */
        public readonly string $name
    ) {
    }

    /**
     * The site that answers at an address, or at one above it.
     *
     * @param string $pasted
     * @return self
     * @throws setback that says what is there instead
     */
    public static function find(string $pasted): self {
        $engine = engine_factory::get();
        $plainhttp = (bool) get_config('local_courseglue', 'allowhttp');
        \core_php_time_limit::raise(self::TIME_LIMIT);
        $engine->finish_by(time() + self::TIME_LIMIT);
        try {
            $setback = null;
            foreach ((new pasted_address($pasted))->candidates($plainhttp) as $urls) {
                $found = self::ask($engine, $urls);
                if ($found instanceof self) {
                    return $found;
                }
                $setback ??= $found;
                if (in_array($found->kind(), self::SETTLED, true)) {
                    throw $found;
                }
            }
        } finally {
            $engine->finish_by(null);
        }
        throw $setback ?? new setback(trim($pasted), ['kind' => 'no_address']);
    }

    /**
     * Asks one address after another until a site answers, or it is clear that none will.
     *
     * @param engine $engine
     * @param string[] $urls
     * @return self|setback what is most telling of what came instead
     */
    private static function ask(engine $engine, array $urls): self|setback {
        $told = null;
        $asked = [];
        while (($url = array_shift($urls)) !== null && count($asked) < self::MOST) {
            if (isset($asked[$url])) {
                continue;
            }
            $asked[$url] = true;
            try {
                $found = $engine->probe($url);
                return new self($found['url'], $found['name']);
            } catch (setback $setback) {
                $elsewhere = $setback->trouble[self::ELSEWHERE[$setback->kind()] ?? ''] ?? null;
                if ($elsewhere !== null && !isset($asked[$elsewhere])) {
                    array_unshift($urls, $elsewhere);
                    $told ??= $setback;
                } else if (!in_array($setback->kind(), self::GO_ON, true)) {
                    return $setback;
                } else {
                    $told = self::telling($told) > self::telling($setback) ? $told : $setback;
                }
            }
        }
        return $told;
    }

    /**
     * The rank of a setback by how much it says about the server at the address; the highest is told to the admin.
     *
     * @param setback|null $setback
     * @return int
     */
    private static function telling(?setback $setback): int {
        return $setback === null ? -1 : (int) array_search($setback->kind(), self::GO_ON, true);
    }
}
