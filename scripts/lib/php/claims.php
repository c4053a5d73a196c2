<?php
// Part of CourseGlue, GPL v3 or later.

/**
 * Asks the sites of a running network, each by its own command line, whether what the demo promises is true.
 *
 * Words to search are taken from the courses themselves, so that the claims hold for any file of courses.
 * Usage: php claims.php NETWORK.json COURSES.jsonl; exit status 0 only if every claim held
 */

$sites = json_decode(file_get_contents($argv[1]), true, 32, JSON_THROW_ON_ERROR)['sites'];
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

/** Where a site is found in an answer, the first hit that fits. */
function hit_of(array $answer, array $site, ?string $shortname = null): ?array {
    foreach ($answer['hits'] ?? [] as $hit) {
        $same = $shortname === null || in_array($shortname, $hit['record']['shortname'] ?? [], true);
        if ($hit['site']['name'] === $site['name'] && $same) {
            return $hit;
        }
    }
    return null;
}

foreach ($sites as $key => $site) {
    $status = ask($site, 'status');
    claim("{$site['name']} knows " . ($status['sites'] ?? 0) . ' sites', ($status['sites'] ?? 0) === count($sites));
}

// A whole title of the other site, searched from the first: everybody writes into the network what others look for.
foreach (['b', 'c'] as $key) {
    foreach ($parts[$key] as $course) {
        if (($course['access'] ?? 'open') === 'institution' || (!empty($course['end']) && strtotime($course['end']) < time())) {
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
    . ($statistics['figures']['courses']['sum'] ?? 0) . ' courses', ($statistics['sites'] ?? 0) === count($sites)
    && ($statistics['figures']['courses']['sum'] ?? 0) >= count($courses));
exit($failed ? 1 : 0);
