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

use local_courseglue\event\site_left;
use local_courseglue\local\engine\engine_factory;
use local_courseglue\local\engine\failure;
use local_courseglue\local\identity\identity;
use local_courseglue\local\publication\publisher;
use local_courseglue\local\store\site_store;

/**
 * Leaving the network.
 *
 * @package    local_courseglue
 * @copyright  2026 The CourseGlue authors
 * @license    https://www.gnu.org/copyleft/gpl.html GNU GPL v3 or later
 */
final class leaving {
    /** @var int seconds that leaving may take */
    private const TIME_LIMIT = 10 * MINSECS;

    /** @var int how often homes that do not answer are asked again */
    private const ATTEMPTS = 2;

    /**
     * Withdraws every course, ends the lease today, and drops what is held for others.
     *
     * The key stays, for the day this site joins again: its neighbours know it by that key.
     *
     * @param int $seconds that it may take to tell the others
     * @return array ['withdrawn' => int, 'pending' => int, 'problems' => string[]]; what is pending could not be withdrawn
     *         from every site that lists it, and is gone there when the lease has ended
     */
    public static function run(int $seconds = self::TIME_LIMIT): array {
        if (!membership::is_active()) {
            throw new failure(get_string('leave:notjoined', 'local_courseglue'));
        }
        \core_php_time_limit::raise(self::TIME_LIMIT);
        $identity = identity::load();
        $secret = $identity->secret();
        $engine = engine_factory::get();
        $engine->finish_by(time() + $seconds);
        try {
            $summary = self::withdraw(self::last_entry($identity, $secret), time() + $seconds);
        } finally {
            $engine->finish_by(null);
        }
        membership::forget();
        membership::note_left();
        preview::keep($identity->address, $secret);
        site_left::create(['context' => \context_system::instance(), 'other' => [
            'address' => $identity->address,
            'withdrawn' => $summary['withdrawn'],
            'pending' => $summary['pending'],
        ]])->trigger();
        return $summary;
    }

    /**
     * The last entry of this site: valid until the end of today.
     *
     * @param identity $identity
     * @param string $secret
     * @return array
     */
    private static function last_entry(identity $identity, string $secret): array {
        $entry = site_store::entry($identity->nodeid);
        $body = descriptor::body(
            $identity->address,
            $identity->scheme,
            engine_factory::get()->public_key($secret),
            $entry === null ? 0 : json_decode($entry['body'], true)['seq'],
            0
        );
        return membership::publish_descriptor($identity, $body, $entry['vouchers'] ?? []);
    }

    /**
     * Withdraws every course, and tells another site that the lease ends.
     *
     * @param array $entry
     * @param int $deadline Unix s
     * @return array
     */
    private static function withdraw(array $entry, int $deadline): array {
        $summary = ['withdrawn' => 0, 'pending' => 0, 'problems' => []];
        try {
            for ($attempt = 0; $attempt < self::ATTEMPTS; $attempt++) {
                $report = publisher::create()->withdraw_all($entry, $deadline);
                $summary['withdrawn'] += $report->withdrawn;
                $summary['pending'] = $report->pending;
                $summary['problems'] = $report->problems;
                if ($report->pending === 0 || time() >= $deadline) {
                    break;
                }
            }
            engine_factory::get()->sync($entry);
        } catch (failure $e) {
            $summary['problems'][] = $e->getMessage();
        }
        return $summary;
    }
}
