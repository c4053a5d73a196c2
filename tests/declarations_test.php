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
use local_courseglue\local\engine\failure;
use local_courseglue\local\mount;
use local_courseglue\local\settings_builder;
use local_courseglue\local\view;
use local_courseglue\tests\fake_engine;

/**
 * What the plugin declares to Moodle, and what it makes of Moodle's settings.
 *
 * @package    local_courseglue
 * @copyright  2026 The CourseGlue authors
 * @license    https://www.gnu.org/copyleft/gpl.html GNU GPL v3 or later
 * @covers     \local_courseglue\local\settings_builder
 * @covers     \local_courseglue\local\settings_page
 * @covers     \local_courseglue\local\mount
 * @covers     \local_courseglue\check\view
 * @covers     \local_courseglue\privacy\provider
 * @covers     ::local_courseglue_status_checks
 */
final class declarations_test extends \advanced_testcase {
    #[\Override]
    protected function setUp(): void {
        parent::setUp();
        $this->resetAfterTest();
        engine_factory::replace(new fake_engine());
    }

    #[\Override]
    protected function tearDown(): void {
        engine_factory::replace(null);
        mount::$table = '/proc/self/mounts';
        parent::tearDown();
    }

    public function test_a_checkout_of_the_repository_refuses_with_what_to_do(): void {
        $directory = make_request_directory();
        copy(__DIR__ . '/../version.php', $directory . '/version.php');
        $plugin = new \stdClass();
        include($directory . '/version.php');
        $this->assertSame('local_courseglue', $plugin->component);

        touch($directory . '/Cargo.toml');
        $this->expectExceptionMessage('scripts/package');
        include($directory . '/version.php');
    }

    public function test_every_task_exists_and_has_a_name(): void {
        $tasks = \core\task\manager::load_scheduled_tasks_for_component('local_courseglue');
        $this->assertCount(4, $tasks);
        foreach ($tasks as $task) {
            $this->assertStringStartsWith('CourseGlue: ', $task->get_name());
        }
    }

    public function test_every_observer_can_be_called(): void {
        $observers = [];
        include(__DIR__ . '/../db/events.php');
        foreach ($observers as $observer) {
            $this->assertTrue(is_callable($observer['callback']), $observer['callback']);
            $this->assertTrue(class_exists($observer['eventname']), $observer['eventname']);
        }
    }

    public function test_every_capability_has_a_name(): void {
        $capabilities = [];
        include(__DIR__ . '/../db/access.php');
        foreach (array_keys($capabilities) as $capability) {
            $this->assertStringContainsString('CourseGlue', get_capability_string($capability));
        }
    }

    public function test_sharing_says_that_it_may_tell_of_people(): void {
        $risks = (int) get_capability_info('local/courseglue:share')->riskbitmask;
        $this->assertSame(RISK_SPAM | RISK_PERSONAL, $risks);
    }

    public function test_every_status_check_gives_a_result(): void {
        $checks = [];
        foreach (\core\check\manager::get_status_checks() as $check) {
            if ($check->get_component() !== 'local_courseglue') {
                continue;
            }
            $checks[] = $check->get_id();
            $this->assertStringStartsWith('CourseGlue: ', $check->get_name());
            $this->assertNotSame('', $check->get_result()->get_summary());
        }
        $this->assertSame(['extension', 'membership', 'sync', 'publishing', 'reachability', 'view'], $checks);
    }

    public function test_the_settings_page_holds_every_setting(): void {
        global $CFG;
        require_once($CFG->libdir . '/adminlib.php');
        $this->setAdminUser();
        $page = admin_get_root(true)->locate('local_courseglue_settings');
        $this->assertEqualsCanonicalizing(
            ['publishpolicy', 'graceperiod', 'publishended', 'publishforcelogin', 'opencontents', 'backups', 'customfields',
                'sharefigures', 'country', 'network', 'allowhttp', 'cafile', 'quota', 'ratelimit', 'logsearches'],
            array_column((array) $page->settings, 'name')
        );
    }

    public function test_managers_set_what_is_published_and_nothing_of_the_server(): void {
        global $CFG;
        require_once($CFG->libdir . '/adminlib.php');
        $manager = $this->getDataGenerator()->create_user();
        $this->getDataGenerator()->role_assign('manager', $manager->id);
        $this->setUser($manager);
        $page = admin_get_root(true)->locate('local_courseglue_settings');
        $this->assertTrue($page->check_access());
        $this->assertEqualsCanonicalizing(
            ['publishpolicy', 'graceperiod', 'publishended', 'publishforcelogin', 'opencontents', 'backups', 'customfields',
                'sharefigures', 'country'],
            array_column((array) $page->settings, 'name')
        );
    }

    public function test_every_page_hangs_where_its_holders_see_it_and_nobody_gets_a_notice(): void {
        global $CFG;
        require_once($CFG->libdir . '/adminlib.php');
        $holds = [
            'local/courseglue:manage' => ['local_courseglue_join', 'local_courseglue_courses', 'local_courseglue_settings'],
            'local/courseglue:viewstatistics' => ['local_courseglue_statistics'],
            'moodle/site:configview' => [],
        ];
        $pages = array_merge(...array_values($holds));
        foreach ($holds as $capability => $seen) {
            $role = $this->getDataGenerator()->create_role(['archetype' => '']);
            assign_capability($capability, CAP_ALLOW, $role, \context_system::instance()->id);
            $user = $this->getDataGenerator()->create_user();
            role_assign($role, $user->id, \context_system::instance()->id);
            $this->setUser($user);
            $root = admin_get_root(true);
            $opens = fn(string $page): bool => $root->locate($page)->check_access();
            $this->assertSame($seen, array_values(array_filter($pages, $opens)), $capability);
            $this->assertDebuggingNotCalled();
        }
        $statistics = $root->locate('local_courseglue_statistics', true);
        $this->assertSame(['local_courseglue_statistics', 'reports', 'root'], $statistics->path);
    }

    public function test_every_event_has_a_name_of_its_own(): void {
        $names = [];
        foreach (glob(__DIR__ . '/../classes/event/*.php') as $file) {
            $class = new \ReflectionClass('local_courseglue\\event\\' . basename($file, '.php'));
            if (!$class->isAbstract()) {
                $names[] = $class->getName()::get_name();
            }
        }
        $this->assertCount(12, array_unique($names));
    }

    public function test_by_default_nothing_is_published_and_nothing_shared(): void {
        $this->assertSame('none', get_config('local_courseglue', 'publishpolicy'));
        $this->assertSame('', (string) get_config('local_courseglue', 'sharefigures'));
        $this->assertSame('0', get_config('local_courseglue', 'publishforcelogin'));
        $this->assertSame('0', get_config('local_courseglue', 'opencontents'));
    }

    public function test_a_site_that_has_not_joined_has_no_key_and_serves_nobody(): void {
        $settings = settings_builder::build(new fake_engine());
        $this->assertNull($settings['secret']);
        $this->assertFalse($settings['serving']);
        $this->assertSame('courseglue', $settings['network']);
        $this->assertFalse($settings['allowhttp']);
    }

    public function test_the_admin_says_in_megabytes_how_much_is_held_for_others(): void {
        $this->assertSame(256 * 1048576, settings_builder::build(new fake_engine())['quota']);
        set_config('quota', '40', 'local_courseglue');
        $this->assertSame(40 * 1048576, settings_builder::build(new fake_engine())['quota']);
    }

    public function test_the_rules_for_outgoing_requests_are_moodle_s_own(): void {
        global $CFG;
        $CFG->curlsecurityblockedhosts = "127.0.0.0/8\r\n\r\n10.0.0.0/8\n";
        $CFG->curlsecurityallowedport = "443\n80";
        $settings = settings_builder::build(new fake_engine());
        $this->assertSame(['127.0.0.0/8', '10.0.0.0/8'], $settings['blockedhosts']);
        $this->assertSame([443, 80], $settings['allowedports']);
        $this->assertNull($settings['proxy']);
    }

    public function test_the_proxy_is_moodle_s_own(): void {
        global $CFG;
        $CFG->proxyhost = 'proxy.example';
        $CFG->proxyport = 3128;
        $CFG->proxybypass = 'localhost, intranet.example';
        $this->assertSame(
            ['host' => 'proxy.example', 'port' => 3128, 'type' => 'HTTP', 'user' => null, 'password' => null,
                'bypass' => ['localhost', 'intranet.example']],
            settings_builder::build(new fake_engine())['proxy']
        );
    }

    public function test_what_the_admin_blocks_is_known_to_the_engine(): void {
        global $DB;
        foreach (['site' => 'bad.example/moodle', 'domain' => 'worse.example', 'word' => 'casino'] as $kind => $value) {
            $rule = ['kind' => $kind, 'action' => 'block', 'value' => $value, 'timemodified' => 1];
            $DB->insert_record('local_courseglue_rules', $rule);
        }
        $DB->insert_record('local_courseglue_rules', ['action' => 'allow', 'value' => 'good.example'] + $rule);
        $this->assertSame(
            ['sites' => ['bad.example/moodle'], 'domains' => ['worse.example'], 'words' => ['casino']],
            settings_builder::build(new fake_engine())['blocked']
        );
    }

    /**
     * Makes the system's table of mounts say that a directory, and nothing else, lies on a file system of some kind.
     *
     * @param string $directory
     * @param string $type
     */
    private function mount(string $directory, string $type): void {
        mount::$table = make_request_directory() . '/mounts';
        file_put_contents(mount::$table, "/dev/vda / ext4 rw 0 0\nserver:/x $directory $type rw 0 0\n");
    }

    public function test_a_directory_on_a_network_file_system_is_noticed(): void {
        $directory = make_request_directory();
        $this->mount($directory, 'nfs4');
        $this->assertSame('nfs4', mount::network_type($directory));
        $this->assertSame('nfs4', mount::network_type($directory . '/not/made/yet'));
        $this->assertNull(mount::network_type($directory . 'not'));
        $this->assertNull(mount::network_type('/'));
        $this->mount($directory, 'xfs');
        $this->assertNull(mount::network_type($directory));
        mount::$table = '/no/such/table';
        $this->assertNull(mount::network_type($directory));
    }

    public function test_a_network_file_system_is_refused_with_the_line_to_add(): void {
        global $CFG;
        $directory = make_request_directory();
        $this->mount($directory, 'nfs4');
        $CFG->local_courseglue_viewdir = $directory . '/view';
        $result = (new check\view())->get_result();
        $this->assertSame(result::ERROR, $result->get_status());
        $this->assertStringContainsString('nfs4', $result->get_summary());
        $this->assertStringContainsString('$CFG->local_courseglue_viewdir = \'', $result->get_summary());
        $this->assertDirectoryDoesNotExist($directory . '/view');
        $this->expectException(failure::class);
        view::ensure(new fake_engine());
    }

    public function test_a_view_that_cannot_be_written_is_an_error_that_names_the_line_to_add(): void {
        global $CFG;
        $file = make_request_directory() . '/file';
        touch($file);
        $CFG->local_courseglue_viewdir = $file . '/view';
        $result = (new check\view())->get_result();
        $this->assertSame(result::ERROR, $result->get_status());
        $this->assertStringContainsString('$CFG->local_courseglue_viewdir', $result->get_summary());
    }

    public function test_the_view_lies_in_the_local_cache_unless_the_admin_says_where(): void {
        global $CFG;
        $this->assertSame($CFG->localcachedir . '/local_courseglue', view::directory());
        $CFG->local_courseglue_viewdir = '/var/cache/courseglue';
        $this->assertSame('/var/cache/courseglue', view::directory());
    }

    public function test_a_search_is_told_to_the_privacy_registry(): void {
        $metadata = privacy\provider::get_metadata(new \core_privacy\local\metadata\collection('local_courseglue'));
        $this->assertSame(['words', 'lang', 'filters'], array_keys($metadata->get_collection()[0]->get_privacy_fields()));
        $this->assertSame('logstore', $metadata->get_collection()[1]->get_name(), 'and what the log keeps');
    }
}
