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

namespace CourseGlue\Tests;

use PHPUnit\Framework\TestCase;

require_once(__DIR__ . '/Site.php');

/**
 * Sites that talk over real HTTP on loopback: joining, publishing, searching, withdrawing, one of them gone.
 *
 * @copyright  2026 The CourseGlue authors
 * @license    https://www.gnu.org/copyleft/gpl.html GNU GPL v3 or later
 */
final class NetworkTest extends TestCase {
    /** @var Site[] */
    private array $sites = [];

    protected function tearDown(): void {
        foreach ($this->sites as $site) {
            $site->stop();
            $this->assertStringNotContainsString('PHP Warning', $site->log());
            $this->assertStringNotContainsString('PHP Fatal', $site->log());
        }
        Site::clean();
    }

    /**
     * A network of so many sites, which have all joined through the first and heard of each other.
     *
     * @param int $count
     * @return Site[]
     */
    private function network(int $count): array {
        for ($number = 0; $number < $count; $number++) {
            $site = $this->sites[] = $this->described('127.0.0.' . (11 + $number));
            $joined = $site->apply($site->node()->join($number ? $this->sites[0]->url() : '', $site->entry()));
            $this->assertTrue($joined['joined']);
            $this->assertSame([], $joined['problems']);
        }
        return $this->sites;
    }

    /**
     * A site that answers for itself, which its neighbours want to see before they let it in.
     *
     * @param string $host
     * @param array $settings
     * @return Site
     */
    private function described(string $host, array $settings = []): Site {
        $site = Site::serve($host, $settings);
        $site->apply($site->node()->join('', $site->entry()));
        return $site;
    }

    private function publish(Site $site, string $id, array $content): array {
        $item = json_decode($site->node()->record(json_encode($content + [
            'id' => $id, 'lang' => 'en', 'shortname' => ['en' => $id], 'summary' => (object) [], 'category' => [], 'tags' => [],
            'subject' => null, 'level' => null, 'audience' => null, 'licence' => null, 'format' => 'topics', 'start' => null,
            'end' => null, 'access' => 'guest', 'backup' => false, 'contact' => null, 'link' => "$id.php", 'contents' => [],
        ]), $site->now()), true);
        return $this->send($site, ['type' => 'record', 'lost' => []] + $item);
    }

    private function send(Site $site, array $item): array {
        $batch = ['entry' => json_decode($site->entry(), true), 'records' => [$item]];
        return $site->apply($site->node()->publish(json_encode($batch)));
    }

    private function search(Site $site, string $words, array $filters = []): array {
        $query = ['words' => $words, 'lang' => 'en', 'filters' => (object) $filters, 'offset' => 0, 'limit' => 20];
        return json_decode($site->node(['secret' => null])->search(json_encode($query)), true);
    }

    private function names(array $found): array {
        return array_map(fn(array $hit): string => $hit['record']['fullname']['en'], $found['hits']);
    }

    public function test_sites_that_join_through_one_come_to_know_each_other(): void {
        $sites = $this->network(3);
        $addresses = array_map(fn(Site $site): string => $site->setting('address'), $sites);
        foreach ($sites as $site) {
            $site->apply($site->node()->sync($site->entry()));
            $this->assertEqualsCanonicalizing($addresses, array_column(json_decode($site->node()->sites(), true), 'address'));
        }
    }

    public function test_statistics_sum_what_the_sites_signed(): void {
        [$first] = $this->network(3);
        $statistics = json_decode($first->node()->statistics(), true);
        $this->assertSame([3, 3], [$statistics['sites'], $statistics['sharing']]);
        $this->assertSame(36, $statistics['figures']['courses']['sum']);
        $this->assertSame('ES', $statistics['countries'][0]['country']);
    }

    public function test_a_course_published_by_one_is_found_by_the_others_with_what_is_inside(): void {
        [$first, $second, $third] = $this->network(3);
        $result = $this->publish($second, 'course/1', [
            'fullname' => ['en' => 'Marine biology'],
            'contents' => [['type' => 'page', 'name' => ['en' => 'Plankton under the microscope'], 'link' => 'mod/page/view.php?id=7']],
        ]);
        $this->assertSame('published', $result['results'][0]['state']);
        foreach ([$first, $third, $second] as $site) {
            $this->assertSame(['Marine biology'], $this->names($this->search($site, 'marine biology')));
            $found = $this->search($site, 'plankton');
            $this->assertSame(1, $found['total']);
            $this->assertSame([0], $found['hits'][0]['matched']);
            $this->assertSame($second->url(), $found['hits'][0]['site']['url']);
        }
        $this->assertSame(0, $this->search($first, 'chemistry')['total']);
    }

    public function test_a_withdrawn_course_is_not_found_any_more(): void {
        [$first, $second] = $this->network(2);
        $this->publish($second, 'course/1', ['fullname' => ['en' => 'Marine biology']]);
        $this->assertSame(1, $this->search($first, 'biology')['total']);
        $terms = $second->rows()['record ' . sha1($second->setting('address') . "\0course/1")]['terms'];
        $tombstone = json_decode($second->node()->tombstone('course/1', $second->now() + 1, $terms), true);
        $result = $this->send($second, ['type' => 'tombstone', 'lost' => []] + $tombstone);
        $this->assertSame('published', $result['results'][0]['state']);
        $this->assertSame(0, $this->search($first, 'biology')['total']);
        $this->assertSame(0, $this->search($second, 'biology')['total']);
    }

    public function test_one_site_gone_takes_no_courses_with_it_and_comes_back(): void {
        [$first, $second, $third] = $this->network(3);
        $this->publish($second, 'course/1', ['fullname' => ['en' => 'Marine biology']]);
        $this->publish($third, 'course/2', ['fullname' => ['en' => 'Forest biology']]);
        $second->stop();
        $this->assertEqualsCanonicalizing(['Marine biology', 'Forest biology'], $this->names($this->search($first, 'biology')));
        $pending = $this->publish($third, 'course/3', ['fullname' => ['en' => 'River biology']])['results'][0];
        $this->assertSame(['pending', 1], [$pending['state'], $pending['homes']]);
        $this->assertStringContainsString($second->url(), $pending['problem']);
        $this->assertCount(3, $this->search($first, 'biology')['hits']);
        $second->start();
        $second->apply($second->node()->sync($second->entry()));
        $this->assertCount(3, $this->search($second, 'biology')['hits']);
    }

    /**
     * What stands in the way of joining through a URL.
     *
     * @param Site $site
     * @param string $url
     * @return array
     */
    private function trouble(Site $site, string $url): array {
        $setback = json_decode($site->node()->join($url, $site->entry()), true)['setback'];
        $this->assertSame($url, $setback['site']);
        return $setback['trouble'];
    }

    public function test_a_site_of_another_network_is_not_let_in(): void {
        [$first] = $this->network(1);
        $other = $this->sites[] = $this->described('127.0.0.30', ['network' => 'other']);
        $network = $first->setting('network');
        $this->assertEquals(['kind' => 'other_network', 'network' => $network], $this->trouble($other, $first->url()));
    }

    public function test_a_site_that_others_cannot_reach_is_told_what_it_meets_at_its_own_address(): void {
        [$first] = $this->network(1);
        $hidden = Site::make('127.0.0.31:' . Site::free_port('127.0.0.31'));
        $this->assertEquals(['kind' => 'unchecked', 'have' => 0, 'needed' => 1, 'sites' => [[
            'site' => $first->url(),
            'trouble' => ['kind' => 'not_admitted'],
        ]], 'own' => ['kind' => 'nothing_listens', 'ipv4' => true, 'ipv6' => false]], $this->trouble($hidden, $first->url()));
    }

    public function test_what_is_no_site_of_the_network_is_told(): void {
        [$first] = $this->network(1);
        $site = $this->sites[] = $this->described('127.0.0.32');
        $closed = 'http://127.0.0.33:' . Site::free_port('127.0.0.33');
        $this->assertEquals(['kind' => 'nothing_listens', 'ipv4' => true, 'ipv6' => false], $this->trouble($site, $closed));
        $this->assertSame(['kind' => 'own_address'], $this->trouble($site, $site->url()));
        $this->assertContains($this->trouble($site, $first->url() . '/elsewhere')['kind'], ['no_courseglue', 'other_address']);
    }

    public function test_who_is_at_an_address_can_be_asked_before_joining(): void {
        [$first] = $this->network(1);
        $found = json_decode(Site::make('a.example')->node()->probe($first->url()), true)['found'];
        $this->assertSame($first->url(), $found['url']);
        $this->assertArrayHasKey('name', $found);
    }
}
