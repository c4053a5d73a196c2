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

namespace local_courseglue\local\engine;

/**
 * A guide to install the PHP extension on this server: the versions that it has to fit, and three lines to copy.
 *
 * @package    local_courseglue
 * @copyright  2026 The CourseGlue authors
 * @license    https://www.gnu.org/copyleft/gpl.html GNU GPL v3 or later
 */
final class extension_guide {
    /** @var string name of the file that is loaded */
    private const FILE = 'courseglue.so';

    /** @var string name of the file with the line that loads it, where a directory is read */
    private const INI = '90-courseglue.ini';

    /**
     * Constructor.
     *
     * @param string $php version of PHP, as 8.2
     * @param bool $threadsafe whether PHP was built for threads
     * @param string $system family of the operating system
     * @param string $machine architecture
     * @param string $bindir where PHP's programs are
     * @param string $directory where PHP looks for extensions
     * @param string[] $inifiles those that the line goes into: this server's, and the command line's
     * @param bool $isappended whether these hold other settings already
     */
    public function __construct(
        /** @var string version of PHP, as 8.2 */
        private readonly string $php,
        /** @var bool whether PHP was built for threads */
        private readonly bool $threadsafe,
        /** @var string family of the operating system */
        private readonly string $system,
        /** @var string architecture */
        private readonly string $machine,
        /** @var string where PHP's programs are */
        private readonly string $bindir,
        /** @var string where PHP looks for extensions */
        private readonly string $directory,
        /** @var string[] those that the line goes into: this server's, and the command line's */
        private readonly array $inifiles,
        /** @var bool whether these hold other settings already */
        private readonly bool $isappended
    ) {
    }

    /**
     * For the PHP that runs this.
     *
     * @return self
     */
    public static function here(): self {
        $scanned = self::scanned(getenv('PHP_INI_SCAN_DIR'));
        $inifiles = $scanned
            ? array_map(fn(string $directory): string => $directory . '/' . self::INI, self::siblings(end($scanned)))
            : [php_ini_loaded_file() ?: PHP_CONFIG_FILE_PATH . '/php.ini'];
        return new self(
            PHP_MAJOR_VERSION . '.' . PHP_MINOR_VERSION,
            (bool) PHP_ZTS,
            PHP_OS_FAMILY,
            php_uname('m'),
            PHP_BINDIR,
            ini_get('extension_dir') ?: PHP_EXTENSION_DIR,
            $inifiles,
            !$scanned,
        );
    }

    /**
     * The PHP and the system that the extension has to fit.
     *
     * @return string
     */
    public function server(): string {
        return get_string('extension:server', 'local_courseglue', (object) [
            'php' => $this->php,
            'threads' => get_string($this->threadsafe ? 'extension:threadsafe' : 'extension:notthreadsafe', 'local_courseglue'),
            'system' => $this->system,
            'machine' => $this->machine,
            'directory' => $this->directory,
        ]);
    }

    /**
     * Why no extension can be had for this server.
     *
     * @return string|null null when one can
     */
    public function problem(): ?string {
        return match (true) {
            $this->system !== 'Linux' => get_string('extension:needslinux', 'local_courseglue'),
            $this->threadsafe => get_string('extension:needsnts', 'local_courseglue'),
            default => null,
        };
    }

    /**
     * The lines to copy: build it, put it in its place, have it loaded.
     *
     * @return string[] none where it cannot be had
     */
    public function lines(): array {
        if ($this->problem() !== null) {
            return [];
        }
        $program = fn(string $name): string => self::argument(
            $this->bindir . '/' . $name . (@is_file("{$this->bindir}/{$name}{$this->php}") ? $this->php : '')
        );
        $target = self::argument($this->directory . '/' . self::FILE);
        $tee = 'sudo tee ' . ($this->isappended ? '-a ' : '') . implode(' ', array_map([self::class, 'argument'], $this->inifiles));
        return [
            "PHP={$program('php')} PHP_CONFIG={$program('php-config')} cargo build --release --locked -p courseglue-php",
            "sudo install -m 0644 target/release/libcourseglue.so {$target}",
            "echo 'extension=courseglue' | {$tee}",
        ];
    }

    /**
     * The context of the template local_courseglue/extension_guide.
     *
     * @return array
     */
    public function export(): array {
        $lines = $this->lines();
        return [
            'server' => $this->server(),
            'problem' => $this->problem(),
            'haslines' => (bool) $lines,
            'lines' => implode("\n", $lines),
        ];
    }

    /**
     * The same for the command line.
     *
     * @return string
     */
    public function text(): string {
        $problem = $this->problem();
        $parts = $problem !== null ? [$this->server(), $problem] : [
            $this->server(),
            get_string('extension:steps', 'local_courseglue'),
            '    ' . implode("\n    ", $this->lines()),
            get_string('extension:restart', 'local_courseglue'),
        ];
        return implode("\n\n", $parts);
    }

    /**
     * The directories that PHP reads its settings from, beside the one file.
     *
     * @param string|false $named what the environment says in place of PHP's own; false where it says nothing
     * @return string[]
     */
    private static function scanned(string|false $named): array {
        if ($named === '') {
            // None at all.
            return [];
        }
        $directories = explode(PATH_SEPARATOR, $named === false ? PHP_CONFIG_FILE_SCAN_DIR : $named);
        // An empty one among several stands for PHP's own.
        $directories = array_map(fn(string $directory): string => $directory ?: PHP_CONFIG_FILE_SCAN_DIR, $directories);
        return array_values(array_filter($directories, 'strlen'));
    }

    /**
     * The directories of all of PHP's programs, where each has one of its own: the web server's and the command line's.
     *
     * @param string $directory this program's
     * @return string[]
     */
    private static function siblings(string $directory): array {
        if (!preg_match('~^(.*/)(fpm|cli|cgi|apache2)(/conf\.d)/?$~', $directory, $parts)) {
            return [rtrim($directory, '/')];
        }
        $programs = array_unique([$parts[2], 'cli', 'fpm', 'apache2']);
        $directories = array_map(fn(string $program): string => $parts[1] . $program . $parts[3], $programs);
        return array_values(array_filter(
            $directories,
            fn(string $sibling): bool => $sibling === rtrim($directory, '/') || @is_dir($sibling),
        ));
    }

    /**
     * A word of a command.
     *
     * @param string $word
     * @return string
     */
    private static function argument(string $word): string {
        return preg_match('~^[\w./@%+=:-]+$~', $word) ? $word : escapeshellarg($word);
    }
}
