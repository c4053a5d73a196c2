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

namespace local_courseglue\local;

use core\lock\lock;
use core\lock\lock_config;
use local_courseglue\local\engine\engine_factory;
use local_courseglue\local\engine\unavailable;
use local_courseglue\local\store\changes;

/**
 * Answers the requests of other sites after the full boot.
 *
 * @package    local_courseglue
 * @copyright  2026 The CourseGlue authors
 * @license    https://www.gnu.org/copyleft/gpl.html GNU GPL v3 or later
 */
final class peer_endpoint {
    /** @var int how many newcomers are checked at a time, as each check keeps a worker busy until the newcomer answers */
    private const CHECKS = 2;

    /** @var int seconds after which to ask again, where a check is under way */
    private const CHECK_RETRY = 30;

    /** @var int|null when this request began to write what it brought, Unix s; null when it brought nothing */
    private static ?int $since = null;

    /** @var string the query string that asks a site who it is */
    private const WHO = 'operation=describe';

    /**
     * Answers a message. What it changes is committed before this returns, and a failure never shows more than its kind.
     *
     * @param string $method
     * @param string $query the raw query string
     * @param string $body at most one byte more than the limit
     * @return peer_answer
     */
    public static function answer(string $method, string $query, string $body): peer_answer {
        if (!in_array($method, ['GET', 'HEAD', 'POST'], true)) {
            return peer_answer::error(405, 'method_not_allowed', 'Use GET or POST.');
        }
        $method = $method === 'HEAD' ? 'GET' : $method;
        if (strlen($body) > fast_path::BODY_LIMIT) {
            return peer_answer::error(413, 'too_large', 'A request has at most 1 MiB.');
        }
        return self::or_unavailable(fn(): peer_answer => self::handled($method, $query, $body));
    }

    /**
     * Commits what a message changes that was answered without Moodle.
     *
     * @param string $changes JSON list
     * @return peer_answer|null what to say instead of that answer; null when it may be sent
     */
    public static function store(string $changes): ?peer_answer {
        return self::or_unavailable(function () use ($changes): ?peer_answer {
            if (gate::state() !== gate::OPEN) {
                return self::unavailable();
            }
            self::apply(json_decode($changes, true, 512, JSON_THROW_ON_ERROR));
            return null;
        });
    }

    /**
     * Brings the view up to date after an answer: because the answer showed that it is behind, or because the request brought news.
     *
     * @param bool $behind whether it is behind
     */
    public static function catch_up(bool $behind): void {
        try {
            if (!get_config('local_courseglue', 'version')) {
                view_settings::close();
            } else if ($behind) {
                view::refresh(engine_factory::get());
            } else if (self::$since !== null) {
                view::show(engine_factory::get(), self::$since);
            }
        } catch (\Throwable $e) {
            // Other sites are answered from the old view, and the next request tries again.
            debugging('CourseGlue could not bring its view up to date: ' . $e->getMessage(), DEBUG_DEVELOPER);
        }
    }

    /**
     * Does some work. If it fails, the other site learns only that this site does not answer now.
     *
     * @param callable $work
     * @return peer_answer|null what it returns
     */
    private static function or_unavailable(callable $work): ?peer_answer {
        try {
            return $work();
        } catch (unavailable $e) {
            return self::unavailable();
        } catch (\Throwable $e) {
            // For the admin's eyes only: the other side learns that it should come again.
            debugging('CourseGlue could not answer another site: ' . $e->getMessage(), DEBUG_DEVELOPER);
            return peer_answer::error(503, 'unavailable', 'This site could not answer: try again later.', peer_answer::RETRY);
        }
    }

    /**
     * Says that this site does not take part now.
     *
     * @return peer_answer
     */
    private static function unavailable(): peer_answer {
        return peer_answer::error(503, 'unavailable', 'This site does not answer now.', peer_answer::RETRY);
    }

    /**
     * Answers a message; what it changes is committed.
     *
     * @param string $method
     * @param string $query
     * @param string $body
     * @return peer_answer
     */
    private static function handled(string $method, string $query, string $body): peer_answer {
        $engine = engine_factory::get();
        view::prepare($engine);
        if (!self::is_serving($method, $query)) {
            return self::unavailable();
        }
        $host = $engine->host_to_check($method, $query, $body);
        $locks = [];
        try {
            if ($host !== null) {
                if (!$locks[] = self::first_free(['check_' . sha1($host)])) {
                    return peer_answer::error(429, 'rate_limited', 'This host is being checked now.', self::CHECK_RETRY);
                }
                $turns = array_map(fn(int $number): string => 'checks_' . $number, range(1, self::CHECKS));
                if (!$locks[] = self::first_free($turns)) {
                    $why = 'As many hosts as this site checks at a time are being checked now.';
                    return peer_answer::error(429, 'rate_limited', $why, self::CHECK_RETRY);
                }
                // What another web server has just checked counts too.
                view::ensure($engine);
            }
            $answer = $engine->handle($method, $query, $body, $host);
            self::apply($answer['changes']);
        } finally {
            foreach (array_filter($locks) as $lock) {
                $lock->release();
            }
        }
        return new peer_answer($answer['status'], $answer['body'], $answer['retryafter']);
    }

    /**
     * Commits changes.
     *
     * @param array $changes
     */
    private static function apply(array $changes): void {
        self::$since = $changes ? time() : null;
        changes::apply($changes);
    }

    /**
     * Takes the first of some locks that is free, without waiting.
     *
     * @param string[] $names
     * @return lock|null
     */
    private static function first_free(array $names): ?lock {
        $factory = lock_config::get_lock_factory('local_courseglue');
        foreach ($names as $name) {
            if ($lock = $factory->get_lock($name, 0)) {
                return $lock;
            }
        }
        return null;
    }

    /**
     * Whether the site answers: one that is joining only says who it is, a copy and one under maintenance say nothing.
     *
     * @param string $method
     * @param string $query
     * @return bool
     */
    private static function is_serving(string $method, string $query): bool {
        return gate::state() === gate::OPEN || $method === 'GET' && $query === self::WHO && gate::is_joining();
    }
}
