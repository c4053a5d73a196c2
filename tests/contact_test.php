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

use local_courseglue\local\engine\setback;
use local_courseglue\local\membership\contact;
use local_courseglue\local\membership\pasted_address;
use local_courseglue\tests\membership_testcase;

/**
 * The site that joining goes through is found from whatever of its addresses was pasted.
 *
 * @package    local_courseglue
 * @copyright  2026 The CourseGlue authors
 * @license    https://www.gnu.org/copyleft/gpl.html GNU GPL v3 or later
 * @covers     \local_courseglue\local\membership\contact
 * @covers     \local_courseglue\local\membership\pasted_address
 */
final class contact_test extends membership_testcase {
    /**
     * What people copy from their browsers at a Moodle at https://moodle.example.org/campus.
     *
     * @return array
     */
    public static function pasted(): array {
        return array_map(fn(string $pasted): array => [$pasted], [
            'its own address' => 'https://moodle.example.org/campus',
            'a slash at the end' => 'https://moodle.example.org/campus/',
            'without a scheme' => 'moodle.example.org/campus',
            'without a scheme, with slashes' => '//moodle.example.org/campus',
            'http' => 'http://moodle.example.org/campus/',
            'upper case' => 'HTTPS://moodle.example.org/campus/',
            'spaces around' => "  https://moodle.example.org/campus \n",
            'an invisible space' => "\u{200B}https://moodle.example.org/campus\u{FEFF}",
            'from a mail' => '<https://moodle.example.org/campus/>.',
            'from a sentence' => '“https://moodle.example.org/campus/my/”, ',
            'the dashboard' => 'https://moodle.example.org/campus/my/',
            'my courses' => 'https://moodle.example.org/campus/my/courses.php',
            'the login' => 'https://moodle.example.org/campus/login/index.php',
            'the login with what belongs to it' => 'https://moodle.example.org/campus/login/index.php?loginredirect=1#x',
            'a course' => 'https://moodle.example.org/campus/course/view.php?id=2',
            'a section' => 'moodle.example.org/campus/course/view.php?id=2&section=3#tabs-tree-start',
            'an activity' => 'https://moodle.example.org/campus/mod/quiz/view.php?id=77',
            'a file' => 'https://moodle.example.org/campus/pluginfile.php/12/mod_resource/content/1/A%20b.pdf',
            'the administration' => 'https://moodle.example.org/campus/admin/settings.php?section=local_courseglue_settings',
            'the page to join' => 'https://moodle.example.org/campus/local/courseglue/join.php',
            'the page that sites ask' => 'https://moodle.example.org/campus/local/courseglue/peer.php?operation=describe',
            'a user name' => 'https://me:secret@moodle.example.org/campus/',
            'an address in its address' => 'https://moodle.example.org/campus/login/index.php?to=https://b.example/x',
        ]);
    }

    /**
     * It is found.
     *
     * @dataProvider pasted
     * @param string $pasted
     */
    public function test_it_is_found_from_any_of_its_addresses(string $pasted): void {
        $this->engine->web['https://moodle.example.org/campus'] = 'Example University';
        $contact = contact::find($pasted);
        $this->assertSame('https://moodle.example.org/campus', $contact->url);
        $this->assertSame('Example University', $contact->name);
        $this->assertStringNotContainsString('secret', implode(' ', $this->engine->probed));
    }

    public function test_it_is_looked_for_upwards(): void {
        $this->engine->web['https://moodle.example.org'] = 'Example University';
        contact::find('https://moodle.example.org/course/view.php?id=2');
        $this->assertSame(['https://moodle.example.org/course', 'https://moodle.example.org'], $this->engine->probed);
    }

    public function test_however_deep_a_page_is_few_addresses_are_asked(): void {
        try {
            contact::find('https://moodle.example.org/' . str_repeat('a/', 200));
            $this->fail('It was found.');
        } catch (setback $e) {
            $this->assertSame('no_courseglue', $e->kind());
        }
        $this->assertLessThanOrEqual(6, count($this->engine->probed));
        $this->assertContains('https://moodle.example.org', $this->engine->probed);
    }

    public function test_names_and_folders_of_every_script_are_looked_for(): void {
        $candidates = (new pasted_address('https://münchen.example/кафедра/my/'))->candidates(false);
        $folder = rawurlencode('кафедра');
        $this->assertSame(['https' => [
            "https://münchen.example/{$folder}/my",
            "https://münchen.example/{$folder}",
            'https://münchen.example',
        ]], $candidates);
        $this->assertSame(['https://[2001:db8::1]:8443'], (new pasted_address('[2001:db8::1]:8443/'))->candidates(false)['https']);
    }

    public function test_what_is_no_address_is_called_so(): void {
        foreach (['', ' ', 'ftp://moodle.example.org', 'https://', '/my/', 'javascript://x', '?id=2'] as $pasted) {
            try {
                contact::find($pasted);
                $this->fail('It was found: ' . $pasted);
            } catch (setback $e) {
                $this->assertContains($e->kind(), ['no_address', 'no_courseglue'], $pasted);
            }
        }
        $this->assertNotContains('', $this->engine->probed);
    }

    public function test_without_encryption_nobody_is_asked_unless_that_is_allowed(): void {
        $this->engine->web['http://moodle.example.org'] = 'Example University';
        $this->engine->web['https://moodle.example.org'] = ['kind' => 'not_https'];
        foreach (['http://moodle.example.org/my/', 'moodle.example.org'] as $pasted) {
            try {
                contact::find($pasted);
                $this->fail('It was found: ' . $pasted);
            } catch (setback $e) {
                $this->assertContains($e->kind(), ['not_https', 'no_courseglue']);
            }
        }
        $this->assertSame([], preg_grep('~^http:~', $this->engine->probed));
        set_config('allowhttp', '1', 'local_courseglue');
        $this->assertSame('http://moodle.example.org', contact::find('http://moodle.example.org/my/')->url);
        $this->assertSame('http://moodle.example.org', contact::find('moodle.example.org/my/')->url);
    }

    public function test_a_site_that_is_there_is_not_looked_for_in_another_way(): void {
        set_config('allowhttp', '1', 'local_courseglue');
        foreach (['other_network', 'clock', 'too_often', 'not_taking_part'] as $kind) {
            $this->engine->probed = [];
            $this->engine->web['https://moodle.example.org'] = ['kind' => $kind];
            try {
                contact::find('moodle.example.org');
                $this->fail('It was found.');
            } catch (setback $e) {
                $this->assertSame($kind, $e->kind());
            }
            $this->assertSame(['https://moodle.example.org'], $this->engine->probed, $kind);
        }
    }

    public function test_a_site_that_says_where_it_is_is_asked_there(): void {
        $answers = [
            ['kind' => 'redirected', 'to' => 'https://www.example.org'],
            ['kind' => 'other_address', 'url' => 'https://www.example.org'],
        ];
        foreach ($answers as $elsewhere) {
            $this->engine->web = ['https://example.org' => $elsewhere, 'https://www.example.org' => 'Example University'];
            $this->assertSame('https://www.example.org', contact::find('example.org/my/')->url);
        }
    }

    public function test_sites_that_send_to_one_another_end(): void {
        $this->engine->web = [
            'https://a.example' => ['kind' => 'other_address', 'url' => 'https://b.example'],
            'https://b.example' => ['kind' => 'other_address', 'url' => 'https://a.example'],
        ];
        $this->expectException(setback::class);
        contact::find('a.example');
    }

    public function test_where_the_host_cannot_be_asked_no_other_folder_is(): void {
        foreach (['no_such_name', 'nothing_listens', 'no_connection', 'certificate', 'silent', 'blocked_here'] as $kind) {
            $this->engine->probed = [];
            $this->engine->web['https://moodle.example.org/course'] = ['kind' => $kind, 'why' => 'expired'];
            try {
                contact::find('https://moodle.example.org/course/view.php?id=2');
                $this->fail('It was found.');
            } catch (setback $e) {
                $this->assertSame($kind, $e->kind());
            }
            $this->assertCount(1, $this->engine->probed, $kind);
        }
    }

    public function test_the_most_telling_of_several_answers_is_told(): void {
        $this->engine->web = [
            'https://moodle.example.org/campus' => ['kind' => 'not_taking_part'],
            'https://moodle.example.org' => ['kind' => 'web_page'],
        ];
        try {
            contact::find('https://moodle.example.org/campus/my/');
            $this->fail('It was found.');
        } catch (setback $e) {
            $this->assertSame('not_taking_part', $e->kind());
            $this->assertStringContainsString('https://moodle.example.org/campus', $e->getMessage());
        }
    }
}
