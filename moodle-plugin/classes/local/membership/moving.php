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

use local_courseglue\event\site_moved;
use local_courseglue\local\engine\engine_factory;
use local_courseglue\local\engine\failure;
use local_courseglue\local\identity\identity;
use local_courseglue\local\store\site_store;

/**
 * This site's move to another address: the last statement of the old one says where it went, and the new one joins.
 *
 * @package    local_courseglue
 * @copyright  2026 The CourseGlue authors
 * @license    https://www.gnu.org/copyleft/gpl.html GNU GPL v3 or later
 */
final class moving {
    /** @var int seconds that moving may take */
    private const TIME_LIMIT = 10 * MINSECS;

    /** @var int how many sites are asked to take the news, and to let the new address in */
    private const ATTEMPTS = 3;

    /**
     * Moves, under the same key.
     *
     * The next publish task publishes anew what the network forgets with the old address.
     *
     * @param identity $identity of the old address, its secret readable
     * @return string[] sentences about what went less than well; empty when all did
     * @throws failure when the new address could not join: then the old one is given up all the same
     */
    public static function run(identity $identity): array {
        global $CFG;

        \core_php_time_limit::raise(self::TIME_LIMIT);
        $secret = $identity->secret();
        $who = engine_factory::get()->identify($CFG->wwwroot);
        $contacts = self::contacts($identity);
        $problems = $contacts ? self::announce($identity, $secret, $who['scheme'] . '://' . $who['address']) : [];
        membership::forget();
        // Until the new address is let in: it has taken part, and does not any more.
        membership::note_left();
        preview::keep($who['address'], $secret);
        // Said by now, whether the new address is let in at once or not.
        site_moved::create(['context' => \context_system::instance(), 'other' => [
            'from' => $identity->address,
            'to' => $who['address'],
        ]])->trigger();
        return [...$problems, ...self::join($contacts)];
    }

    /**
     * Some other sites, those that answered last first.
     *
     * @param identity $identity
     * @return string[] URLs
     */
    private static function contacts(identity $identity): array {
        $urls = array_column(engine_factory::get()->sites(), 'url', 'nodeid');
        unset($urls[$identity->nodeid]);
        $heard = array_intersect_key(site_store::last_heard(), $urls);
        arsort($heard);
        return array_map(fn(string $nodeid): string => $urls[$nodeid], array_slice(array_keys($heard), 0, self::ATTEMPTS));
    }

    /**
     * Tells other sites where this one went.
     *
     * @param identity $identity
     * @param string $secret base64
     * @param string $url
     * @return string[] sentences
     */
    private static function announce(identity $identity, string $secret, string $url): array {
        $engine = engine_factory::get();
        $entry = site_store::entry($identity->nodeid);
        $stored = $entry === null ? 0 : json_decode($entry['body'], true)['seq'];
        $key = $engine->public_key($secret);
        $body = descriptor::body($identity->address, $identity->scheme, $key, $stored, movedto: $url);
        $last = membership::publish_descriptor($identity, $body, $entry['vouchers'] ?? []);
        $problems = [];
        try {
            for ($attempt = 0; $attempt < self::ATTEMPTS; $attempt++) {
                $problems = $engine->sync($last)['problems'];
                if (!$problems) {
                    break;
                }
            }
        } catch (failure $e) {
            $problems[] = $e->getMessage();
        }
        return $problems;
    }

    /**
     * Joins under the new address, through the first site that lets it in.
     *
     * @param string[] $contacts URLs; none when the network had no other site
     * @return string[] sentences
     */
    private static function join(array $contacts): array {
        $failure = null;
        foreach ($contacts ?: [null] as $contact) {
            try {
                return joining::run($contact, preview::make()->digest());
            } catch (failure $e) {
                $failure ??= $e;
            }
        }
        throw $failure;
    }
}
