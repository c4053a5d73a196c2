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

use local_courseglue\local\engine\engine_factory;
use local_courseglue\local\engine\failure;
use local_courseglue\local\engine\missing_engine;
use local_courseglue\local\identity\copy_guard;
use local_courseglue\local\identity\identity;
use local_courseglue\local\identity\instance_id;
use local_courseglue\local\membership\copy_decision;
use local_courseglue\local\membership\leaving;
use local_courseglue\local\membership\membership;
use local_courseglue\local\obstacle;
use local_courseglue\local\peer_endpoint;
use local_courseglue\local\store\changes;
use local_courseglue\local\store\site_store;
use local_courseglue\local\store\state_store;
use local_courseglue\tests\membership_testcase;

/**
 * A copy of a site does nothing in the name of the original.
 *
 * @package    local_courseglue
 * @copyright  2026 The CourseGlue authors
 * @license    https://www.gnu.org/copyleft/gpl.html GNU GPL v3 or later
 * @covers     \local_courseglue\local\identity\copy_guard
 * @covers     \local_courseglue\local\identity\identity
 * @covers     \local_courseglue\local\identity\instance_id
 * @covers     \local_courseglue\local\membership\copy_decision
 * @covers     \local_courseglue\local\membership\moving
 */
final class copy_guard_test extends membership_testcase {
    #[\Override]
    protected function setUp(): void {
        global $CFG;
        parent::setUp();
        $CFG->noemailever = false;
        $this->join();
    }

    /**
     * Restores the site's database on another machine: another address, a data directory of its own.
     */
    private function restore_elsewhere(): void {
        global $CFG;
        $CFG->wwwroot = 'https://staging.example.org';
        instance_id::delete();
    }

    /**
     * Another site of the network is known here.
     */
    private function know_another_site(): void {
        $this->engine->known = [['nodeid' => sha1('x'), 'url' => 'https://x.example']];
        changes::apply([['change' => 'site', 'nodeid' => sha1('x'), 'address' => 'x.example',
            'domain' => 'x.example', 'seq' => 1, 'lease' => 30000, 'body' => '{}', 'sig' => 's', 'vouchers' => []]]);
    }

    public function test_a_site_that_never_joined_is_neither(): void {
        membership::forget();
        $this->assertSame(copy_guard::NONE, copy_guard::state());
    }

    public function test_the_site_that_joined_is_no_copy(): void {
        $this->assertSame(copy_guard::OK, copy_guard::state());
        $this->assertNull(copy_guard::explanation());
        $this->assertTrue(membership::is_active());
    }

    public function test_another_address_makes_a_copy(): void {
        global $CFG;
        $CFG->wwwroot = 'https://staging.example.org';
        $this->assertSame('address', copy_guard::reason(identity::load()));
        $this->assertStringContainsString('https://staging.example.org', copy_guard::explanation());
    }

    public function test_https_instead_of_http_makes_no_copy(): void {
        global $CFG;
        $CFG->wwwroot = preg_replace('~^https?~', 'https', $CFG->wwwroot);
        $this->assertSame(copy_guard::OK, copy_guard::state());
    }

    public function test_a_data_directory_without_the_instance_makes_a_copy(): void {
        instance_id::delete();
        $this->assertSame('instancemissing', copy_guard::reason(identity::load()));
    }

    public function test_the_data_directory_of_another_makes_a_copy(): void {
        instance_id::create();
        $this->assertSame('instancediffers', copy_guard::reason(identity::load()));
    }

    public function test_a_key_that_cannot_be_read_makes_a_copy(): void {
        unlink(\core\encryption::get_key_file());
        $this->assertSame('secret', copy_guard::reason(identity::load()));
    }

    public function test_mail_that_was_turned_off_makes_a_copy(): void {
        global $CFG;
        $CFG->noemailever = true;
        $this->assertSame('noemailever', copy_guard::reason(identity::load()));
    }

    public function test_mail_that_was_diverted_makes_a_copy(): void {
        global $CFG;
        $CFG->divertallemailsto = 'me@example.org';
        $this->assertSame('divertallemailsto', copy_guard::reason(identity::load()));
    }

    public function test_a_site_that_joined_without_mail_is_no_copy(): void {
        global $CFG;
        membership::forget();
        $CFG->noemailever = true;
        $this->join();
        $this->assertSame(copy_guard::OK, copy_guard::state());
    }

    public function test_a_copy_is_one_even_when_the_extension_is_gone(): void {
        global $CFG;
        engine_factory::replace(new missing_engine('missing'));
        $this->assertSame(copy_guard::OK, copy_guard::state());
        $CFG->wwwroot = 'https://staging.example.org';
        $this->assertSame(copy_guard::COPY, copy_guard::state());
    }

    public function test_a_copy_sends_nothing(): void {
        $this->restore_elsewhere();
        foreach ([new task\sync(), new task\publish(), new task\sweep(), new task\record_history()] as $task) {
            ob_start();
            $task->execute();
            $this->assertSame(1, substr_count(ob_get_clean(), "\n"));
        }
        $this->assertSame([], $this->engine->exchanged);
        $this->assertSame([], $this->engine->batches);
        try {
            leaving::run();
            $this->fail('A copy left in the name of the original.');
        } catch (\moodle_exception $e) {
            $this->assertSame([], $this->engine->batches);
        }
    }

    public function test_a_copy_answers_nobody(): void {
        $this->assertSame(200, peer_endpoint::answer('GET', 'operation=describe', '')->status);
        $this->restore_elsewhere();
        $this->assertSame(503, peer_endpoint::answer('GET', 'operation=describe', '')->status);
    }

    public function test_a_copy_that_is_called_one_forgets_network_and_key_and_sends_nothing(): void {
        $this->restore_elsewhere();
        copy_decision::is_copy();
        $this->assertNull(identity::load());
        $this->assertSame(membership::NONE, membership::state());
        $this->assertSame(0, site_store::count());
        $this->assertNull(state_store::get('pending'));
        $this->assertSame([], $this->engine->batches);
        $this->assertSame([], $this->engine->exchanged);
    }

    public function test_a_site_restored_under_its_own_address_goes_on(): void {
        instance_id::delete();
        $this->assertSame(['This site continues as before.'], copy_decision::is_original());
        $this->assertSame(copy_guard::OK, copy_guard::state());
        $this->assertTrue(membership::is_active());
    }

    public function test_a_site_that_moved_says_where_to_and_joins_there_with_the_same_key(): void {
        $this->know_another_site();
        [$old, $secret] = [identity::load(), identity::load()->secret()];
        $seq = json_decode(site_store::entry($old->nodeid)['body'], true)['seq'];
        $this->engine->whilejoining = function (string $url, array $entry): array {
            $this->assertSame('https://x.example', $url);
            $this->assertSame('staging.example.org', json_decode($entry['body'], true)['address']);
            return [];
        };
        $this->restore_elsewhere();
        $said = copy_decision::is_original();
        $this->assertCount(1, $said);
        $this->assertStringContainsString('staging.example.org', $said[0]);

        $this->assertCount(1, $this->engine->exchanged);
        $last = json_decode($this->engine->exchanged[0]['body'], true);
        $this->assertSame([$old->address, 'https://staging.example.org'], [$last['address'], $last['moved_to']]);
        $this->assertGreaterThan($seq, $last['seq']);
        $this->assertTrue(membership::is_active());
        $this->assertSame(['staging.example.org', $secret], [identity::load()->address, identity::load()->secret()]);
        $this->assertArrayNotHasKey('moved_to', json_decode(membership::entry()['body'], true));
    }

    public function test_the_only_site_of_a_network_moves_alone(): void {
        $this->engine->whilejoining = function (string $url): array {
            $this->assertSame('', $url);
            return [];
        };
        $this->restore_elsewhere();
        copy_decision::is_original();
        $this->assertSame([], $this->engine->exchanged);
        $this->assertSame('staging.example.org', identity::load()->address);
    }

    public function test_a_move_that_nobody_lets_in_is_said_and_may_be_tried_again_by_joining(): void {
        $this->know_another_site();
        $this->engine->whilejoining = fn() => throw new failure('Nobody is there.');
        $this->restore_elsewhere();
        try {
            copy_decision::is_original();
            $this->fail('It joined.');
        } catch (\moodle_exception $e) {
            $this->assertSame('Nobody is there.', $e->getMessage());
        }
        $this->assertSame(membership::NONE, membership::state());
        $this->assertSame(get_string('obstacle:left', 'local_courseglue'), obstacle::find()->export()['title']);
        $this->engine->whilejoining = null;
        $this->join();
        $this->assertSame('staging.example.org', identity::load()->address);
        $this->assertNull(obstacle::find());
    }

    public function test_a_site_that_lost_its_key_has_to_join_again(): void {
        $this->know_another_site();
        unlink(\core\encryption::get_key_file());
        copy_decision::is_original();
        $this->assertSame(membership::NONE, membership::state());
        $this->assertSame([], $this->engine->exchanged);
    }

    public function test_nobody_decides_about_a_site_that_is_not_in_doubt(): void {
        $this->expectException(\moodle_exception::class);
        copy_decision::is_copy();
    }
}
