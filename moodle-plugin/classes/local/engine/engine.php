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

namespace local_courseglue\local\engine;

/**
 * The calls that the plugin makes to the CourseGlue extension.
 *
 * The one narrow place between PHP and Rust: arrays go in and come out, JSON stays behind it. Everything else is written
 * against this interface, so that it can be tested without the extension and works on, degraded, when it is missing.
 *
 * Shapes that recur:
 * - entry: `['body' => string, 'sig' => string, 'vouchers' => [['by' => nodeid, 'day' => int, 'sig' => string], …]]`,
 *   a site's signed descriptor as it travels;
 * - changes: a list of arrays, each with a key 'change'; {@see \local_courseglue\local\store\changes} applies them.
 *   The caller of a method that returns changes applies them; nothing is done until that was committed.
 *
 * Every method throws {@see unavailable} when there is no extension that fits, and {@see failure}, with a sentence for an
 * admin, when the engine could not do what it was asked.
 *
 * @package    local_courseglue
 * @copyright  2026 The CourseGlue authors
 * @license    https://www.gnu.org/copyleft/gpl.html GNU GPL v3 or later
 */
interface engine {
    /**
     * Ends every later call at a deadline.
     *
     * @param int|null $deadline Unix s; null for as long as PHP allows
     */
    public function finish_by(?int $deadline): void;

    /**
     * Makes a new Ed25519 secret.
     *
     * @return string base64 of 32 random bytes
     */
    public function generate_secret(): string;

    /**
     * The public key of a secret.
     *
     * @param string $secret base64
     * @return string base64 of 32 bytes
     */
    public function public_key(string $secret): string;

    /**
     * The identity of a site, by its URL: canonical address, registrable domain and node id.
     *
     * @param string $url
     * @return array ['address' => string, 'scheme' => 'https', 'domain' => string, 'nodeid' => string]
     */
    public function identify(string $url): array;

    /**
     * The language a text is most likely written in.
     *
     * @param string $text
     * @return string|null ISO 639-1, null when unsure
     */
    public function detect_language(string $text): ?string;

    /**
     * The terms of a text, as every site of this protocol version sees them.
     *
     * @param string $text
     * @param string $lang ISO 639-1
     * @return string[]
     */
    public function terms(string $text, string $lang): array;

    /**
     * Signs a body with this site's key.
     *
     * @param string $type descriptor, voucher, record or tombstone
     * @param string $body the exact bytes
     * @return array ['body' => string, 'sig' => string]
     */
    public function sign(string $type, string $body): array;

    /**
     * Builds, cuts to size and signs the record of a course.
     *
     * @param array $content a record's body without site, seq, until and terms; fullname, shortname, summary, the entries of category and
     *        each contents' name are maps from language to plain text, the language '' being the course's own
     * @param int $seq Unix ms
     * @return array ['recordid' => string, 'seq' => int, 'body' => string, 'sig' => string, 'terms' => string[]]
     */
    public function record(array $content, int $seq): array;

    /**
     * Builds and signs the withdrawal of a record from the homes of its terms.
     *
     * @param string $id the record's own id, as course/12
     * @param int $seq Unix ms
     * @param string[] $terms at most 128 of them are signed
     * @return array ['recordid' => string, 'seq' => int, 'body' => string, 'sig' => string, 'terms' => string[]]
     */
    public function tombstone(string $id, int $seq, array $terms): array;

    /**
     * The revision of the database that the view on this web server shows.
     *
     * @return int -1 when there is no view that can be read
     */
    public function revision(): int;

    /**
     * When the view on this web server was last brought up to date.
     *
     * @return int Unix s; 0 when there is no view that can be read
     */
    public function caught_up(): int;

    /**
     * Whether this engine answers from a view that has to be kept up to date.
     *
     * @return bool
     */
    public function has_view(): bool;

    /**
     * Takes the lock of the view's writers on this web server.
     *
     * @return view_writer|null null where another process writes
     * @throws view_failure when the directory of the view cannot be written
     */
    public function lock_view(): ?view_writer;

    /**
     * Writes how other sites are answered from the view without the full boot.
     *
     * @param array $settings ['node' => the engine's settings without the secret, 'gate' => open, joining, closed or boot,
     *        'limit' => ['requests' => int, 'seconds' => int]|null, 'forced' => string, 'notes' => string]
     * @throws view_failure when the directory of the view cannot be written
     */
    public function write_view_settings(array $settings): void;

    /**
     * The sequence number of what is signed next: above that of what was signed before, unless that is so far ahead that nobody can
     * have accepted it, because the clock was wrong.
     *
     * @param int $last Unix ms; 0 where nothing was signed before
     * @return int Unix ms
     */
    public function next_seq(int $last): int;

    /**
     * The host that would have to be asked before another site's message is answered. Two processes must not ask one host at the
     * same moment, before the first check is written down: the caller locks it.
     *
     * @param string $method GET or POST
     * @param string $query the raw query string
     * @param string $body
     * @return string|null null where the message is answered, or refused, without asking
     */
    public function host_to_check(string $method, string $query, string $body): ?string;

    /**
     * Answers another site's message.
     *
     * @param string $method GET or POST
     * @param string $query the raw query string; ignored for POST, whose body names its operation
     * @param string $body
     * @param string|null $host the host that may be asked; where another one had to be, the answer is to come again
     * @return array ['status' => int, 'body' => string, 'retryafter' => int|null, 'changes' => array]
     */
    public function handle(string $method, string $query, string $body, ?string $host): array;

    /**
     * Asks which site is at an address, without saying anything about this site.
     *
     * @param string $url
     * @return array ['url' => string, 'address' => string, 'nodeid' => string, 'name' => string]
     * @throws setback where no site of this network answers
     */
    public function probe(string $url): array;

    /**
     * Joins the network through a site that is in it.
     *
     * @param string $url any site of the network
     * @param array $entry this site's entry
     * @return array ['joined' => true, 'problems' => string[], 'changes' => array]
     * @throws setback when it did not come to pass
     */
    public function join(string $url, array $entry): array;

    /**
     * Whether the network settles (sites joined lately), so that an exchange is due in each run of cron and not once an hour.
     *
     * @return bool
     */
    public function is_settling(): bool;

    /**
     * Exchanges with one other site: that one learns this site's entry, and this site pulls the descriptors that it lacks.
     *
     * @param array $entry this site's entry
     * @return array ['peer' => string|null, 'problems' => string[], 'changes' => array]
     */
    public function sync(array $entry): array;

    /**
     * Sends records and withdrawals to the sites that store them.
     *
     * @param array $entry this site's entry
     * @param array $records list of ['type' => 'record'|'tombstone', 'recordid', 'body', 'sig', 'terms' => string[],
     *        'lost' => string[]], terms being those that the item signs, lost those under which it was published before and no
     *        longer is
     * @return array ['results' => [['recordid', 'state' => 'published'|'pending', 'homes' => int, 'problem' => string|null,
     *         'newer' => array|null], …], 'changes' => array]
     */
    public function publish(array $entry, array $records): array;

    /**
     * Searches the courses of the network.
     *
     * @param array $query ['words' => string, 'lang' => string, 'filters' => array, 'offset' => int, 'limit' => int]
     * @return array ['total', 'complete', 'everything' => bool, 'looked_up' => bool, 'cut', 'asked' => string[], 'took_ms',
     *         'hits' => array, 'facets' => array]; everything: whether this site holds all courses of the network, so that
     *         nobody is asked; looked_up: whether a word is rare enough for other sites to be asked for it
     */
    public function search(array $query): array;

    /**
     * The worldwide totals, folded from this site's own table: asks nobody.
     *
     * @return array ['sites', 'sharing', 'figures', 'countries', 'releases', 'languages']
     */
    public function statistics(): array;

    /**
     * Every site in the table.
     *
     * @return array list of ['nodeid', 'address', 'url', 'name', 'country', 'lang', 'release', 'seq', 'figures']
     */
    public function sites(): array;
}
