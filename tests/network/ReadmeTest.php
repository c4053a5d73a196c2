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

namespace local_courseglue\network;

/**
 * README.md's table of what leaves a site and what never does, word by word.
 *
 * Every line of the table is read out of README.md. Each thing that is named on its left is a field of what the sites said or
 * published, and every field is named there; each thing on its right is looked for in everything that other sites hold.
 *
 * @package    local_courseglue
 * @copyright  2026 The CourseGlue authors
 * @license    https://www.gnu.org/copyleft/gpl.html GNU GPL v3 or later
 */
final class ReadmeTest extends network_test_case {
    /** @var array<string, array<string, string[]>> The table's lines: what is named on the left → fields. */
    private const LEAVES = [
        'The site' => [
            'its address' => ['address', 'scheme'],
            'its name' => ['name'],
            'its country' => ['country'],
            'its language' => ['lang'],
            'the branch of its Moodle (4.5) and of this plugin (0.1)' => ['software', 'release', 'plugin'],
            'the version of the protocol' => ['protocol'],
            'its public key' => ['key'],
            'when it said so and until when that holds' => ['seq', 'lease'],
        ],
        'Figures' => ['those that the admin ticked (none by default)' => ['figures']],
        'Courses' => [
            'full name' => ['fullname'],
            'short name' => ['shortname'],
            'summary' => ['summary'],
            'category' => ['category'],
            'language' => ['lang'],
            'course format' => ['format'],
            'start and end' => ['start', 'end'],
            'how somebody from outside gets in' => ['access'],
            'whether a backup is offered' => ['backup'],
            'subject, level, audience and licence that somebody gave, in CourseGlue or in custom fields that the admin chose and everybody can see' =>
                ['subject', 'level', 'audience', 'licence', 'tags'],
            'an empty place for a contact' => ['contact'],
            'the site, an id, a link and when it said so' => ['site', 'id', 'link', 'seq'],
            'until when that holds, and the words and keys that it is found under' => ['until', 'terms', 'keys'],
        ],
        'Contents' => ['tags' => ['tags'], 'types, names and links of sections and activities' => ['contents']],
        'Texts' => ['as people wrote them, with the names that they wrote into them' => []],
        'Searches' => ['words' => ['words'], 'language' => ['lang'], 'filters' => ['filters'], 'which part of the results' => ['offset', 'limit']],
    ];

    /** @var string[] What is named on the right and has a test of its own below, not words in a course of the fixtures. */
    private const TESTED = [
        'patch releases, which tell which holes are open',
        'user records: names, e-mail addresses, ids',
        'those that the admin did not tick',
        'custom fields that the admin did not choose',
        'custom fields that not everybody can see',
        'who searched',
    ];

    /** @var string[][] What each site holds of all: records and sites, as JSON. */
    private static array $held;

    public static function setUpBeforeClass(): void {
        $b = self::site('b');
        $b->command('set', 'local_courseglue', 'customfields', 'subject,audience');
        $b->change('describe', json_encode([
            'shortname' => 'readme-fields',
            'fullname' => 'Fields of Quorvintalle',
            'fields' => ['subject' => 'Quelmontary', 'audience' => 'Sarvoltine', 'level' => 'Drenquaville'],
            'forteachers' => ['audience'],
        ]));
        self::work('b');
        self::work('b');
        foreach (self::sites() as $key => $site) {
            self::$held[$key] = $site->change('held');
        }
    }

    public static function tearDownAfterClass(): void {
        self::site('b')->try('php', 'local/courseglue/tests/network/change.php', 'delete', 'readme-fields');
        self::site('b')->command('set', 'local_courseglue', 'customfields', '');
        self::work('b');
    }

    /**
     * The lines of the table.
     *
     * @return array<string, array{string[], string[]}> line → what leaves, what never leaves
     */
    private static function table(): array {
        $readme = file_get_contents(__DIR__ . '/../../README.md');
        self::assertSame(1, preg_match('~^\| leaves \| never leaves \|\n\|---\|---\|\n((?:\|.*\|\n)+)~m', $readme, $table), 'the table');
        $lines = [];
        foreach (explode("\n", trim($table[1])) as $line) {
            [$left, $right] = array_map('trim', explode('|', trim($line, '|')));
            self::assertSame(1, preg_match('~^\*\*(.+?)\*\*(?:[^:]|:(?! ))*: (.*)$~', $left, $named), $line);
            $lines[$named[1]] = [explode('; ', $named[2]), explode('; ', $right)];
        }
        return $lines;
    }

    /**
     * Everything that one site holds of another.
     *
     * @param string $kind records or sites
     * @param string $of the other
     * @param string $at who holds it
     * @return array[]
     */
    private static function held(string $kind, string $of, string $at): array {
        $address = self::site($of)->described['url'];
        $address = preg_replace('~^\w+://~', '', $address);
        $all = array_map(fn(string $body): array => json_decode($body, true, 32, JSON_THROW_ON_ERROR), self::$held[$at][$kind]);
        $field = $kind === 'sites' ? 'address' : 'site';
        return array_values(array_filter($all, fn(array $body): bool => ($body[$field] ?? null) === $address));
    }

    /**
     * Everything that all sites hold, as text.
     *
     * @return string
     */
    private static function everything(): string {
        $texts = array_map(fn(array $held): string => implode("\n", [...$held['records'], ...$held['sites']]), self::$held);
        return implode("\n", array_map(
            fn(string $line): string => json_encode(json_decode($line, true), JSON_UNESCAPED_UNICODE | JSON_UNESCAPED_SLASHES),
            explode("\n", implode("\n", $texts)),
        ));
    }

    public function test_the_left_of_the_table_names_what_this_test_knows(): void {
        $left = array_map(fn(array $line): array => $line[0], self::table());
        $this->assertSame(array_map(array_keys(...), self::LEAVES), $left);
    }

    public function test_the_right_of_the_table_has_a_fixture_for_everything(): void {
        $right = array_merge(...array_values(array_map(fn(array $line): array => $line[1], self::table())));
        $fixtures = array_keys(array_merge(...array_column(fixtures::with_secrets(), 'never')));
        $this->assertEqualsCanonicalizing([...self::TESTED, ...$fixtures], $right);
    }

    public function test_a_site_says_what_the_table_names_and_nothing_else(): void {
        $fields = array_merge(...array_values(self::LEAVES['The site']), ...array_values(self::LEAVES['Figures']));
        foreach (['a' => 'b', 'b' => 'c', 'c' => 'a'] as $of => $at) {
            $said = self::held('sites', $of, $at);
            $this->assertCount(1, $said);
            $this->assertEqualsCanonicalizing($fields, array_keys($said[0]));
        }
    }

    public function test_a_course_says_what_the_table_names_and_nothing_else(): void {
        $fields = array_merge(...array_values(self::LEAVES['Courses']), ...array_values(self::LEAVES['Contents']));
        foreach (['a' => 'b', 'b' => 'c', 'c' => 'a'] as $of => $at) {
            $records = array_filter(self::held('records', $of, $at), fn(array $body): bool => isset($body['fullname']));
            $this->assertNotSame([], $records);
            foreach ($records as $record) {
                $this->assertEqualsCanonicalizing($fields, array_keys($record));
                $this->assertNull($record['contact']);
                foreach ($record['contents'] as $entry) {
                    $this->assertEqualsCanonicalizing(['type', 'name', 'link'], array_keys($entry));
                }
            }
        }
    }

    public function test_names_that_people_wrote_into_texts_leave(): void {
        $this->assertStringContainsString('Dr Jane Doe', self::everything());
    }

    public function test_a_search_says_what_the_table_names_and_nothing_else(): void {
        $fields = array_merge(...array_values(self::LEAVES['Searches']));
        $frozen = file_get_contents(__DIR__ . '/../../rust-ext/vectors/messages.json');
        $conversation = json_decode($frozen, true, 64, JSON_THROW_ON_ERROR);
        $queries = [];
        foreach (new \RecursiveIteratorIterator(new \RecursiveArrayIterator($conversation), \RecursiveIteratorIterator::SELF_FIRST) as $value) {
            if (is_array($value) && ($value['operation'] ?? null) === 'search' && isset($value['query'])) {
                $queries[] = $value;
            }
        }
        $this->assertNotSame([], $queries);
        foreach ($queries as $message) {
            $this->assertEqualsCanonicalizing(['network', 'version', 'operation', 'query'], array_keys($message), 'not who searched');
            $this->assertSame([], array_diff(array_keys($message['query']), $fields));
        }
    }

    /**
     * Words of the fixtures that must not leave are held nowhere.
     *
     * @dataProvider kept_things
     * @param string $what of the table
     * @param string[] $words
     */
    public function test_it_never_leaves(string $what, array $words): void {
        $everything = self::everything();
        foreach ($words as $word) {
            $this->assertStringNotContainsStringIgnoringCase($word, $everything, $what);
        }
    }

    /**
     * What never leaves, with words.
     *
     * @return array<string, array{string, string[]}>
     */
    public static function kept_things(): array {
        $never = [];
        foreach (fixtures::with_secrets() as $course) {
            foreach ($course['never'] as $what => $words) {
                $never["{$what}, in {$course['id']}"] = [$what, $words];
            }
        }
        return $never;
    }

    public function test_patch_releases_never_leave(): void {
        foreach (self::sites() as $key => $site) {
            $release = $site->command('php', 'admin/cli/cfg.php', '--name=release')->output();
            $this->assertSame(1, preg_match('~^(\d+\.\d+)(\.\d+)?~', $release, $parts), $release);
            [$said] = self::held('sites', $key, $key === 'a' ? 'b' : 'a');
            $this->assertSame($parts[1], $said['release']);
            $this->assertMatchesRegularExpression('~^\d+\.\d+$~D', $said['plugin']);
        }
    }

    public function test_user_records_never_leave(): void {
        $everything = self::everything();
        foreach (['Teresa Vidal', 'Jonas Petersen', 'Beatriz Moura', 'Sam Okafor', '@example.org', 'Vidal', 'Petersen', 'Okafor'] as $person) {
            $this->assertStringNotContainsStringIgnoringCase($person, $everything);
        }
    }

    public function test_figures_that_were_not_ticked_never_leave(): void {
        $c = self::site('c');
        $ticked = $c->command('php', 'admin/cli/cfg.php', '--component=local_courseglue', '--name=sharefigures')->output();
        [$said] = self::held('sites', 'c', 'a');
        $this->assertEqualsCanonicalizing(explode(',', $ticked), array_keys($said['figures']));
        try {
            $c->command('set', 'local_courseglue', 'sharefigures', 'courses');
            self::eventually('c', fn(): bool => $this->figures_of_c() === ['courses']);
            $c->command('set', 'local_courseglue', 'sharefigures', '');
            self::eventually('c', fn(): bool => $this->figures_of_c() === []);
        } finally {
            $c->command('set', 'local_courseglue', 'sharefigures', $ticked);
            self::work('c');
        }
    }

    /**
     * The figures of C, as A knows them now.
     *
     * @return string[]
     */
    private function figures_of_c(): array {
        self::$held['a'] = self::site('a')->change('held');
        return array_keys(self::held('sites', 'c', 'a')[0]['figures']);
    }

    public function test_only_fields_that_the_admin_chose_and_everybody_sees_leave(): void {
        $everything = self::everything();
        $this->assertStringContainsString('Quelmontary', $everything);
        $this->assertStringNotContainsString('Sarvoltine', $everything, 'for teachers only');
        $this->assertStringNotContainsString('Drenquaville', $everything, 'not chosen');
    }
}
