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
 * The writer that is the PHP extension: arrays on this side, JSON text on the other.
 *
 * @package    local_courseglue
 * @copyright  2026 The CourseGlue authors
 * @license    https://www.gnu.org/copyleft/gpl.html GNU GPL v3 or later
 */
final class extension_view_writer implements view_writer {
    /** @var int the code of the extension's exception that says that somebody deleted the view while it was written */
    private const DELETED = 1;

    /**
     * Constructor.
     *
     * @param \CourseGlue\ViewWriter $writer
     */
    private function __construct(
        /** @var \CourseGlue\ViewWriter the extension's writer, which holds the lock */
        private readonly \CourseGlue\ViewWriter $writer
    ) {
    }

    /**
     * Takes the writers' lock.
     *
     * @param string $directory of the view
     * @return self|null null where another process writes
     */
    public static function lock(string $directory): ?self {
        try {
            $writer = \CourseGlue\ViewWriter::lock($directory);
        } catch (\CourseGlue\Exception $e) {
            throw self::failure($e);
        }
        return $writer === null ? null : new self($writer);
    }

    /**
     * Writes how other sites are answered without the full boot. It takes no lock.
     *
     * @param string $directory of the view
     * @param array $settings
     */
    public static function settings(string $directory, array $settings): void {
        try {
            \CourseGlue\ViewWriter::settings($directory, extension_json::encode($settings));
        } catch (\CourseGlue\Exception $e) {
            throw self::failure($e);
        }
    }

    #[\Override]
    public function state(): ?array {
        try {
            return json_decode($this->writer->state() ?? 'null', true);
        } catch (\CourseGlue\Exception $e) {
            throw self::failure($e);
        }
    }

    #[\Override]
    public function rebuild(): void {
        try {
            $this->writer->rebuild();
        } catch (\CourseGlue\Exception $e) {
            throw self::failure($e);
        }
    }

    #[\Override]
    public function row(array $change): void {
        try {
            $this->writer->row(extension_json::encode($change));
        } catch (\CourseGlue\Exception $e) {
            throw self::failure($e);
        }
    }

    #[\Override]
    public function commit(int $revision, int $caughtup): bool {
        try {
            return $this->writer->commit($revision, $caughtup);
        } catch (\CourseGlue\Exception $e) {
            throw self::failure($e);
        }
    }

    #[\Override]
    public function compact(): void {
        try {
            $this->writer->compact();
        } catch (\CourseGlue\Exception $e) {
            throw self::failure($e);
        }
    }

    /**
     * The extension's exception as ours.
     *
     * @param \CourseGlue\Exception $e
     * @return view_failure
     */
    private static function failure(\CourseGlue\Exception $e): view_failure {
        return new view_failure($e->getMessage(), $e->getCode() === self::DELETED);
    }
}
