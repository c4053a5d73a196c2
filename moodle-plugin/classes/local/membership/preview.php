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
use local_courseglue\local\store\state_store;

/**
 * The preview of what would leave this site if it joined now: it is shown to the admin, and then sent exactly as shown.
 *
 * @package    local_courseglue
 * @copyright  2026 The CourseGlue authors
 * @license    https://www.gnu.org/copyleft/gpl.html GNU GPL v3 or later
 */
final class preview {
    /** @var string name of the state that holds the key to join with, encrypted, and the bytes that were shown */
    private const PENDING = 'pending';

    /** @var int seconds for which what was shown may be sent */
    private const VALID = DAYSECS;

    /**
     * Constructor.
     *
     * @param array $who this site's address, as the engine sees it
     * @param string $body the exact bytes that will be signed and sent
     * @param string $secret base64
     */
    private function __construct(
        /** @var array this site's address, as the engine sees it */
        public readonly array $who,
        /** @var string the exact bytes that will be signed and sent */
        public readonly string $body,
        /** @var string the key to join with, base64 */
        public readonly string $secret
    ) {
    }

    /**
     * Makes what can be shown. The key is made once, and kept until it is used.
     *
     * @return self
     */
    public static function make(): self {
        global $CFG;

        $engine = engine_factory::get();
        $who = $engine->identify($CFG->wwwroot);
        $secret = self::secret($who['address']) ?? $engine->generate_secret();
        $body = descriptor::body($who['address'], $who['scheme'], $engine->public_key($secret));
        state_store::set(self::PENDING, [
            'address' => $who['address'],
            'secret' => \core\encryption::encrypt($secret),
            'body' => $body,
            'time' => time(),
        ]);
        return new self($who, $body, $secret);
    }

    /**
     * The preview that was shown last, if it is the one that this admin saw and it may still be sent.
     *
     * @param string $digest of what the admin saw
     * @return self|null
     */
    public static function shown(string $digest): ?self {
        global $CFG;

        $pending = state_store::get_array(self::PENDING);
        if ($pending === null || !isset($pending['body']) || $pending['time'] < time() - self::VALID) {
            return null;
        }
        $who = engine_factory::get()->identify($CFG->wwwroot);
        $secret = self::secret($who['address']);
        $shown = $secret === null ? null : new self($who, $pending['body'], $secret);
        // Somebody else may have looked since, under other settings: then these are not the bytes that this admin agreed to.
        return $shown?->digest() === $digest ? $shown : null;
    }

    /**
     * Tells these bytes from any others.
     *
     * @return string
     */
    public function digest(): string {
        return sha1($this->body);
    }

    /**
     * Keeps a key for the next time this site joins under the same address: its neighbours know it by that key.
     *
     * @param string $address
     * @param string $secret base64
     */
    public static function keep(string $address, string $secret): void {
        state_store::set(self::PENDING, ['address' => $address, 'secret' => \core\encryption::encrypt($secret)]);
    }

    /**
     * Forgets the key.
     */
    public static function forget(): void {
        state_store::delete(self::PENDING);
    }

    /**
     * The key to join with under an address.
     *
     * @param string $address
     * @return string|null base64; null when there is none, or it was made for another address or data directory
     */
    private static function secret(string $address): ?string {
        $pending = state_store::get_array(self::PENDING);
        if ($pending === null || $pending['address'] !== $address) {
            return null;
        }
        try {
            return \core\encryption::decrypt($pending['secret']);
        } catch (\moodle_exception $e) {
            return null;
        }
    }
}
