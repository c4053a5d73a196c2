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

namespace local_courseglue\local\identity;

use local_courseglue\local\engine\engine_factory;
use local_courseglue\local\store\state_store;

/**
 * The identity of this site in the network: its address and key, pinned to this Moodle when it joined.
 *
 * @package    local_courseglue
 * @copyright  2026 The CourseGlue authors
 * @license    https://www.gnu.org/copyleft/gpl.html GNU GPL v3 or later
 */
final class identity {
    /** @var string name of the state that holds everything but the secret */
    private const PINNED = 'identity';

    /** @var string name of the state that holds the secret, encrypted with a key outside the database */
    private const SECRET = 'secret';

    /** @var string canonical address: host, port, path */
    public readonly string $address;

    /** @var string http or https */
    public readonly string $scheme;

    /** @var string node id, lower-case hex */
    public readonly string $nodeid;

    /** @var string registrable domain */
    public readonly string $domain;

    /** @var string $CFG->wwwroot as it was */
    public readonly string $wwwroot;

    /** @var string the id of the data directory */
    public readonly string $instance;

    /** @var bool whether this Moodle already sent no mail, or diverted it, when it was pinned */
    public readonly bool $mailoff;

    /**
     * Constructor.
     *
     * @param array $pinned
     */
    private function __construct(array $pinned) {
        $this->address = $pinned['address'];
        $this->scheme = $pinned['scheme'];
        $this->nodeid = $pinned['nodeid'];
        $this->domain = $pinned['domain'];
        $this->wwwroot = $pinned['wwwroot'];
        $this->instance = $pinned['instance'];
        $this->mailoff = $pinned['mailoff'];
    }

    /**
     * This site's identity.
     *
     * @return self|null null before it joined
     */
    public static function load(): ?self {
        $pinned = state_store::get_array(self::PINNED);
        return $pinned === null ? null : new self($pinned);
    }

    /**
     * Pins a secret to this Moodle as it is now: its address, its data directory, its mail.
     *
     * @param array $who what the engine says of this site's URL
     * @param string $secret base64
     * @return self
     */
    public static function pin(array $who, string $secret): self {
        state_store::set(self::SECRET, \core\encryption::encrypt($secret));
        return self::write($who);
    }

    /**
     * Pins the same key to this Moodle as it is now, for one that is still the same site.
     *
     * @return self
     */
    public function pin_again(): self {
        return self::write((array) $this);
    }

    /**
     * The secret half of the key.
     *
     * @return string|null base64; null when it cannot be read with the secret in this data directory
     */
    public function secret(): ?string {
        try {
            return \core\encryption::decrypt((string) state_store::get(self::SECRET)) ?: null;
        } catch (\moodle_exception $e) {
            return null;
        }
    }

    /**
     * Forgets who this site was.
     */
    public static function forget(): void {
        state_store::delete(self::PINNED, self::SECRET);
        instance_id::delete();
        engine_factory::reset();
    }

    /**
     * Writes what is pinned.
     *
     * @param array $who
     * @return self
     */
    private static function write(array $who): self {
        global $CFG;

        $pinned = [
            'address' => $who['address'],
            'scheme' => $who['scheme'],
            'nodeid' => $who['nodeid'],
            'domain' => $who['domain'],
            'wwwroot' => $CFG->wwwroot,
            'instance' => instance_id::create(),
            'mailoff' => !empty($CFG->noemailever) || !empty($CFG->divertallemailsto),
        ];
        state_store::set(self::PINNED, $pinned);
        engine_factory::reset();
        return new self($pinned);
    }
}
