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
 * The trouble between this site and another one, in words for an admin: what happened, and what to do.
 *
 * The engine gives the kind of trouble, with names, numbers and addresses. It passes on no sentence of another site or the system.
 *
 * @package    local_courseglue
 * @copyright  2026 The CourseGlue authors
 * @license    https://www.gnu.org/copyleft/gpl.html GNU GPL v3 or later
 */
final class trouble {
    /** @var string[] kinds whose string is named like them and needs no more values */
    private const PLAIN = ['no_address', 'own_address', 'no_such_name', 'nothing_listens', 'no_route', 'no_connection', 'no_proxy',
        'broken', 'silent', 'not_asked', 'not_https', 'encryption', 'not_http', 'login_page', 'bot_wall', 'no_courseglue',
        'web_page', 'server_error', 'unreadable', 'not_taking_part', 'other_address', 'forged', 'not_admitted', 'no_room',
        'refuses', 'too_large', 'wrong_key', 'other_key'];

    /** @var string[] kinds for which it matters to what kind of address the name leads */
    private const UNCONNECTED = ['nothing_listens', 'no_route', 'no_connection'];

    /** @var string[] reasons not to trust a certificate that have strings of their own */
    private const DISTRUST = ['expired', 'not_yet', 'other_name', 'unknown_issuer', 'self_signed', 'revoked'];

    /** @var string[] this site's own rules that have strings of their own */
    private const RULES = ['host', 'port', 'scheme'];

    /** @var int the most neighbours whose troubles are told */
    private const MOST_NEIGHBOURS = 3;

    /**
     * Constructor.
     *
     * @param string $site the URL of the other site, or what was given for one
     * @param array $trouble ['kind' => string, …]
     */
    public function __construct(
        /** @var string the URL of the other site, or what was given for one */
        private readonly string $site,
        /** @var array ['kind' => string, …] */
        private readonly array $trouble
    ) {
    }

    /**
     * A sentence that says what happened, and what to do.
     *
     * @return string plain text
     */
    public function sentence(): string {
        $kind = $this->trouble['kind'];
        return match (true) {
            $kind === 'own' => (string) $this->trouble['sentence'],
            $kind === 'unchecked' => $this->unchecked(),
            $kind === 'certificate' => $this->certificate(),
            $kind === 'clock' => $this->clock(),
            $kind === 'too_often' => $this->too_often(),
            $kind === 'redirected' => $this->text(isset($this->trouble['to']) ? 'redirected' : 'redirected_nowhere'),
            $kind === 'blocked_here' => $this->blocked_here(),
            $kind === 'other_network' => $this->text(isset($this->trouble['network']) ? 'other_network' : 'other_network_unnamed'),
            $kind === 'other_version' => $this->text('other_version'),
            in_array($kind, self::UNCONNECTED, true) => trim($this->text($kind) . ' ' . $this->ipv6()),
            in_array($kind, self::PLAIN, true) => $this->text($kind),
            default => $this->text('refuses'),
        };
    }

    /**
     * A language string about this trouble.
     *
     * @param string $name
     * @param array $more what it needs beside the site
     * @return string
     */
    private function text(string $name, array $more = []): string {
        $parts = parse_url($this->site) ?: [];
        $a = $more + array_filter($this->trouble, 'is_scalar') + [
            'site' => $this->site,
            'host' => $parts['host'] ?? $this->site,
            'port' => $parts['port'] ?? (($parts['scheme'] ?? 'https') === 'http' ? 80 : 443),
            'network' => '',
            'ours' => (string) (get_config('local_courseglue', 'network') ?: 'courseglue'),
        ];
        return get_string("trouble:{$name}", 'local_courseglue', (object) $a);
    }

    /**
     * A sentence about the name's IPv6 address that leads nowhere.
     *
     * @return string empty where there is none
     */
    private function ipv6(): string {
        if (empty($this->trouble['ipv6']) || str_starts_with((string) parse_url($this->site, PHP_URL_HOST), '[')) {
            return '';
        }
        if (!empty($this->trouble['ipv4'])) {
            return $this->text('ipv6too');
        }
        return $this->text($this->trouble['kind'] === 'no_route' ? 'ipv6noroute' : 'ipv6only');
    }

    /**
     * A sentence about a certificate: whose it is, and why it cannot be trusted.
     *
     * @return string
     */
    private function certificate(): string {
        $why = in_array($this->trouble['why'], self::DISTRUST, true) ? $this->trouble['why'] : 'invalid';
        $sentence = $this->text("certificate_{$why}", [
            'names' => implode(', ', $this->trouble['names'] ?? []),
            'date' => isset($this->trouble['at']) ? userdate($this->trouble['at'], get_string('strftimedate', 'langconfig')) : '',
        ]);
        $isnamed = !empty($this->trouble['issuer']) && $why !== 'self_signed';
        return $isnamed ? $sentence . ' ' . $this->text('certificate_issuer') : $sentence;
    }

    /**
     * A sentence about the difference of the two clocks.
     *
     * @return string
     */
    private function clock(): string {
        $ahead = $this->trouble['ahead'] ?? null;
        if ($ahead === null) {
            return $this->text('clock');
        }
        $more = ['difference' => format_time(abs($ahead)), 'now' => userdate(time(), get_string('strftimedatetime', 'langconfig'))];
        return $this->text($ahead > 0 ? 'clock_ahead' : 'clock_behind', $more);
    }

    /**
     * A sentence that says until when to wait.
     *
     * @return string
     */
    private function too_often(): string {
        $after = $this->trouble['after'] ?? null;
        if ($after === null) {
            return $this->text('too_often');
        }
        $until = userdate(time() + $after, get_string('strftimedatetimeshort', 'langconfig'));
        return $this->text('too_often_until', ['until' => $until]);
    }

    /**
     * A sentence about this site's own setting that is in the way.
     *
     * @return string
     */
    private function blocked_here(): string {
        $rule = $this->trouble['rule'] ?? '';
        return $this->text(in_array($rule, self::RULES, true) ? "blocked_{$rule}" : 'no_address');
    }

    /**
     * What kept the neighbours from checking this site's address, and what this site met there itself: they tell nobody.
     *
     * @return string
     */
    private function unchecked(): string {
        global $CFG;

        $sentences = [];
        $couldnot = false;
        foreach ($this->trouble['sites'] ?? [] as $checked) {
            if ($checked['trouble']['kind'] === 'not_admitted') {
                $couldnot = true;
                continue;
            }
            $sentences[(new self($checked['site'], $checked['trouble']))->sentence()] = true;
        }
        $sentences = array_slice(array_keys($sentences), 0, self::MOST_NEIGHBOURS);
        if ($couldnot) {
            $own = $this->trouble['own'] ?? null;
            $sentences[] = $own === null
                ? $this->text('unchecked_own_reached', ['site' => $CFG->wwwroot])
                : $this->text('unchecked_own', ['found' => (new self($CFG->wwwroot, $own))->sentence()]);
        }
        return implode(' ', [$this->text('unchecked'), ...$sentences]);
    }
}
