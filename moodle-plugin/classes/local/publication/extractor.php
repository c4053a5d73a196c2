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

use core_tag_tag;
use local_courseglue\local\calendar_date;
use stdClass;

/**
 * Reads from a course what its record says: no user's view of it, no user's record, and nothing that a person is reached by.
 *
 * @package    local_courseglue
 * @copyright  2026 The CourseGlue authors
 * @license    https://www.gnu.org/copyleft/gpl.html GNU GPL v3 or later
 */
final class extractor {
    /** @var int Characters of a summary in one language: a record has no room for more, and the engine cuts further. */
    private const MAX_SUMMARY = 4096;

    /** @var access how a visitor gets in */
    private readonly access $access;

    /** @var described_fields what courses are about */
    private readonly described_fields $fields;

    /** @var category_paths the categories above courses */
    private readonly category_paths $categories;

    /**
     * An extractor for one policy.
     *
     * @param policy $policy
     */
    public function __construct(
        /** @var policy what was consented to */
        private readonly policy $policy,
    ) {
        $this->access = new access();
        $this->fields = new described_fields();
        $this->categories = new category_paths();
    }

    /**
     * The course as content of a record; the language is null, and that of a text '', where the course does not say it.
     *
     * @param stdClass $course a row of the course table
     * @param bool $shared whether a teacher or manager shared this very course after the preview
     * @return array the record's body without site and seq
     */
    public function extract(stdClass $course, bool $shared = false): array {
        return $this->read($course, $shared)->content;
    }

    /**
     * The course as content of a record, and what was taken out of it.
     *
     * @param stdClass $course a row of the course table
     * @param bool $shared whether a teacher or manager shared this very course after the preview
     * @return extraction
     */
    public function read(stdClass $course, bool $shared): extraction {
        $redactor = new redactor();
        $content = $redactor->content($this->written($course, $shared));
        // A name that is nothing but an address is none, and a record has to have one.
        $content['fullname'] = $content['fullname'] ?: $content['shortname'] ?: [multilang::UNKNOWN => '…'];
        $content['summary'] = array_map(
            fn(string $text): string => plain_text::cut($text, self::MAX_SUMMARY),
            $content['summary'],
        );
        return new extraction($content, $redactor->found());
    }

    /**
     * The course as its people wrote it.
     *
     * @param stdClass $course a row of the course table
     * @param bool $shared whether a teacher or manager shared this very course after the preview
     * @return array
     */
    private function written(stdClass $course, bool $shared): array {
        $id = (int) $course->id;
        $language = multilang::key((string) $course->lang);
        $access = $this->access->of($id);
        $reveals = $this->policy->reveals_contents($access, $shared);
        return [
            'id' => self::local_id($id),
            'lang' => $language === multilang::UNKNOWN ? null : $language,
            'fullname' => multilang::parse((string) $course->fullname, $language),
            'shortname' => multilang::parse((string) $course->shortname, $language),
            'summary' => $this->summary($course, $language),
            'category' => $this->category((int) $course->category, $language),
            'tags' => $reveals ? $this->tags($id) : [],
            ...$this->fields->of($course, $language),
            'format' => (string) $course->format,
            'start' => self::date((int) $course->startdate),
            'end' => self::date((int) $course->enddate),
            'access' => $access,
            'backup' => $this->policy->backups,
            'contact' => null,
            'link' => "course/view.php?id={$id}",
            'contents' => $reveals ? contents::of($course) : [],
        ];
    }

    /**
     * A course's id in the network, below the site's address.
     *
     * @param int $courseid
     * @return string
     */
    public static function local_id(int $courseid): string {
        return "course/{$courseid}";
    }

    /**
     * A day as records carry it.
     *
     * @param int $moment Unix s, 0 for none
     * @return int|null
     */
    private static function date(int $moment): ?int {
        return $moment > 0 ? calendar_date::of_owner($moment) : null;
    }

    /**
     * The course's summary.
     *
     * @param stdClass $course
     * @param string $language
     * @return string[] language → plain text
     */
    private function summary(stdClass $course, string $language): array {
        return multilang::parse(plain_text::to_html((string) $course->summary, (int) $course->summaryformat), $language);
    }

    /**
     * The names of the categories above the course, from the root down.
     *
     * @param int $categoryid
     * @param string $language
     * @return array[] language → plain text, each
     */
    private function category(int $categoryid, string $language): array {
        $names = array_map(
            fn(stdClass $category): array => multilang::parse((string) $category->name, $language),
            $this->categories->of($categoryid),
        );
        return array_values(array_filter($names));
    }

    /**
     * The course's tags, as they were written.
     *
     * @param int $courseid
     * @return string[]
     */
    private function tags(int $courseid): array {
        $tags = array_map(
            fn(core_tag_tag $tag): string => plain_text::from_html(filter_tags::without((string) $tag->rawname)),
            array_values(core_tag_tag::get_item_tags('core', 'course', $courseid)),
        );
        $tags = array_values(array_unique(array_filter($tags, fn(string $tag): bool => $tag !== '')));
        sort($tags);
        return $tags;
    }
}
