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
use course_modinfo;
use section_info;
use stdClass;

/**
 * The sections and activities of a course that anybody may know of, in the order of the course.
 *
 * Only what is visible, on the course page, not being deleted, under no availability rule of its own, its section or a
 * parent, in no group mode, and seen by a guest, whose role may be overridden anywhere. Nothing depends on the current user.
 * Both count when somebody named them: "Topic 3" helps nobody, and what Moodle calls a label is the label's text.
 *
 * @package    local_courseglue
 * @copyright  2026 The CourseGlue authors
 * @license    https://www.gnu.org/copyleft/gpl.html GNU GPL v3 or later
 */
final class contents {
    /** @var int More never fit into a record. */
    private const MAX_ENTRIES = 300;

    /** @var int Subsections hold no subsections; a damaged course shall not send us round in circles. */
    private const MAX_DEPTH = 3;

    /** @var array[] what was found so far: type, name and link each */
    private array $entries = [];

    /** @var given_names which activities a person named */
    private readonly given_names $names;

    /**
     * A reader of one course.
     *
     * @param course_modinfo $modinfo
     * @param string $language
     */
    private function __construct(
        /** @var course_modinfo the course's structure, as a guest has it */
        private readonly course_modinfo $modinfo,
        /** @var string the course's language, '' when it does not say */
        private readonly string $language,
    ) {
        $this->names = new given_names(array_filter($modinfo->cms, $this->shows_activity(...)));
    }

    /**
     * The course's public contents.
     *
     * @param stdClass $course a row of the course table
     * @return array[] each with type ("section" or the module's name), name (language → text) and link
     */
    public static function of(stdClass $course): array {
        $contents = new self(get_fast_modinfo($course, guest_user()->id), multilang::key((string) $course->lang));
        foreach ($contents->modinfo->get_section_info_all() as $section) {
            if (!$section->is_delegated()) {
                $contents->add_section($section, 0);
            }
        }
        return array_slice($contents->entries, 0, self::MAX_ENTRIES);
    }

    /**
     * Adds a section and what is in it.
     *
     * @param section_info $section
     * @param int $depth of subsections
     */
    private function add_section(section_info $section, int $depth): void {
        if (!$this->shows_section($section) || $depth > self::MAX_DEPTH || count($this->entries) >= self::MAX_ENTRIES) {
            return;
        }
        if (given_names::is_given_to_section((string) $section->name)) {
            $this->add('section', (string) $section->name, $this->section_link($section));
        }
        foreach ($this->modinfo->sections[$section->sectionnum] ?? [] as $cmid) {
            $cm = $this->modinfo->cms[$cmid];
            if (!$this->shows_activity($cm)) {
                continue;
            }
            if ($cm->modname === 'subsection') {
                $subsection = $this->modinfo->get_section_info_by_component('mod_subsection', (int) $cm->instance);
                if ($subsection !== null) {
                    $this->add_section($subsection, $depth + 1);
                }
                continue;
            }
            $this->add_activity($cm, $section);
        }
    }

    /**
     * Adds an activity.
     *
     * @param cm_info $cm
     * @param section_info $section where it is
     */
    private function add_activity(cm_info $cm, section_info $section): void {
        if (!$this->names->is_given($cm)) {
            return;
        }
        // A label has no page of its own.
        $link = plugin_supports('mod', $cm->modname, FEATURE_NO_VIEW_LINK, false)
            ? $this->section_link($section) . "#module-{$cm->id}"
            : "mod/{$cm->modname}/view.php?id={$cm->id}";
        $this->add($cm->modname, $cm->name, $link);
    }

    /**
     * Adds an entry, if it has a name.
     *
     * @param string $type
     * @param string $name as it is in the database
     * @param string $link
     */
    private function add(string $type, string $name, string $link): void {
        $names = multilang::parse($name, $this->language);
        if ($names) {
            $this->entries[] = ['type' => $type, 'name' => $names, 'link' => $link];
        }
    }

    /**
     * Whether everybody may know of the section.
     *
     * @param section_info $section
     * @return bool
     */
    private function shows_section(section_info $section): bool {
        return $section->visible && !$this->has_rule($section->availability) && !$section->is_orphan();
    }

    /**
     * Whether everybody may know of the activity, and a guest's own role allows it; its section left aside.
     *
     * @param cm_info $cm
     * @return bool
     */
    private function shows_activity(cm_info $cm): bool {
        return $cm->visible
            && $cm->visibleoncoursepage
            && !$cm->deletioninprogress
            && !$this->has_rule($cm->availability)
            && (int) $cm->effectivegroupmode === NOGROUPS
            && $this->has_place_on_course_page($cm->modname)
            && $cm->uservisible;
    }

    /**
     * Whether there is an availability rule.
     *
     * @param string|null $availability JSON
     * @return bool
     */
    private function has_rule(?string $availability): bool {
        $tree = json_decode((string) $availability);
        return $availability !== null && $availability !== '' && !(isset($tree->c) && $tree->c === []);
    }

    /**
     * Whether activities of this kind are on course pages at all: question banks of Moodle 5 are not.
     *
     * @param string $modname
     * @return bool
     */
    private function has_place_on_course_page(string $modname): bool {
        return !defined('FEATURE_CAN_DISPLAY') || plugin_supports('mod', $modname, FEATURE_CAN_DISPLAY, true);
    }

    /**
     * The link to the section.
     *
     * @param section_info $section
     * @return string relative to the site's address
     */
    private function section_link(section_info $section): string {
        $course = $this->modinfo->get_course();
        return course_format_uses_sections($course->format)
            ? "course/section.php?id={$section->id}"
            : "course/view.php?id={$course->id}";
    }
}
