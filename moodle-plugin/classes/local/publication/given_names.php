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

namespace local_courseglue\local\publication;

use cm_info;
use core_text;

/**
 * Tells names that a person gave to activities from names that Moodle made up, of their content or of what they are.
 *
 * A label without a title is called by the beginning of its text, a file that was dropped into a course by the file's name,
 * and what nobody named at all by its kind.
 *
 * @package    local_courseglue
 * @copyright  2026 The CourseGlue authors
 * @license    https://www.gnu.org/copyleft/gpl.html GNU GPL v3 or later
 */
final class given_names {
    /** @var string[] Modules that Moodle makes of a single file. */
    private const OF_A_FILE = ['h5pactivity', 'imscp', 'resource', 'scorm'];

    /** @var string[] File areas in which such a file is. */
    public const FILE_AREAS = ['content', 'package', 'backup'];

    /** @var int Letters and digits that a made up name and its text have in common, at least, where neither is the whole other. */
    private const TELLING = 20;

    /** @var int Characters of a text that Moodle makes a name of, before the dots. */
    private const CUT = 50;

    /** @var string[][] module → names of its kind in every language of the site, as {@see self::plain()} has them */
    private static array $kinds = [];

    /** @var string[][] id of the course module → texts and names of files that Moodle could have made its name of */
    private array $sources = [];

    /**
     * The names of some activities of a course.
     *
     * @param cm_info[] $cms
     */
    public function __construct(array $cms) {
        $bymodule = [];
        $files = [];
        foreach ($cms as $cm) {
            if (self::has_no_page($cm->modname)) {
                $bymodule[$cm->modname][(int) $cm->instance] = (int) $cm->id;
            } else if (self::is_of_a_file($cm->modname)) {
                $files[(int) $cm->context->id] = (int) $cm->id;
            }
        }
        foreach ($bymodule as $module => $instances) {
            $this->read_texts($module, $instances);
        }
        $this->read_files($files);
    }

    /**
     * Whether a person named the activity.
     *
     * @param cm_info $cm
     * @return bool
     */
    public function is_given(cm_info $cm): bool {
        $name = self::plain($cm->name);
        if (self::has_no_page($cm->modname) && (!preg_match('~\p{L}{2}~u', $name) || $name === "{$cm->modname}{$cm->instance}")) {
            return false;
        }
        // Its text may have changed since.
        if (self::has_no_page($cm->modname) && preg_match('~^.{' . self::CUT . ',}\.\.\.\s*$~su', $cm->name)) {
            return false;
        }
        foreach (multilang::parse($cm->name) as $text) {
            if (in_array(self::plain($text), self::kinds($cm->modname), true)) {
                return false;
            }
        }
        foreach ($this->sources[(int) $cm->id] ?? [] as $source) {
            if (self::is_made_of($cm->name, $source)) {
                return false;
            }
        }
        return true;
    }

    /**
     * Whether a section's name is none of those that Moodle gives to subsections.
     *
     * @param string $name
     * @return bool
     */
    public static function is_given_to_section(string $name): bool {
        return !in_array(self::plain($name), self::kinds('subsection'), true);
    }

    /**
     * The fields that hold the text of which the name of such an activity may have been made.
     *
     * @param string $module
     * @return string[]
     */
    public static function fields(string $module): array {
        $has = self::has_no_page($module) && plugin_supports('mod', $module, FEATURE_MOD_INTRO, false);
        return $has ? ['intro', 'introformat'] : [];
    }

    /**
     * Whether Moodle makes activities of this kind of a single file.
     *
     * @param string $module
     * @return bool
     */
    public static function is_of_a_file(string $module): bool {
        return in_array($module, self::OF_A_FILE, true);
    }

    /**
     * Reads the texts that stand on the course page, of activities that have no page of their own.
     *
     * @param string $module
     * @param int[] $instances instance → course module
     */
    private function read_texts(string $module, array $instances): void {
        global $DB;
        $fields = self::fields($module);
        if (!$fields) {
            return;
        }
        $fields = implode(', ', ['id', ...$fields]);
        foreach ($DB->get_records_list($module, 'id', array_keys($instances), '', $fields) as $row) {
            $html = plain_text::to_html((string) $row->intro, (int) $row->introformat);
            $languages = array_values(multilang::parse($html));
            $texts = array_map(self::plain(...), [strip_tags($html), plain_text::from_html($html), ...$languages]);
            preg_match_all('~(?:src|href|alt)\s*=\s*["\'](?:[^"\']*/)?([^"\'/?]+)~i', $html, $files);
            foreach ($files[1] as $file) {
                $texts = [...$texts, ...self::file_names(rawurldecode($file))];
            }
            $this->sources[$instances[(int) $row->id]] = array_filter($texts, fn(string $text): bool => $text !== '');
        }
    }

    /**
     * Reads the names of the files that activities were made of.
     *
     * @param int[] $contexts context → course module
     */
    private function read_files(array $contexts): void {
        global $DB;
        if (!$contexts) {
            return;
        }
        [$in, $params] = $DB->get_in_or_equal(array_keys($contexts));
        [$inareas, $areas] = $DB->get_in_or_equal(self::FILE_AREAS);
        $components = array_map(fn(string $module): string => "mod_{$module}", self::OF_A_FILE);
        [$incomponents, $components] = $DB->get_in_or_equal($components);
        $files = $DB->get_recordset_select(
            'files',
            "contextid {$in} AND filearea {$inareas} AND component {$incomponents} AND filepath = '/' AND filename <> '.'",
            [...$params, ...$areas, ...$components],
            '',
            'id, contextid, filename',
        );
        foreach ($files as $file) {
            $cmid = $contexts[(int) $file->contextid];
            $this->sources[$cmid] = [...$this->sources[$cmid] ?? [], ...self::file_names($file->filename)];
        }
        $files->close();
    }

    /**
     * The name that Moodle gives to an activity that is made of a file.
     *
     * @param string $filename
     * @return string[]
     */
    private static function file_names(string $filename): array {
        return [self::plain($filename), self::plain(preg_replace('~(?<=.)\.[^.]*$~', '', $filename))];
    }

    /**
     * Whether a name is a text, or the beginning of one.
     *
     * @param string $name
     * @param string $source as {@see self::plain()} has it
     * @return bool
     */
    private static function is_made_of(string $name, string $source): bool {
        // Filters had their say when the name was made: it may be of one language alone.
        foreach ([$name, ...array_values(multilang::parse($name))] as $text) {
            $plain = self::plain($text);
            $iscut = str_ends_with(rtrim($text), '...') && $plain !== '' && str_starts_with($source, $plain);
            $common = core_text::substr($plain, 0, self::TELLING);
            $begins = core_text::strlen($common) === self::TELLING && str_starts_with($source, $common);
            if ($plain === $source || $iscut || $begins) {
                return true;
            }
        }
        return false;
    }

    /**
     * The names that Moodle gives to what nobody named.
     *
     * @param string $module
     * @return string[]
     */
    private static function kinds(string $module): array {
        if (!isset(self::$kinds[$module])) {
            $strings = get_string_manager();
            // A page may well be called a page by a person; a label has to be called nothing at all.
            $identifiers = ['quickcreatename', 'namenews', ...self::has_no_page($module) ? ['modulename'] : []];
            self::$kinds[$module] = [];
            foreach (array_keys($strings->get_list_of_translations()) as $language) {
                foreach ($identifiers as $identifier) {
                    if ($strings->string_exists($identifier, "mod_{$module}")) {
                        self::$kinds[$module][] = self::plain($strings->get_string($identifier, "mod_{$module}", null, $language));
                    }
                }
            }
        }
        return self::$kinds[$module];
    }

    /**
     * Whether activities of a module are nothing but what stands on the course page.
     *
     * @param string $module
     * @return bool
     */
    private static function has_no_page(string $module): bool {
        return (bool) plugin_supports('mod', $module, FEATURE_NO_VIEW_LINK, false);
    }

    /**
     * The letters and digits of a text alone: what stands between them differs with how Moodle takes markup out.
     *
     * @param string $text HTML or plain text
     * @return string
     */
    private static function plain(string $text): string {
        $text = html_entity_decode(strip_tags($text), ENT_QUOTES | ENT_HTML5, 'UTF-8');
        return preg_replace('~[^\p{L}\p{M}\p{N}]+~u', '', core_text::strtolower(fix_utf8($text))) ?? '';
    }
}
