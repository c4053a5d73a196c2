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
use local_courseglue\local\engine\setback;
use local_courseglue\local\engine\trouble;

/**
 * Whatever stands between two sites is said in words that tell what to do.
 *
 * @package    local_courseglue
 * @copyright  2026 The CourseGlue authors
 * @license    https://www.gnu.org/copyleft/gpl.html GNU GPL v3 or later
 * @covers     \local_courseglue\local\engine\failure
 * @covers     \local_courseglue\local\engine\trouble
 * @covers     \local_courseglue\local\engine\setback
 */
final class trouble_test extends \advanced_testcase {
    /**
     * Every kind, and what its words have to hold.
     *
     * @return array
     */
    public static function kinds(): array {
        $certificate = fn(string $why, array $more = []): array => ['kind' => 'certificate', 'why' => $why] + $more;
        return [
            'no address' => [['kind' => 'no_address'], ['address bar']],
            'its own address' => [['kind' => 'own_address'], ['own address']],
            'a blocked host' => [['kind' => 'blocked_here', 'rule' => 'host'], ['b.example', 'HTTP security']],
            'a blocked port' => [['kind' => 'blocked_here', 'rule' => 'port'], ['8443', 'HTTP security']],
            'no encryption' => [['kind' => 'blocked_here', 'rule' => 'scheme'], ['https only']],
            'no such name' => [['kind' => 'no_such_name'], ['b.example', 'spelling']],
            'nothing listens' => [['kind' => 'nothing_listens', 'ipv4' => true, 'ipv6' => false], ['b.example', '8443']],
            'IPv6 alone' => [['kind' => 'no_connection', 'ipv4' => false, 'ipv6' => true], ['IPv6', 'AAAA']],
            'IPv6 as well' => [['kind' => 'nothing_listens', 'ipv4' => true, 'ipv6' => true], ['IPv6', 'AAAA']],
            'no way to IPv6' => [['kind' => 'no_route', 'ipv4' => false, 'ipv6' => true], ['IPv6', 'AAAA']],
            'no way' => [['kind' => 'no_route', 'ipv4' => true], ['no network route']],
            'no proxy' => [['kind' => 'no_proxy'], ['proxy', 'Server > HTTP']],
            'broken off' => [['kind' => 'broken'], ['b.example']],
            'silent' => [['kind' => 'silent'], ['in time']],
            'not asked' => [['kind' => 'not_asked'], ['no time left']],
            'not HTTPS' => [['kind' => 'not_https'], ['HTTPS', '8443']],
            'expired' => [$certificate('expired', ['at' => 1609459200]), ['b.example', 'expired', '2021']],
            'not yet' => [$certificate('not_yet', ['at' => 4701974400]), ['2119', 'date of this server']],
            'another name' => [$certificate('other_name', ['names' => ['c.example', 'd.example']]), ['c.example, d.example']],
            'unknown issuer' => [$certificate('unknown_issuer', ['issuer' => 'School Filter CA']), ['School Filter CA']],
            'self-signed' => [$certificate('self_signed', ['issuer' => 'b.example']), ['is self-signed']],
            'revoked' => [$certificate('revoked'), ['revoked']],
            'another fault of a certificate' => [$certificate('invalid'), ['certificate of b.example']],
            'a fault of later times' => [$certificate('of_later_times'), ['certificate of b.example']],
            'no agreement' => [['kind' => 'encryption'], ['TLS 1.2']],
            'not HTTP' => [['kind' => 'not_http'], ['is not a web server']],
            'redirected' => [['kind' => 'redirected', 'to' => 'https://c.example'], ['https://c.example']],
            'redirected somewhere' => [['kind' => 'redirected', 'to' => null], ['browser']],
            'login' => [['kind' => 'login_page'], ['log in', 'peer.php']],
            'bot protection' => [['kind' => 'bot_wall'], ['bot protection', 'peer.php']],
            'no CourseGlue' => [['kind' => 'no_courseglue'], ['no CourseGlue']],
            'a web page' => [['kind' => 'web_page'], ['web site', 'no CourseGlue']],
            'an error' => [['kind' => 'server_error', 'status' => 502], ['502']],
            'too much' => [['kind' => 'too_large'], ['larger than']],
            'unreadable' => [['kind' => 'unreadable'], ['not from CourseGlue']],
            'not taking part' => [['kind' => 'not_taking_part'], ['does not take part']],
            'another network' => [['kind' => 'other_network', 'network' => 'school-7'], ['"school-7"', '"courseglue"']],
            'a network without a name' => [['kind' => 'other_network', 'network' => null], ['"courseglue"']],
            'another version' => [['kind' => 'other_version', 'version' => 2], ['version', 'Update']],
            'another address' => [['kind' => 'other_address', 'url' => 'https://c.example'], ['https://c.example']],
            'forged' => [['kind' => 'forged'], ['signature']],
            'a clock' => [['kind' => 'clock', 'ahead' => null], ['clocks']],
            'a clock ahead' => [['kind' => 'clock', 'ahead' => 2 * DAYSECS], ['2 days', 'ahead', userdate(time(), '%Y')]],
            'a clock behind' => [['kind' => 'clock', 'ahead' => -3 * HOURSECS], ['3 hours', 'behind']],
            'too often' => [['kind' => 'too_often', 'after' => null], ['in an hour']],
            'not admitted' => [['kind' => 'not_admitted'], ['does not let this site in']],
            'no room' => [['kind' => 'no_room'], ['no room']],
            'refuses' => [['kind' => 'refuses'], ['refuses']],
            'of later times' => [['kind' => 'of_later_times'], ['refuses']],
            'another key there' => [['kind' => 'wrong_key'], ['another key']],
            'another key known' => [['kind' => 'other_key'], ['with another key', 'three days']],
            'its own' => [['kind' => 'own', 'sentence' => 'This site\'s own entry does not hold.'], ['own entry']],
        ];
    }

    /**
     * Each kind has words.
     *
     * @dataProvider kinds
     * @param array $trouble
     * @param string[] $words
     */
    public function test_every_kind_has_words(array $trouble, array $words): void {
        $this->resetAfterTest();
        $told = (new setback('https://b.example:8443/moodle', $trouble))->getMessage();
        foreach ($words as $word) {
            $this->assertStringContainsString($word, $told);
        }
        $this->assertDoesNotMatchRegularExpression('~\[\[|\{\$a|os error|errno~', $told);
    }

    public function test_an_address_that_is_no_name_has_no_record_to_correct(): void {
        foreach (['nothing_listens', 'no_route', 'no_connection'] as $kind) {
            $told = (new trouble('https://[2001:db8::1]:8443', ['kind' => $kind, 'ipv4' => false, 'ipv6' => true]))->sentence();
            $this->assertStringContainsString('[2001:db8::1]', $told);
            $this->assertStringNotContainsString('AAAA', $told);
        }
    }

    public function test_a_fault_of_this_server_is_told_without_the_number_of_its_system(): void {
        $told = 'the view cannot be written to /var/cache/view: No space left on device (os error 28)';
        $this->assertSame(
            'the view cannot be written to /var/cache/view: No space left on device',
            (new failure($told))->getMessage(),
        );
    }

    public function test_who_was_asked_too_often_says_until_when_to_wait(): void {
        $this->setTimezone('UTC');
        $told = (new trouble('https://b.example', ['kind' => 'too_often', 'after' => HOURSECS]))->sentence();
        $until = fn(int $time): string => userdate($time, get_string('strftimedatetimeshort', 'langconfig'));
        $this->assertMatchesRegularExpression('~' . $until(time() + HOURSECS - 2) . '|' . $until(time() + HOURSECS) . '~', $told);
    }

    public function test_what_this_site_met_at_its_own_address_is_told_where_neighbours_could_not_check_it(): void {
        global $CFG;
        $host = parse_url($CFG->wwwroot, PHP_URL_HOST);
        $trouble = ['kind' => 'unchecked', 'have' => 0, 'needed' => 2, 'sites' => [
            ['site' => 'https://b.example', 'trouble' => ['kind' => 'not_admitted']],
            ['site' => 'https://c.example', 'trouble' => ['kind' => 'not_admitted']],
            ['site' => 'https://d.example', 'trouble' => ['kind' => 'too_often', 'after' => 60]],
        ], 'own' => ['kind' => 'no_connection', 'ipv4' => false, 'ipv6' => true]];
        $told = (new trouble('https://b.example', $trouble))->sentence();
        $this->assertStringContainsString('2 of its neighbours', $told);
        $this->assertSame(1, substr_count($told, 'AAAA'), 'the same is said once');
        $this->assertStringContainsString($host, $told);
        $this->assertStringContainsString('https://d.example was asked too often', $told);
        $told = (new trouble('https://b.example', ['own' => null] + $trouble))->sentence();
        $this->assertStringContainsString('reached from outside', $told);
    }
}
