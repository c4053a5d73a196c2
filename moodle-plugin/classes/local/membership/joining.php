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

use local_courseglue\event\site_joined;
use local_courseglue\local\engine\engine_factory;
use local_courseglue\local\engine\failure;
use local_courseglue\local\identity\identity;
use local_courseglue\local\settings_builder;
use local_courseglue\local\store\changes;
use local_courseglue\local\view;
use local_courseglue\observer;

/**
 * Joining the network.
 *
 * @package    local_courseglue
 * @copyright  2026 The CourseGlue authors
 * @license    https://www.gnu.org/copyleft/gpl.html GNU GPL v3 or later
 */
final class joining {
    /** @var int seconds that joining may take: a large network comes in one long answer */
    private const TIME_LIMIT = 10 * MINSECS;

    /**
     * Joins, with exactly the bytes that were shown. When it fails, everything is as it was before.
     *
     * Meanwhile this site answers its neighbours, who fetch its descriptor before they vouch for it: so this runs outside any
     * transaction.
     *
     * @param string|null $url any site of the network; null for the first site of a network
     * @param string $shown digest of the {@see preview} that the admin saw
     * @return string[] sentences about what went less than well
     * @throws failure when it could not join
     */
    public static function run(?string $url, string $shown): array {
        if (membership::state() !== membership::NONE) {
            throw new failure(get_string('join:already', 'local_courseglue'));
        }
        $preview = preview::shown($shown);
        if ($preview === null) {
            throw new failure(get_string('join:lookagain', 'local_courseglue'));
        }
        \core_php_time_limit::raise(self::TIME_LIMIT);
        try {
            $identity = identity::pin($preview->who, $preview->secret);
            membership::take_up_publications($identity->address);
            membership::set_state(membership::JOINING);
            $entry = membership::publish_descriptor($identity, $preview->body);
            $answer = engine_factory::get()->join((string) $url, $entry);
            changes::apply($answer['changes']);
        } catch (\Throwable $e) {
            membership::forget();
            throw $e;
        }
        membership::set_state(membership::JOINED);
        membership::forget_left();
        view::refresh(engine_factory::get());
        preview::forget();
        // Every course gets a look: the next publish task finds those that qualify.
        observer::policy_changed();
        site_joined::create(['context' => \context_system::instance(), 'other' => [
            'address' => $identity->address,
            'network' => settings_builder::network(),
            'contact' => $url,
        ]])->trigger();
        return $answer['problems'];
    }
}
