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

namespace local_courseglue\tests;

use local_courseglue\local\engine\engine_factory;
use local_courseglue\local\identity\instance_id;
use local_courseglue\local\membership\joining;
use local_courseglue\local\membership\preview;

/**
 * A test of this site's place in a network that a fake engine stands for.
 *
 * @package    local_courseglue
 * @copyright  2026 The CourseGlue authors
 * @license    https://www.gnu.org/copyleft/gpl.html GNU GPL v3 or later
 */
abstract class membership_testcase extends \advanced_testcase {
    /** @var fake_engine */
    protected fake_engine $engine;

    #[\Override]
    protected function setUp(): void {
        parent::setUp();
        $this->resetAfterTest();
        $this->engine = new fake_engine();
        engine_factory::replace($this->engine);
    }

    #[\Override]
    protected function tearDown(): void {
        engine_factory::replace(null);
        instance_id::delete();
        parent::tearDown();
    }

    /**
     * Joins, with what an admin has just seen.
     */
    final protected function join(): void {
        joining::run('https://other.example', preview::make()->digest());
    }
}
