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

/**
 * The plugin calls the extension from the folder of the engine alone.
 *
 * @package    local_courseglue
 * @copyright  2026 The CourseGlue authors
 * @license    https://www.gnu.org/copyleft/gpl.html GNU GPL v3 or later
 * @coversNothing
 */
final class engine_folder_test extends \basic_testcase {
    /**
     * The PHP code of a file without its comments.
     *
     * @param string $path
     * @return string
     */
    private static function code(string $path): string {
        $isshown = fn(\PhpToken $token): bool => !$token->is([T_COMMENT, T_DOC_COMMENT]);
        return implode('', array_filter(\PhpToken::tokenize(file_get_contents($path)), $isshown));
    }

    public function test_only_the_engine_s_folder_touches_the_extension_s_classes(): void {
        $plugin = dirname(__DIR__);
        $inside = fn(\SplFileInfo $file): bool => $file->getPathname() !== __DIR__;
        $files = new \RecursiveDirectoryIterator($plugin, \FilesystemIterator::SKIP_DOTS);
        $folders = [];
        foreach (new \RecursiveIteratorIterator(new \RecursiveCallbackFilterIterator($files, $inside)) as $file) {
            if ($file->getExtension() === 'php' && preg_match('~\bCourseGlue\\\\+[A-Z]~', self::code($file->getPathname()))) {
                $folders[] = substr($file->getPath(), strlen($plugin) + 1);
            }
        }
        $this->assertSame(['classes/local/engine'], array_values(array_unique($folders)));
    }
}
