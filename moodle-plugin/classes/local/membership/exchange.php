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
use local_courseglue\local\identity\identity;
use local_courseglue\local\store\changes;
use local_courseglue\local\store\check_store;
use local_courseglue\local\store\deletion_store;
use local_courseglue\local\store\revision_store;
use local_courseglue\local\store\state_store;
use local_courseglue\local\view;

/**
 * The exchange with one other site, once an hour. It works with cron every minute and with cron every six hours.
 *
 * @package    local_courseglue
 * @copyright  2026 The CourseGlue authors
 * @license    https://www.gnu.org/copyleft/gpl.html GNU GPL v3 or later
 */
final class exchange {
    /** @var string name of the state that holds when an exchange last succeeded, Unix s */
    public const LAST = 'lastsync';

    /** @var string name of the state that holds when one was last begun, Unix s */
    private const TRIED = 'lastsynctried';

    /** @var string name of the engine's mark of an exchange that succeeded */
    private const SUCCESS = 'exchanged';

    /** @var int seconds from one exchange to the next */
    private const PERIOD = HOURSECS;

    /** @var int seconds from an exchange that failed to the next attempt */
    private const RETRY = 10 * MINSECS;

    /**
     * Whether the next exchange is due: once an hour, and in each run of cron for as long as the network is only being set up.
     *
     * Each site has hours of its own, which begin at a moment that follows from its node id: not all of the network exchanges at
     * once, and a cron that comes a second early does not lose an hour.
     *
     * @param int $now Unix s
     * @return bool
     */
    public static function is_due(int $now): bool {
        $last = (int) state_store::get(self::LAST);
        $tried = (int) state_store::get(self::TRIED);
        $phase = crc32(identity::load()->nodeid) % self::PERIOD;
        $hour = fn(int $time): int => intdiv($time + $phase, self::PERIOD);
        // A time in the future was noted while the clock was wrong.
        $early = $hour($last) === $hour($now) || $tried <= $now && $now - $tried < self::RETRY;
        return !$early || engine_factory::get()->is_settling();
    }

    /**
     * Exchanges, due or not.
     *
     * @return string[] sentences: with whom, and what went wrong
     */
    public static function run(): array {
        state_store::set(self::TRIED, (string) time());
        $answer = engine_factory::get()->sync(membership::entry());
        changes::apply($answer['changes']);
        view::refresh(engine_factory::get());
        check_store::prune();
        deletion_store::prune();
        revision_store::prune();
        $succeeded = in_array(self::SUCCESS, array_column($answer['changes'], 'name'), true);
        if ($answer['peer'] === null || $succeeded) {
            state_store::set(self::LAST, (string) time());
        }
        $said = match (true) {
            $answer['peer'] === null => get_string('exchange:nobody', 'local_courseglue'),
            $succeeded => get_string('exchange:with', 'local_courseglue', $answer['peer']),
            default => get_string('exchange:failed', 'local_courseglue', $answer['peer']),
        };
        return [$said, ...$answer['problems']];
    }

    /**
     * Forgets when it last exchanged.
     */
    public static function forget(): void {
        state_store::delete(self::LAST, self::TRIED);
    }
}
