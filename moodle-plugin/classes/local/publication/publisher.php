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

namespace local_courseglue\local\publication;

use core\lock\lock;
use core\lock\lock_config;
use local_courseglue\local\engine\engine;
use local_courseglue\local\engine\engine_factory;
use local_courseglue\local\engine\unavailable;
use local_courseglue\local\store\publication_queue;

/**
 * Publishes this site's courses: sends records of the courses that changed, and withdrawals of those that no longer qualify.
 *
 * Only one process of the site publishes at a time.
 *
 * @package    local_courseglue
 * @copyright  2026 The CourseGlue authors
 * @license    https://www.gnu.org/copyleft/gpl.html GNU GPL v3 or later
 */
final class publisher {
    /** @var int Seconds a run, after which no further course is read and no further batch begun. */
    private const MAX_SECONDS = 240;

    /** @var int Seconds to wait for another run before leaving the network, at most. */
    private const WAIT_TO_LEAVE = 60;

    /**
     * A publisher.
     *
     * @param engine $engine
     * @param pacer $pacer
     */
    public function __construct(
        /** @var engine what signs and sends */
        private readonly engine $engine,
        /** @var pacer lets people use the site meanwhile */
        private readonly pacer $pacer = new pacer(),
    ) {
    }

    /**
     * The publisher of this site.
     *
     * @return self
     */
    public static function create(): self {
        return new self(engine_factory::get());
    }

    /**
     * Sends what is waiting, within the bounds of one run. The caller has made sure that this site has joined.
     *
     * @param array $entry this site's signed entry
     * @return publishing_report
     */
    public function run(array $entry): publishing_report {
        $run = new publishing_run($this->engine, $entry, $this->pacer, time() + self::MAX_SECONDS);
        return $this->alone(0, $run, $run->send_waiting(...));
    }

    /**
     * Withdraws every course, whether it qualifies or not: this site is leaving.
     *
     * @param array $entry this site's signed entry
     * @param int $deadline Unix s, after which nothing further is begun
     * @return publishing_report pending are the courses that some home did not answer for, or that there was no time for
     */
    public function withdraw_all(array $entry, int $deadline = PHP_INT_MAX): publishing_report {
        $run = new publishing_run($this->engine, $entry, $this->pacer, $deadline);
        $wait = max(0, min(self::WAIT_TO_LEAVE, $deadline - time()));
        $report = $this->alone($wait, $run, $run->withdraw_all(...));
        $report->pending = count(publication_queue::outstanding());
        return $report;
    }

    /**
     * Does the work of a run while no other process publishes.
     *
     * @param int $wait seconds to wait for another process
     * @param publishing_run $run
     * @param callable $work
     * @return publishing_report
     */
    private function alone(int $wait, publishing_run $run, callable $work): publishing_report {
        $lock = lock_config::get_lock_factory('local_courseglue_publish')->get_lock('publish', $wait);
        if (!$lock instanceof lock) {
            $run->report->add_problem(get_string('publishing:busy', 'local_courseglue'));
            return $run->report;
        }
        try {
            $work();
        } catch (unavailable $e) {
            $run->report->engine_failed($e);
        } finally {
            $lock->release();
        }
        return $run->report;
    }
}
