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

use local_courseglue\local\engine\failure;
use local_courseglue\local\identity\identity;
use local_courseglue\local\identity\instance_id;
use local_courseglue\local\membership\joining;
use local_courseglue\local\membership\leaving;
use local_courseglue\local\membership\membership;
use local_courseglue\local\membership\preview;
use local_courseglue\local\peer_endpoint;
use local_courseglue\local\publication\policy;
use local_courseglue\local\publication\publisher;
use local_courseglue\local\store\changes;
use local_courseglue\local\store\publication_marks;
use local_courseglue\local\store\publication_store;
use local_courseglue\local\store\record_store;
use local_courseglue\local\store\site_store;
use local_courseglue\local\store\state_store;
use local_courseglue\tests\membership_testcase;

/**
 * Joining, leaving, and what the site says about itself.
 *
 * @package    local_courseglue
 * @copyright  2026 The CourseGlue authors
 * @license    https://www.gnu.org/copyleft/gpl.html GNU GPL v3 or later
 * @covers     \local_courseglue\local\membership\membership
 * @covers     \local_courseglue\local\membership\descriptor
 * @covers     \local_courseglue\local\membership\holdings
 * @covers     \local_courseglue\local\membership\joining
 * @covers     \local_courseglue\local\membership\leaving
 * @covers     \local_courseglue\local\membership\preview
 */
final class membership_test extends membership_testcase {
    /**
     * What the site says about itself now.
     *
     * @return array
     */
    private function stated(): array {
        return json_decode(membership::entry()['body'], true);
    }

    public function test_what_is_shown_is_what_is_sent(): void {
        $preview = preview::make();
        $shown = $preview->body;
        $this->engine->whilejoining = function (string $url, array $entry) use ($shown): array {
            $this->assertSame('https://other.example', $url);
            $this->assertSame($shown, $entry['body']);
            return [];
        };
        joining::run('https://other.example', $preview->digest());
        $this->assertSame($shown, membership::entry()['body']);
        $this->assertTrue(membership::is_active());
    }

    public function test_nothing_is_sent_that_was_not_shown(): void {
        $this->expectException(failure::class);
        joining::run('https://other.example', '');
    }

    public function test_what_another_admin_saw_later_is_not_sent_in_the_name_of_the_first(): void {
        $seen = preview::make()->digest();
        set_config('sharefigures', 'users', 'local_courseglue');
        preview::make();
        $this->expectException(failure::class);
        joining::run('https://other.example', $seen);
    }

    public function test_what_was_shown_long_ago_is_not_sent(): void {
        $seen = preview::make()->digest();
        state_store::set('pending', ['time' => time() - 2 * DAYSECS] + state_store::get_array('pending'));
        $this->expectException(failure::class);
        joining::run('https://other.example', $seen);
    }

    public function test_the_key_that_is_shown_is_made_once(): void {
        $this->assertSame(preview::make()->secret, preview::make()->secret);
    }

    public function test_the_key_is_not_in_the_database_as_it_is(): void {
        global $DB;
        $this->join();
        $secret = identity::load()->secret();
        $this->assertSame(32, strlen(base64_decode($secret)));
        foreach ($DB->get_fieldset_select('local_courseglue_state', 'value', '') as $value) {
            $this->assertStringNotContainsString($secret, $value);
        }
    }

    public function test_while_joining_the_site_only_says_who_it_is(): void {
        $seen = preview::make()->digest();
        $this->engine->whilejoining = function (): array {
            $this->assertSame(membership::JOINING, membership::state());
            $this->assertNotNull(site_store::entry(identity::load()->nodeid));
            $this->assertSame(200, peer_endpoint::answer('GET', 'operation=describe', '')->status);
            $this->assertSame(503, peer_endpoint::answer('GET', 'operation=sites', '')->status);
            $this->assertSame(503, peer_endpoint::answer('POST', '', '{"operation":"search"}')->status);
            return [];
        };
        joining::run('https://other.example', $seen);
        $this->assertSame(membership::JOINED, membership::state());
    }

    public function test_what_joining_brought_is_kept(): void {
        $seen = preview::make()->digest();
        $this->engine->whilejoining = fn(string $url, array $entry): array => [
            ['change' => 'site', 'nodeid' => sha1('x'), 'address' => 'x.example', 'domain' => 'x.example', 'seq' => 1,
                'lease' => 30000, 'body' => '{}', 'sig' => 's', 'vouchers' => []],
        ];
        joining::run('https://other.example', $seen);
        $this->assertSame(2, site_store::count());
    }

    public function test_a_joining_that_failed_leaves_everything_as_it_was(): void {
        $seen = preview::make()->digest();
        $pending = state_store::get_array('pending');
        $this->engine->whilejoining = fn() => throw new failure('Nobody is there.');
        try {
            joining::run('https://other.example', $seen);
            $this->fail('It joined.');
        } catch (failure $e) {
            $this->assertSame('Nobody is there.', $e->getMessage());
        }
        $this->assertSame(membership::NONE, membership::state());
        $this->assertNull(identity::load());
        $this->assertNull(instance_id::read());
        $this->assertSame(0, site_store::count());
        $this->assertSame($pending, state_store::get_array('pending'));
    }

    public function test_a_joining_that_was_cut_off_is_over_after_a_while(): void {
        $this->join();
        state_store::set('membership', ['state' => 'joining', 'since' => time() - HOURSECS]);
        $this->assertSame(membership::NONE, membership::state());
        $this->assertSame(503, peer_endpoint::answer('GET', 'operation=describe', '')->status);
        $this->join();
        $this->assertTrue(membership::is_active());
    }

    public function test_nobody_joins_twice(): void {
        $this->join();
        $seen = preview::make()->digest();
        $this->expectException(failure::class);
        joining::run('https://other.example', $seen);
    }

    public function test_no_figure_is_shared_by_default(): void {
        $this->assertStringContainsString('"figures":{}', preview::make()->body);
    }

    public function test_only_chosen_figures_are_shared(): void {
        set_config('sharefigures', 'courses', 'local_courseglue');
        $this->getDataGenerator()->create_course();
        $this->assertSame(['courses' => 1], json_decode(preview::make()->body, true)['figures']);
    }

    public function test_whoever_was_forgotten_by_the_others_publishes_its_courses_again(): void {
        $courseid = $this->published_course();
        $before = $this->engine->last($courseid);
        $this->was_last_heard(3);
        $this->assertSame(1, publisher::create()->run(membership::entry())->published);
        $this->assertSame('record', $this->engine->last($courseid)['type']);
        $this->assertGreaterThan($before['seq'], $this->engine->last($courseid)['seq']);
        $this->assertSame(0, publisher::create()->run(membership::entry())->published);
    }

    public function test_what_could_not_be_published_again_yet_waits(): void {
        $courseid = $this->published_course();
        $this->was_last_heard(3);
        $this->engine->results["course/{$courseid}"] = [
            ['state' => 'pending', 'homes' => 0, 'problem' => 'Nobody knows this site.', 'newer' => null],
        ];
        $this->assertSame(1, publisher::create()->run(membership::entry())->pending);
        $this->assertSame(1, publisher::create()->run(membership::entry())->published);
    }

    public function test_whoever_is_still_remembered_publishes_nothing_again(): void {
        $courseid = $this->published_course();
        $this->was_last_heard(2);
        $before = $this->stated();
        $this->assertGreaterThanOrEqual(intdiv(time(), DAYSECS), $before['lease']);
        $this->assertSame(0, publisher::create()->run(membership::entry())->published);
        $this->assertCount(1, $this->engine->sent());
    }

    /**
     * Joins, and publishes a course.
     *
     * @return int its id
     */
    private function published_course(): int {
        set_config('publishpolicy', policy::ALL, 'local_courseglue');
        set_config('graceperiod', 0, 'local_courseglue');
        $this->join();
        $course = $this->getDataGenerator()->create_course(['fullname' => 'Biology', 'lang' => 'en']);
        publication_marks::mark((int) $course->id);
        $this->assertSame(1, publisher::create()->run(membership::entry())->published);
        return (int) $course->id;
    }

    /**
     * Makes the lease of this site's statement one that ended.
     *
     * @param int $days how many days ago
     */
    private function was_last_heard(int $days): void {
        $stated = $this->stated();
        $stated = ['lease' => intdiv(time(), DAYSECS) - $days, 'seq' => $stated['seq'] + 1] + $stated;
        membership::publish_descriptor(identity::load(), json_encode($stated));
    }

    public function test_a_newer_statement_that_is_not_this_site_s_own_is_outdone(): void {
        $this->join();
        $own = membership::entry();
        foreach (['key' => base64_encode(str_repeat('x', 32)), 'moved_to' => 'https://elsewhere.example'] as $field => $value) {
            $stated = json_decode($own['body'], true);
            $stated = [$field => $value, 'seq' => $stated['seq'] + HOURSECS * 1000] + $stated;
            membership::publish_descriptor(identity::load(), json_encode($stated));
            $now = json_decode(membership::entry()['body'], true);
            $this->assertGreaterThan($stated['seq'], $now['seq']);
            $this->assertSame(json_decode($own['body'], true)['key'], $now['key']);
            $this->assertArrayNotHasKey('moved_to', $now);
        }
    }

    public function test_a_descriptor_stays_as_it_is_while_it_is_true(): void {
        $this->join();
        $body = membership::entry()['body'];
        $this->assertSame($body, membership::entry()['body']);
    }

    public function test_a_site_with_another_name_signs_again(): void {
        global $DB;
        $this->join();
        $before = $this->stated();
        $DB->set_field('course', 'fullname', 'A new name', ['id' => SITEID]);
        get_site();
        $GLOBALS['SITE']->fullname = 'A new name';
        $after = $this->stated();
        $this->assertSame('A new name', $after['name']);
        $this->assertGreaterThan($before['seq'], $after['seq']);
    }

    public function test_choosing_figures_signs_again_and_changing_figures_waits(): void {
        $this->join();
        set_config('sharefigures', 'courses', 'local_courseglue');
        $this->assertSame(['courses' => 0], $this->stated()['figures']);
        $this->getDataGenerator()->create_course();
        $this->assertSame(['courses' => 0], $this->stated()['figures']);
        set_config('sharefigures', '', 'local_courseglue');
        $this->assertSame([], $this->stated()['figures']);
    }

    public function test_a_descriptor_is_signed_again_after_20_to_30_days(): void {
        $this->join();
        $due = (int) state_store::get('renewal');
        $this->assertGreaterThanOrEqual(time() + 20 * DAYSECS - MINSECS, $due);
        $this->assertLessThanOrEqual(time() + 30 * DAYSECS, $due);
        $before = $this->stated();
        $this->assertSame(intdiv(time(), DAYSECS) + 45, $before['lease']);
        state_store::set('renewal', (string) (time() - 1));
        $this->assertGreaterThan($before['seq'], $this->stated()['seq']);
        $this->assertGreaterThan(time(), (int) state_store::get('renewal'));
    }

    public function test_a_statement_that_was_signed_while_the_clock_was_wrong_is_replaced(): void {
        $this->join();
        $entry = membership::entry();
        $ahead = ['seq' => (time() + 60 * DAYSECS) * 1000, 'lease' => intdiv(time(), DAYSECS) + 105];
        $body = json_encode($ahead + json_decode($entry['body'], true), JSON_UNESCAPED_SLASHES);
        changes::apply([['change' => 'site', 'nodeid' => identity::load()->nodeid, 'address' => identity::load()->address,
            'domain' => identity::load()->domain, 'body' => $body, 'sig' => $entry['sig'], 'vouchers' => []] + $ahead]);
        $this->assertSame($body, site_store::entry(identity::load()->nodeid)['body'], 'It was signed with the clock of then.');
        $this->assertEqualsWithDelta(time() * 1000, $this->stated()['seq'], 60_000);
        $this->assertSame(membership::entry(), membership::entry(), 'Once is enough.');
    }

    public function test_a_leaving_that_was_cut_off_does_not_let_the_site_expire(): void {
        $this->join();
        $entry = membership::entry();
        $last = ['lease' => intdiv(time(), DAYSECS)] + json_decode($entry['body'], true);
        $last['seq']++;
        membership::publish_descriptor(identity::load(), json_encode($last));
        $this->assertSame(intdiv(time(), DAYSECS) + 45, $this->stated()['lease']);
    }

    public function test_a_release_is_stated_by_its_branch_alone(): void {
        global $CFG;
        foreach (['4.5.6+ (Build: 20250810)' => '4.5', '5.1 (Build: 20251006)' => '5.1', '5.2dev (Build: 20251010)' => '5.2', '' => ''] as $release => $branch) {
            $CFG->release = $release;
            $body = preview::make()->body;
            $this->assertSame($branch, json_decode($body, true)['release']);
            $this->assertMatchesRegularExpression('/^\d+\.\d+$/D', json_decode($body, true)['plugin']);
            $this->assertStringNotContainsString('4.5.6', $body);
        }
    }

    public function test_the_name_says_nothing_that_reaches_a_person(): void {
        global $CFG;
        $names = [
            'School of Cells, call +34 600 123 987' => 'School of Cells, call …',
            'School {ifloggedin}secret{/ifloggedin}' => 'School',
        ];
        foreach ($names as $fullname => $expected) {
            $GLOBALS['SITE']->fullname = $fullname;
            $this->assertSame($expected, json_decode(preview::make()->body, true)['name']);
        }
        $GLOBALS['SITE']->fullname = 'desk@uni.example';
        $GLOBALS['SITE']->shortname = 'School';
        $this->assertSame('School', json_decode(preview::make()->body, true)['name']);
        $GLOBALS['SITE']->shortname = '+34600123987';
        $this->assertSame(parse_url($CFG->wwwroot, PHP_URL_HOST), json_decode(preview::make()->body, true)['name']);
    }

    public function test_the_name_does_not_depend_on_who_looks(): void {
        global $CFG, $DB, $SITE;
        $name = '<span class="multilang" lang="en">A &amp; B</span><span class="multilang" lang="es">A y B</span>';
        $DB->set_field('course', 'fullname', $name, ['id' => SITEID]);
        $SITE->fullname = $name;
        $CFG->lang = 'es';
        force_current_language('en');
        filter_set_global_state('multilang', TEXTFILTER_ON);
        filter_set_applies_to_strings('multilang', true);
        $this->assertSame('A y B', json_decode(preview::make()->body, true)['name']);
        $CFG->lang = 'en';
        $this->assertSame('A & B', json_decode(preview::make()->body, true)['name']);
    }

    public function test_vouchers_outlive_a_new_signature(): void {
        $this->join();
        $voucher = ['by' => sha1('b'), 'day' => 3, 'since' => 1, 'sig' => 'x'];
        membership::publish_descriptor(identity::load(), membership::entry()['body'], [$voucher]);
        state_store::set('renewal', '0');
        $this->assertSame([$voucher], membership::entry()['vouchers']);
    }

    public function test_leaving_withdraws_ends_the_lease_and_drops_what_is_held(): void {
        global $DB;
        $this->join();
        $course = $this->getDataGenerator()->create_course();
        $DB->insert_record('local_courseglue_publications', (object) [
            'courseid' => $course->id, 'choice' => 1, 'recordid' => sha1('r'), 'seq' => 5, 'terms' => json_encode([sha1('t')]),
            'state' => 'published', 'timechecked' => 1,
        ]);
        $summary = leaving::run();
        $this->assertSame('tombstone', $this->engine->last((int) $course->id)['type']);
        $this->assertSame(['withdrawn' => 1, 'pending' => 0, 'problems' => []], $summary);
        $last = json_decode(end($this->engine->exchanged)['body'], true);
        $this->assertSame(intdiv(time(), DAYSECS), $last['lease']);
        $this->assertSame(membership::NONE, membership::state());
        $this->assertNull(identity::load());
        $this->assertSame(0, site_store::count());
        $this->assertSame(0, record_store::count());
        $row = $DB->get_record('local_courseglue_publications', ['courseid' => $course->id]);
        $this->assertSame('none', $row->state);
        $this->assertEquals(1, $row->choice);
    }

    public function test_leaving_goes_through_when_nobody_answers(): void {
        $this->join();
        $this->engine->failure = 'Nobody is there.';
        leaving::run();
        $this->assertNull(identity::load());
    }

    public function test_a_site_that_left_joins_again_with_the_key_its_neighbours_know(): void {
        $this->join();
        $secret = identity::load()->secret();
        leaving::run();
        $preview = preview::make();
        $this->assertSame($secret, $preview->secret);
        joining::run(null, $preview->digest());
        $this->assertTrue(membership::is_active());
    }

    /**
     * Publishes a course under the present identity, leaves while nobody answers, and hides the course.
     *
     * @return int the course's id
     */
    private function leave_with_a_course_listed(): int {
        set_config('publishpolicy', 'all', 'local_courseglue');
        set_config('graceperiod', 0, 'local_courseglue');
        $course = $this->getDataGenerator()->create_course();
        $this->join();
        publication_marks::mark((int) $course->id);
        $this->publish();
        $this->assertSame('published', publication_store::get((int) $course->id)->state);
        $this->engine->failure = 'Nobody is there.';
        leaving::run();
        $this->engine->failure = null;
        course_change_visibility((int) $course->id, false);
        $this->engine->batches = [];
        return (int) $course->id;
    }

    /**
     * Sends what is waiting.
     */
    private function publish(): void {
        publisher::create()->run(membership::entry());
    }

    public function test_what_stayed_listed_when_a_site_left_is_withdrawn_when_it_is_back(): void {
        $courseid = $this->leave_with_a_course_listed();
        $this->join();
        $this->publish();
        $this->assertSame('tombstone', $this->engine->last($courseid)['type']);
        $this->assertSame('none', publication_store::get($courseid)->state);
    }

    public function test_a_joining_that_failed_does_not_forget_what_stayed_listed(): void {
        $courseid = $this->leave_with_a_course_listed();
        $this->engine->whilejoining = fn() => throw new failure('Nobody is there.');
        try {
            $this->join();
            $this->fail('It could not join.');
        } catch (failure $e) {
            $this->assertSame('Nobody is there.', $e->getMessage());
        }
        $this->engine->whilejoining = null;
        $this->join();
        $this->publish();
        $this->assertSame('tombstone', $this->engine->last($courseid)['type']);
    }

    public function test_under_another_address_nothing_of_the_former_one_is_withdrawn(): void {
        global $CFG;
        $courseid = $this->leave_with_a_course_listed();
        $CFG->wwwroot = 'https://elsewhere.example';
        $this->join();
        $this->publish();
        $this->assertSame([], $this->engine->batches);
        $this->assertSame('none', publication_store::get($courseid)->state);
    }

    public function test_a_site_that_left_does_not_leave_again(): void {
        $this->expectException(failure::class);
        leaving::run();
    }
}
