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

namespace local_courseglue;

use core\check\result;
use local_courseglue\local\engine\engine_factory;
use local_courseglue\local\engine\missing_engine;
use local_courseglue\local\engine\unavailable;
use local_courseglue\local\identity\instance_id;
use local_courseglue\local\membership\joining;
use local_courseglue\local\membership\membership_page;
use local_courseglue\local\membership\preview;
use local_courseglue\local\status;
use local_courseglue\tests\fake_engine;

/**
 * A site whose extension is missing, or is of another version, keeps working.
 *
 * @package    local_courseglue
 * @copyright  2026 The CourseGlue authors
 * @license    https://www.gnu.org/copyleft/gpl.html GNU GPL v3 or later
 * @covers     \local_courseglue\local\engine\engine_factory
 * @covers     \local_courseglue\local\engine\missing_engine
 * @covers     \local_courseglue\local\engine\unavailable
 * @covers     \local_courseglue\task\network_task
 * @covers     \local_courseglue\check\extension
 * @covers     \local_courseglue\local\membership\membership_page
 * @covers     \local_courseglue\local\status
 */
final class degraded_test extends \advanced_testcase {
    #[\Override]
    protected function setUp(): void {
        parent::setUp();
        $this->resetAfterTest();
    }

    #[\Override]
    protected function tearDown(): void {
        engine_factory::replace(null);
        instance_id::delete();
        parent::tearDown();
    }

    /**
     * What can be wrong with the extension.
     *
     * @return array
     */
    public static function problems(): array {
        return ['none is loaded' => ['missing'], 'it has another ABI' => ['abi']];
    }

    /**
     * Joins, and loses the extension.
     *
     * @param string $problem
     */
    private function lose_extension(string $problem): void {
        engine_factory::replace(new fake_engine());
        joining::run(null, preview::make()->digest());
        engine_factory::replace(new missing_engine($problem));
    }

    /**
     * Every task fails with what is missing.
     *
     * @dataProvider problems
     * @param string $problem
     */
    public function test_every_task_fails_with_what_is_missing(string $problem): void {
        $this->lose_extension($problem);
        foreach ([new task\sync(), new task\publish(), new task\sweep(), new task\record_history()] as $task) {
            try {
                $task->execute();
                $this->fail($task->get_name() . ' says that it worked.');
            } catch (unavailable $e) {
                $this->assertStringContainsString(get_string("engine:$problem", 'local_courseglue'), $e->getMessage());
            }
        }
    }

    /**
     * The page of membership says what is missing.
     *
     * @dataProvider problems
     * @param string $problem
     */
    public function test_the_page_of_membership_says_what_is_missing(string $problem): void {
        global $DB, $PAGE;
        $this->lose_extension($problem);
        $manager = $this->getDataGenerator()->create_user();
        role_assign($DB->get_field('role', 'id', ['shortname' => 'manager']), $manager->id, \context_system::instance()->id);
        $this->setUser($manager);
        $PAGE->set_url('/local/courseglue/join.php');
        $page = new membership_page($PAGE->url);
        $page->act('leavenow');
        $shown = $page->content($PAGE->get_renderer('core'));
        $this->assertStringContainsString(get_string("engine:$problem", 'local_courseglue'), $shown);
        $this->assertStringContainsString('extension=courseglue', $shown);
    }

    /**
     * The status report says what is missing.
     *
     * @dataProvider problems
     * @param string $problem
     */
    public function test_the_status_report_says_what_is_missing(string $problem): void {
        $this->lose_extension($problem);
        $result = (new check\extension())->get_result();
        $this->assertSame(result::ERROR, $result->get_status());
        $this->assertStringStartsWith(get_string("engine:$problem", 'local_courseglue'), $result->get_details());
        $this->assertStringContainsString('extension=courseglue', $result->get_details());
        $this->assertContains(get_string("engine:$problem", 'local_courseglue'), status::of_this_site()['problems']);
    }

    public function test_every_method_says_what_is_missing(): void {
        $engine = new missing_engine('missing');
        foreach ((new \ReflectionClass(local\engine\engine::class))->getMethods() as $method) {
            if (in_array($method->getName(), ['revision', 'caught_up', 'has_view', 'finish_by'], true)) {
                continue;
            }
            $arguments = array_map(fn(\ReflectionParameter $parameter) => match ((string) $parameter->getType()) {
                'string' => '',
                '?string' => null,
                'int' => 0,
                'array' => [],
            }, $method->getParameters());
            try {
                $engine->{$method->getName()}(...$arguments);
                $this->fail($method->getName() . ' did something.');
            } catch (unavailable $e) {
                $this->assertSame('missing', $e->problem);
            }
        }
    }

    public function test_whoever_has_not_joined_reads_so_in_one_line(): void {
        engine_factory::replace(new fake_engine());
        ob_start();
        (new task\sync())->execute();
        $this->assertSame('CourseGlue: ' . get_string('task:notjoined', 'local_courseglue') . "\n", ob_get_clean());
    }
}
