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
 * Gives the engine: the extension where it is loaded and fits, else one that says what is missing.
 *
 * @package    local_courseglue
 * @copyright  2026 The CourseGlue authors
 * @license    https://www.gnu.org/copyleft/gpl.html GNU GPL v3 or later
 */
final class engine_factory {
    /** @var int the ABI of the extension that this plugin is written for */
    public const ABI = extension_endpoint::ABI;

    /** @var engine|null the engine of this request */
    private static ?engine $engine = null;

    /** @var bool whether a test put its own engine in place */
    private static bool $replaced = false;

    /**
     * The engine, made with this site's present settings and key.
     *
     * @return engine
     */
    public static function get(): engine {
        if (self::$engine === null) {
            $problem = self::problem();
            self::$engine = $problem === null ? new extension_engine() : new missing_engine($problem);
        }
        return self::$engine;
    }

    /**
     * Why there is no engine to work with.
     *
     * @return string|null 'missing', 'abi', or null when all is well
     */
    public static function problem(): ?string {
        if (self::$replaced) {
            return self::$engine instanceof missing_engine ? self::$engine->problem : null;
        }
        if (!class_exists('\CourseGlue\Node', false)) {
            return 'missing';
        }
        return \CourseGlue\Node::ABI === self::ABI ? null : 'abi';
    }

    /**
     * Forgets the engine, so that the next one knows changed settings, or a key that was made or dropped.
     */
    public static function reset(): void {
        if (!self::$replaced) {
            self::$engine = null;
        }
    }

    /**
     * Puts another engine in place, for tests.
     *
     * @param engine|null $engine null for the real one again
     */
    public static function replace(?engine $engine): void {
        self::$engine = $engine;
        self::$replaced = $engine !== null;
    }
}
