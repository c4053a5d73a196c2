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
use local_courseglue\local\identity\copy_guard;
use local_courseglue\local\identity\identity;
use local_courseglue\local\store\changes;
use local_courseglue\local\store\delivery_store;
use local_courseglue\local\store\publication_queue;
use local_courseglue\local\store\site_store;
use local_courseglue\local\store\state_store;
use local_courseglue\local\view_settings;

/**
 * Whether this site is in the network, and its signed statement about itself.
 *
 * @package    local_courseglue
 * @copyright  2026 The CourseGlue authors
 * @license    https://www.gnu.org/copyleft/gpl.html GNU GPL v3 or later
 */
final class membership {
    /** @var string not joined: nothing leaves, nothing is answered */
    public const NONE = 'none';

    /** @var string on its way in: its neighbours may look at its descriptor, nobody gets anything else */
    public const JOINING = 'joining';

    /** @var string in the network */
    public const JOINED = 'joined';

    /** @var string name of the state that holds which of these it is, and since when */
    private const STATE = 'membership';

    /** @var string name of the state that holds when this site left, Unix s */
    private const LEFT = 'left';

    /** @var string name of the state that holds under which address other sites may still list courses of this site, which left */
    private const LISTED_AT = 'listedat';

    /** @var int days for which others remember a site whose lease has ended, and its courses */
    private const GRACE = 2;

    /** @var string name of the state that holds when the descriptor is signed again, Unix s */
    private const RENEWAL = 'renewal';

    /** @var int seconds after which a joining that did not end was cut off */
    private const JOINING_LIMIT = 15 * MINSECS;

    /** @var int days after which a descriptor is signed again at the earliest; at random, so that not all sites do at once */
    private const RENEW_AFTER_MIN = 20;

    /** @var int days after which a descriptor is signed again at the latest */
    private const RENEW_AFTER_MAX = 30;

    /**
     * Whether this site is in the network.
     *
     * @return string one of the constants
     */
    public static function state(): string {
        $state = state_store::get_array(self::STATE);
        if ($state === null || ($state['state'] === self::JOINING && $state['since'] < time() - self::JOINING_LIMIT)) {
            return self::NONE;
        }
        return $state['state'];
    }

    /**
     * Since when this site has been what {@see state} says.
     *
     * @return int Unix s; 0 where that was never said
     */
    public static function since(): int {
        return (int) (state_store::get_array(self::STATE)['since'] ?? 0);
    }

    /**
     * Says whether this site is in the network.
     *
     * @param string $state one of the constants
     */
    public static function set_state(string $state): void {
        state_store::set(self::STATE, $state === self::NONE ? null : ['state' => $state, 'since' => time()]);
        view_settings::changed(engine_factory::get());
    }

    /**
     * Whether this site is in the network, be it the original or a copy of it.
     *
     * @return bool
     */
    public static function is_joined(): bool {
        return self::state() === self::JOINED;
    }

    /**
     * When this site left the network, and did not join again.
     *
     * @return int|null Unix s; null when it is in the network, or never was
     */
    public static function left(): ?int {
        $left = self::state() === self::JOINED ? null : state_store::get(self::LEFT);
        return $left === null ? null : (int) $left;
    }

    /**
     * It is in the network again.
     */
    public static function forget_left(): void {
        state_store::delete(self::LEFT);
    }

    /**
     * Notes that this site has left.
     */
    public static function note_left(): void {
        state_store::set(self::LEFT, (string) time());
    }

    /**
     * Whether this site may send something: it is in the network, and not a copy.
     *
     * @return bool
     */
    public static function is_active(): bool {
        return self::is_joined() && copy_guard::state() === copy_guard::OK;
    }

    /**
     * This site's entry: its signed descriptor with the vouchers of its neighbours. Signed again when that is due.
     *
     * @return array ['body', 'sig', 'vouchers']
     */
    public static function entry(): array {
        $identity = identity::load();
        $entry = site_store::entry($identity->nodeid);
        $key = engine_factory::get()->public_key($identity->secret());
        if ($entry === null || self::is_due($entry, $key)) {
            self::renew($identity, $entry, $key);
            $entry = site_store::entry($identity->nodeid);
        }
        return $entry;
    }

    /**
     * Signs a descriptor and writes it where this site, and those who ask it, find it.
     *
     * @param identity $identity
     * @param string $body the exact bytes
     * @param array $vouchers those it already has
     * @return array the entry
     */
    public static function publish_descriptor(identity $identity, string $body, array $vouchers = []): array {
        $signed = engine_factory::get()->sign('descriptor', $body);
        $stated = json_decode($body, true);
        changes::apply([[
            'change' => 'site',
            'nodeid' => $identity->nodeid,
            'address' => $identity->address,
            'domain' => $identity->domain,
            'seq' => $stated['seq'],
            'lease' => $stated['lease'],
            'vouchers' => $vouchers,
        ] + $signed]);
        $days = random_int(self::RENEW_AFTER_MIN * DAYSECS, self::RENEW_AFTER_MAX * DAYSECS);
        state_store::set(self::RENEWAL, (string) (time() + $days));
        return $signed + ['vouchers' => $vouchers];
    }

    /**
     * Forgets all that has to do with the network, but neither what admins and teachers chose nor which courses other sites may
     * still list: these have to be withdrawn if this site joins again.
     */
    public static function forget(): void {
        $identity = identity::load();
        if ($identity !== null) {
            state_store::set(self::LISTED_AT, publication_queue::outstanding() ? $identity->address : null);
        }
        self::set_state(self::NONE);
        state_store::delete(self::RENEWAL);
        exchange::forget();
        holdings::drop();
        identity::forget();
    }

    /**
     * Takes up what this site published before it left: what other sites may still list is sent again, or withdrawn where it does
     * not qualify any more. Under another address it is another site's, and none of this one's business.
     *
     * @param string $address this site's
     */
    public static function take_up_publications(string $address): void {
        state_store::get(self::LISTED_AT) === $address ? delivery_store::send_all_again() : delivery_store::forget_all();
    }

    /**
     * Whether the descriptor has to be signed again: its time has come, it is not true any more, or its lease ends, as it does
     * when a leaving was cut off. Or it is not what this site signed last: others knew it by another key since. Or it was signed
     * while the clock was wrong, and nobody can have accepted it.
     *
     * @param array $entry
     * @param string $key base64
     * @return bool
     */
    private static function is_due(array $entry, string $key): bool {
        $stated = json_decode($entry['body'], true);
        return time() >= (int) state_store::get(self::RENEWAL)
            || $stated['lease'] <= intdiv(time(), DAYSECS)
            || $stated['key'] !== $key
            || engine_factory::get()->next_seq($stated['seq']) < $stated['seq']
            || !descriptor::is_true($entry['body']);
    }

    /**
     * Signs the descriptor again. Where the others have forgotten this site meanwhile, and its courses with it, these are to
     * be sent again; until its neighbours know it, they wait.
     *
     * @param identity $identity
     * @param array|null $entry the present one
     * @param string $key base64
     */
    private static function renew(identity $identity, ?array $entry, string $key): void {
        $stated = $entry === null ? ['seq' => 0, 'key' => $key] : json_decode($entry['body'], true);
        $body = descriptor::body($identity->address, $identity->scheme, $key, $stated['seq']);
        if (json_decode($body, true)['seq'] < $stated['seq']) {
            // The last one was signed while the clock was wrong. It would outdo this one.
            site_store::delete($identity->nodeid);
        }
        // The words of others were about the key of then.
        self::publish_descriptor($identity, $body, $stated['key'] === $key ? $entry['vouchers'] ?? [] : []);
        if ($entry !== null && $stated['lease'] + self::GRACE < intdiv(time(), DAYSECS)) {
            delivery_store::send_all_again();
        }
    }
}
