<?php
/**
 * Whether each crate uses only crates below it, and no modules of a crate import each other in a circle.
 *
 * Usage: php check_rooms.php REPOSITORY
 */

declare(strict_types=1);

/** The crates from the bottom up. */
const FLOORS = ['text', 'sketch', 'protocol', 'frozen', 'table', 'index', 'core', 'transport', 'view', 'php', 'sim'];

/** Modules that are there for tests alone. */
const TESTS = '~(^|::)(tests|vectors|samples)$~';

/**
 * The paths that a `use` brings in: `a::{b, c::{d}}` is `a::b` and `a::c::d`.
 *
 * @return string[]
 */
function paths(string $use): array {
    $use = trim($use);
    if (!preg_match('~^(.*?)\{(.*)\}$~s', $use, $match)) {
        return [preg_replace(['~ as .*~s', '~::self$~'], '', $use)];
    }
    $parts = preg_split('~,(?![^{]*\})~', $match[2], -1, PREG_SPLIT_NO_EMPTY);
    $nested = array_map(fn(string $part): array => trim($part) === '' ? [] : paths($match[1] . trim($part)), $parts);
    return array_merge([], ...$nested);
}

/**
 * The modules of a crate without their comments and tests: code by path, '' for the crate itself.
 *
 * @return array<string, string>
 */
function modules(string $directory): array {
    $modules = [];
    foreach (new RecursiveIteratorIterator(new RecursiveDirectoryIterator($directory, FilesystemIterator::SKIP_DOTS)) as $file) {
        $name = str_replace('/', '::', substr($file->getPathname(), strlen($directory) + 1, -3));
        if ($file->getExtension() === 'rs' && !preg_match(TESTS, $name)) {
            $code = preg_replace('~^#\[cfg\(test\)\]\n(?:pub(?:\(crate\))? )?mod \w+ \{.*~sm', '', file_get_contents($file->getPathname()));
            // A library and its program are one crate to what is below them.
            $name = in_array($name, ['lib', 'main'], true) ? '' : $name;
            $modules[$name] = ($modules[$name] ?? '') . preg_replace('~//[^\n]*~', '', $code);
        }
    }
    return $modules;
}

/** Joins a module's path and a name in it. */
function below(string $module, string $name): string {
    return $module === '' ? $name : "$module::$name";
}

/**
 * Which modules each module imports. What a module only passes on from its children is no import of its own, and a module in
 * another one's folder is a part of that one.
 *
 * @param array<string, string> $modules
 * @return array<string, string[]>
 */
function imports(array $modules): array {
    $passed = $found = [];
    foreach ($modules as $module => $code) {
        preg_match_all('~(pub(?:\([^)]*\))? )?\buse ([^;]+);~', $code, $uses, PREG_SET_ORDER);
        foreach ($uses as [, $public, $use]) {
            foreach (paths($use) as $path) {
                $first = strtok($path, ':');
                if (isset($modules[below($module, $first)])) {
                    if ($public !== '') {
                        $parts = explode('::', $path);
                        $passed[$module][end($parts)] = below($module, implode('::', array_slice($parts, 0, -1)));
                    } else {
                        $found[$module][] = below($module, $path);
                    }
                } else if (in_array($first, ['crate', 'super', 'self'], true)) {
                    $found[$module][] = absolute($module, $path);
                }
            }
        }
        $rest = preg_replace('~(pub(?:\([^)]*\))? )?\buse [^;]+;~', '', $code);
        preg_match_all('~\b(?:crate|super)(?:::\w+)+~', $rest, $inline);
        foreach ($inline[0] as $path) {
            $found[$module][] = absolute($module, $path);
        }
        preg_match_all('~(?<![:\w])([a-z_]\w*)::\w+~', $rest, $inline);
        foreach ($inline[1] as $name) {
            if (isset($modules[below($module, $name)])) {
                $found[$module][] = below($module, $name);
            }
        }
    }
    foreach ($found as $module => $paths) {
        $targets = array_map(fn(string $path): string => where($path, $modules, $passed), $paths);
        $isother = fn(string $target): bool => $target !== '' && !str_starts_with("$module::", "$target::");
        $found[$module] = array_values(array_unique(array_filter($targets, $isother)));
    }
    return $found;
}

/** A path in full: without `crate`, `super` and `self`. */
function absolute(string $module, string $path): string {
    $parts = explode('::', $path);
    $base = $module === '' ? [] : explode('::', $module);
    if ($parts[0] === 'crate') {
        return implode('::', array_slice($parts, 1));
    }
    while ($parts && in_array($parts[0], ['super', 'self'], true)) {
        if (array_shift($parts) === 'super') {
            array_pop($base);
        }
    }
    return implode('::', [...$base, ...$parts]);
}

/**
 * The module in which a path ends, through what modules pass on.
 *
 * @param array<string, string> $modules
 * @param array<string, array<string, string>> $passed
 */
function where(string $path, array $modules, array $passed): string {
    $at = '';
    foreach (explode('::', $path) as $name) {
        if (isset($modules[below($at, $name)])) {
            $at = below($at, $name);
            continue;
        }
        for ($steps = 0; $steps < 5 && isset($passed[$at][$name]) && isset($modules[$passed[$at][$name]]); $steps++) {
            $at = $passed[$at][$name];
        }
        break;
    }
    return $at;
}

/**
 * A circle of imports that a module is in.
 *
 * @param array<string, string[]> $imports
 * @return string[]|null the modules from the first to the first again
 */
function circle(string $from, array $imports): ?array {
    $queue = [[$from]];
    $seen = [];
    while ($way = array_shift($queue)) {
        foreach ($imports[end($way)] ?? [] as $next) {
            if ($next === $from) {
                return [...$way, $from];
            }
            if (!isset($seen[$next])) {
                $seen[$next] = true;
                $queue[] = [...$way, $next];
            }
        }
    }
    return null;
}

$repository = $argv[1] ?? dirname(__DIR__, 3);
$wrong = [];
foreach (FLOORS as $floor => $crate) {
    preg_match_all('~^courseglue-(\w+) = ~m', file_get_contents("$repository/rust-ext/$crate/Cargo.toml"), $uses);
    foreach (array_diff($uses[1], array_slice(FLOORS, 0, $floor)) as $used) {
        if ($used !== $crate) {
            $wrong[] = "crate \"$crate\" uses \"$used\", which is not below it";
        }
    }
    $imports = imports(modules("$repository/rust-ext/$crate/src"));
    $told = [];
    foreach (array_keys($imports) as $module) {
        $circle = circle((string) $module, $imports);
        if ($circle !== null && !array_intersect($circle, $told)) {
            $told = [...$told, ...$circle];
            $wrong[] = "crate \"$crate\" imports in a circle: " . implode(' -> ', array_map(fn($name) => $name ?: 'the crate', $circle));
        }
    }
}
echo implode("\n", $wrong), $wrong ? "\n" : '';
exit($wrong ? 1 : 0);
