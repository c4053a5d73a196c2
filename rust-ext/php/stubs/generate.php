<?php
// This file is part of CourseGlue.
//
// CourseGlue is free software: you can redistribute it and/or modify it under the terms of the GNU General Public
// License as published by the Free Software Foundation, either version 3 of the License, or (at your option) any
// later version. It comes without any warranty; see <https://www.gnu.org/licenses/>.

/**
 * Writes the stub of the extension, for editors and static analysis: signatures from the loaded extension, texts
 * from the Rust sources.
 *
 *     php -d extension=target/release/libcourseglue.so rust-ext/php/stubs/generate.php [--check]
 *
 * With --check nothing is written, and the exit status is 1 when the stub on disk is out of date.
 *
 * @copyright 2026 the CourseGlue developers
 * @license   https://www.gnu.org/licenses/gpl-3.0.html GNU GPL v3 or later
 */

declare(strict_types=1);

if (!extension_loaded('courseglue')) {
    fwrite(STDERR, "The extension courseglue is not loaded: php -d extension=…/libcourseglue.so {$argv[0]}\n");
    exit(2);
}

$file = __DIR__ . '/courseglue.stub.php';
$stub = stub(new ReflectionExtension('courseglue'), rust_texts(__DIR__ . '/../src'));
if (!in_array('--check', $argv, true)) {
    file_put_contents($file, $stub);
} else if (!is_file($file) || file_get_contents($file) !== $stub) {
    fwrite(STDERR, "$file is out of date: run {$argv[0]} without --check and commit what it writes.\n");
    exit(1);
}

/**
 * The whole stub.
 *
 * @param ReflectionExtension $extension
 * @param array<string, string[]> $texts lines of text by class, or class::member
 * @return string
 */
function stub(ReflectionExtension $extension, array $texts): string {
    $parts = ["<?php\n\n// Written by generate.php from the extension courseglue: do not edit.\n\nnamespace CourseGlue;\n"];
    foreach ($extension->getClasses() as $class) {
        $parts[] = "\n" . class_stub($class, $texts);
    }
    return implode('', $parts);
}

/**
 * One class.
 *
 * @param ReflectionClass $class
 * @param array<string, string[]> $texts
 * @return string
 */
function class_stub(ReflectionClass $class, array $texts): string {
    $name = $class->getShortName();
    $parent = $class->getParentClass();
    $extends = $parent ? ' extends ' . local_name('\\' . $parent->getName()) : '';
    $members = [];
    foreach ($class->getReflectionConstants() as $constant) {
        $value = var_export($constant->getValue(), true);
        $members[] = doc($texts["$name::{$constant->getName()}"] ?? [], '    ')
            . "    public const {$constant->getName()} = $value;\n";
    }
    $methods = $class->getMethods();
    usort($methods, fn(ReflectionMethod $a, ReflectionMethod $b): int => $b->isConstructor() <=> $a->isConstructor());
    foreach ($methods as $method) {
        if ($method->getDeclaringClass()->getName() === $class->getName()) {
            $members[] = doc($texts["$name::{$method->getName()}"] ?? [], '    ') . '    ' . signature($method) . " {}\n";
        }
    }
    $final = $class->isFinal() ? 'final ' : '';
    return doc($texts[$name] ?? [], '') . "{$final}class $name$extends {" . ($members ? "\n" : '')
        . implode("\n", $members) . "}\n";
}

/**
 * A method without its body.
 *
 * @param ReflectionMethod $method
 * @return string
 */
function signature(ReflectionMethod $method): string {
    $parameters = array_map(
        fn(ReflectionParameter $parameter): string => trim($parameter->getType() . ' $' . $parameter->getName()),
        $method->getParameters()
    );
    $static = $method->isStatic() ? 'static ' : '';
    $type = $method->getReturnType();
    return "public {$static}function {$method->getName()}(" . implode(', ', $parameters) . ')' . ($type ? ": $type" : '');
}

/**
 * A comment of these lines; sentences on what is thrown become tags.
 *
 * @param string[] $lines
 * @param string $indent
 * @return string
 */
function doc(array $lines, string $indent): string {
    if (!$lines) {
        return '';
    }
    $comment = '';
    foreach ($lines as $line) {
        $line = preg_replace_callback('/^Throws `([^`]+)`/', fn(array $found): string => '@throws '
            . local_name('\\' . $found[1]), $line);
        $line = preg_replace_callback('/`(CourseGlue\\\\\w+)`/', fn(array $found): string => '{@see '
            . local_name('\\' . $found[1]) . '}', $line);
        $comment .= rtrim("$indent * $line") . "\n";
    }
    return "$indent/**\n$comment$indent */\n";
}

/**
 * A class's name as it is written in the namespace CourseGlue.
 *
 * @param string $name
 * @return string
 */
function local_name(string $name): string {
    return preg_replace('/^\\\\CourseGlue\\\\/', '', $name);
}

/**
 * The texts over exported classes and their members in the Rust sources.
 *
 * @param string $directory
 * @return array<string, string[]>
 */
function rust_texts(string $directory): array {
    $texts = [];
    foreach (glob("$directory/*.rs") as $file) {
        $class = null;
        $text = [];
        foreach (file($file, FILE_IGNORE_NEW_LINES) as $line) {
            $line = trim($line);
            if (preg_match('~^/// ?(.*)$~', $line, $found)) {
                $text[] = $found[1];
            } else if (preg_match('/^#\[php\(name = "CourseGlue\\\\\\\\(\w+)"\)\]$/', $line, $found)) {
                $class = $found[1];
                $texts[$class] = $text;
            } else if ($class !== null && preg_match('/^pub (?:fn|const) (\w+)/', $line, $found)) {
                $texts["$class::" . member_name($found[1])] = $text;
                $text = [];
            } else if (!str_starts_with($line, '#')) {
                $text = [];
            }
        }
    }
    return $texts + exception_texts("$directory/exceptions.rs");
}

/**
 * The texts over the functions that make exceptions, by the class that they throw.
 *
 * @param string $file
 * @return array<string, string[]>
 */
function exception_texts(string $file): array {
    $source = file_get_contents($file);
    preg_match_all('/let (\w+) = ClassBuilder::new\("CourseGlue\\\\\\\\(\w+)"\)/', $source, $classes, PREG_SET_ORDER);
    $texts = [];
    foreach ($classes as [, $variable, $class]) {
        $static = strtoupper($variable);
        if (preg_match("~/// ([^\n]+)\npub fn \w+\([^)]*\) -> PhpException \{\n\s+exception\(&$static,~", $source, $found)) {
            $texts[$class] = [$found[1]];
        }
    }
    return $texts;
}

/**
 * A member's name in PHP: constants stay, methods become camel case.
 *
 * @param string $name
 * @return string
 */
function member_name(string $name): string {
    if (strtoupper($name) === $name || str_starts_with($name, '__')) {
        return $name;
    }
    return lcfirst(str_replace('_', '', ucwords($name, '_')));
}
