<?php
// Part of CourseGlue, GPL v3 or later.

/**
 * Asks the sites of a running network, each by its own command line, whether what the demo promises is true.
 *
 * Words to search are taken from the courses themselves, so that the claims hold for any file of courses.
 * Usage: php claims.php NETWORK.json COURSES.jsonl; exit status 0 only if every claim held
 */

$network = json_decode(file_get_contents($argv[1]), true, 32, JSON_THROW_ON_ERROR);
$sites = $network['sites'];
$embedded = $network['embedded'];
$all = count($sites) + count($embedded);
$courses = array_map(
    fn($line) => json_decode($line, true, 32, JSON_THROW_ON_ERROR),
    array_filter(explode("\n", file_get_contents($argv[2])), 'trim'),
);
$third = intdiv(count($courses) + 2, 3);
$parts = array_combine(['a', 'b', 'c'], array_pad(array_chunk($courses, max(1, $third)), 3, []));
$failed = 0;

/** Prints one claim and whether it held. */
function claim(string $sentence, bool $held): void {
    global $failed;
    echo $held ? ' ok    ' : ' FAILED', ' ', $sentence, "\n";
    $failed += $held ? 0 : 1;
}

/** Runs one of the plugin's commands in a site. */
function ask(array $site, string $script, string ...$arguments): array {
    $public = is_dir("{$site['directory']}/www/public") ? 'public/' : '';
    $command = [...$site['php'], "{$site['directory']}/www/{$public}local/courseglue/cli/$script.php", '--json', ...$arguments];
    exec(implode(' ', array_map('escapeshellarg', $command)) . ' 2>&1', $lines, $status);
    $answer = json_decode(implode("\n", $lines), true);
    if ($status !== 0 || !is_array($answer)) {
        echo "        {$site['site']}: cli/$script.php ended with status $status: ", implode("\n        ", $lines), "\n";
        return [];
    }
    return $answer;
}

/** One language of a text that may hold several, and which one. */
function one_language(string $text, string $lang): array {
    if (preg_match('~\{mlang\s+([\w-]+)\}(.*?)\{mlang\}~s', $text, $found)
            || preg_match('~<span[^>]*lang="([\w-]+)"[^>]*>(.*?)</span>~s', $text, $found)) {
        return [html_entity_decode(strip_tags($found[2])), substr($found[1], 0, 2)];
    }
    return [html_entity_decode(strip_tags($text)), $lang];
}

/** The first hit of an answer that is from a site and, where one is given, has a short name. */
function hit_of(array $answer, array $site, ?string $shortname = null): ?array {
    foreach ($answer['hits'] ?? [] as $hit) {
        $same = $shortname === null || in_array($shortname, $hit['record']['shortname'] ?? [], true);
        if ($hit['site']['name'] === $site['name'] && $same) {
            return $hit;
        }
    }
    return null;
}

/** Does something with a site from the outside, see scripts/lib/site. */
function harness(array $site, string ...$arguments): bool {
    $command = [__DIR__ . '/../site', $site['site'], ...$arguments];
    exec(implode(' ', array_map('escapeshellarg', $command)) . ' 2>&1', $lines, $status);
    if ($status !== 0) {
        echo "        {$site['site']}: ", implode("\n        ", $lines), "\n";
    }
    return $status === 0;
}

/** The hits of an embedded site: the publishers' URLs and the courses' short names. */
function found_by_embedded(string $url, string $words, string $lang): array {
    $answer = json_decode((string) @file_get_contents("$url/ask/search?lang=$lang&words=" . rawurlencode($words)), true);
    if (!isset($answer['hits'])) {
        claim("$url answers a search", false);
    }
    return array_map(
        fn($hit) => rtrim($hit['site']['url'], '/') . ' ' . implode(' ', $hit['record']['shortname']),
        $answer['hits'] ?? [],
    );
}

/** A sentence with the number of sites that a search asked, and their names. */
function who_was_asked(array $answer): string {
    $asked = $answer['asked'] ?? [];
    return count($asked) . ' requests in ' . ($answer['rounds'] ?? 0) . ' rounds, to ' . implode(', ', $asked);
}

/** Whether a course of the demo is listed: open to visitors in some way, and not over. */
function is_listed(array $course): bool {
    return ($course['access'] ?? 'open') !== 'institution' && (empty($course['end']) || strtotime($course['end']) >= time());
}

foreach ($sites as $key => $site) {
    $status = ask($site, 'status');
    claim("{$site['name']} knows " . ($status['sites'] ?? 0) . ' sites', ($status['sites'] ?? 0) === $all);
}

// A whole title of the other site, searched from the first: everybody writes into the network what others look for.
foreach (['b', 'c'] as $key) {
    foreach ($parts[$key] as $course) {
        if (!is_listed($course)) {
            continue;
        }
        [$words, $lang] = one_language($course['title'], $course['lang'] ?? 'en');
        $words = mb_substr($words, 0, 200);
        $answer = ask($sites['a'], 'search', "--words=$words", "--lang=$lang");
        $hit = hit_of($answer, $sites[$key], $course['id']);
        claim("{$sites['a']['name']} searches \"$words\" and finds it at {$sites[$key]['name']}, access: "
            . ($hit['record']['access'] ?? '-'), $hit !== null);
        if ($hit) {
            echo '        ', rtrim($hit['site']['url'], '/'), '/', $hit['record']['link'], "\n";
        }
        echo '        ', who_was_asked($answer), "\n";
        claim('this site does not hold everything: homes of the words were asked', ($answer['asked'] ?? []) !== []);
        break;
    }
}

// A word that only the name of an activity of the second site holds.
claim_activity_word($sites, $parts);

/** Finds such a word in the courses, and the course by it. */
function claim_activity_word(array $sites, array $parts): void {
    $everything = mb_strtolower(json_encode($parts, JSON_UNESCAPED_UNICODE));
    foreach ($parts['b'] as $course) {
        // Names of activities leave where a guest can enter.
        if (($course['access'] ?? 'open') !== 'guest' || !empty($course['never'])
                || (!empty($course['end']) && strtotime($course['end']) < time())) {
            continue;
        }
        foreach ($course['sections'] ?? [] as $section) {
            foreach ($section['activities'] ?? [] as $activity) {
                [$name, $lang] = one_language($activity['name'], $course['lang'] ?? 'en');
                foreach (preg_split('/[^\p{L}]+/u', $name, -1, PREG_SPLIT_NO_EMPTY) as $word) {
                    $word = mb_strtolower($word);
                    if (mb_strlen($word) < 8 || substr_count($everything, mb_substr($word, 0, -2)) !== 1 || $activity['type'] === 'label') {
                        continue;
                    }
                    $hit = hit_of(ask($sites['a'], 'search', "--words=$word", "--lang=$lang"), $sites['b'], $course['id']);
                    $links = array_map(fn($index) => $hit['record']['contents'][$index]['link'] ?? '', $hit['matched'] ?? []);
                    claim("the word \"$word\", which only the activity \"$name\" holds, finds that activity",
                        (bool) preg_grep('~^mod/~', $links));
                    foreach ($links as $link) {
                        echo '        ', rtrim($hit['site']['url'], '/'), '/', $link, "\n";
                    }
                    return;
                }
            }
        }
    }
    echo "        not tried: the courses of the second site hold no activity with a word of its own\n";
}

claim_kept_words($sites, $parts);

/** Looks from another site for words that the courses say must not leave theirs. */
function claim_kept_words(array $sites, array $parts): void {
    foreach (['b' => 'a', 'c' => 'b'] as $key => $asking) {
        foreach ($parts[$key] as $course) {
            foreach ($course['never'] ?? [] as $what => $words) {
                $found = hit_of(ask($sites[$asking], 'search', "--words={$words[0]}"), $sites[$key], $course['id']);
                claim("{$sites[$asking]['name']} does not find \"{$words[0]}\" of {$sites[$key]['name']} ($what)", $found === null);
            }
        }
    }
}

$statistics = ask($sites['a'], 'statistics');
claim('the statistics count ' . ($statistics['sites'] ?? 0) . ' sites with '
    . ($statistics['figures']['courses']['sum'] ?? 0) . ' courses', ($statistics['sites'] ?? 0) === $all
    && ($statistics['figures']['courses']['sum'] ?? 0) >= count($courses));

claim_stopped_site($sites, $embedded, $parts);
claim_withdrawn_course($sites, $embedded, $parts);
exit($failed ? 1 : 0);

/** Stops the second Moodle: its courses are found all the same. */
function claim_stopped_site(array $sites, array $embedded, array $parts): void {
    $course = current(array_filter($parts['b'], 'is_listed'));
    if (!$course) {
        return;
    }
    [$words, $lang] = one_language($course['title'], $course['lang'] ?? 'en');
    $words = mb_substr($words, 0, 200);
    claim("{$sites['b']['name']} is stopped", harness($sites['b'], 'stop'));
    foreach (['a', 'c'] as $key) {
        $answer = ask($sites[$key], 'search', "--words=$words", "--lang=$lang");
        claim("{$sites[$key]['name']} finds \"$words\" of it all the same",
            hit_of($answer, $sites['b'], $course['id']) !== null);
        echo '        ', who_was_asked($answer), "\n";
    }
    foreach (array_slice($embedded, -1) as $url) {
        claim("so does $url", in_array("{$sites['b']['url']} {$course['id']}", found_by_embedded($url, $words, $lang), true));
    }
    harness($sites['b'], 'start');
}

/** Hides a course of the third Moodle: nobody finds it any more. */
function claim_withdrawn_course(array $sites, array $embedded, array $parts): void {
    $listed = array_filter($parts['c'], 'is_listed');
    $course = end($listed);
    if (!$course) {
        return;
    }
    [$words, $lang] = one_language($course['title'], $course['lang'] ?? 'en');
    $words = mb_substr($words, 0, 200);
    $finds = fn(array $by): bool => hit_of(ask($by, 'search', "--words=$words", "--lang=$lang"), $sites['c'], $course['id']) !== null;
    $finders = function () use ($sites, $embedded, $course, $words, $lang, $finds): array {
        $wanted = "{$sites['c']['url']} {$course['id']}";
        $embedded = array_filter($embedded, fn($url) => in_array($wanted, found_by_embedded($url, $words, $lang), true));
        return [...array_keys(array_filter($sites, $finds)), ...$embedded];
    };
    $all = count($sites) + count($embedded);
    claim("all $all sites find \"$words\" of {$sites['c']['name']}", count($finders()) === $all);
    $hidden = harness($sites['c'], 'php', 'local/courseglue/tests/network/change.php', 'hide', $course['id'])
        && harness($sites['c'], 'tasks');
    $finders = $finders();
    claim("it is hidden there, and none of the $all sites finds it any more"
        . ($finders ? ', but ' . implode(', ', $finders) : ''), $hidden && $finders === []);
}
