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

namespace local_courseglue\output;

use local_courseglue\local\calendar_date;
use local_courseglue\local\engine\engine_factory;
use local_courseglue\local\engine\failure;
use local_courseglue\local\obstacle;
use local_courseglue\local\publication\described_fields;
use local_courseglue\local\publication\extractor;
use local_courseglue\local\publication\policy;
use local_courseglue\local\publication\qualifier;
use local_courseglue\local\publication\redaction\kind;
use local_courseglue\local\publication\sharing_status;
use local_courseglue\local\search\access;
use local_courseglue\local\search\content_type;
use local_courseglue\local\search\licence;
use local_courseglue\local\search\localised_text;
use local_courseglue\local\store\choice_store;
use moodle_url;
use renderable;
use renderer_base;
use stdClass;
use templatable;

/**
 * Whether others find a course, why not, and exactly what other sites get to see of it.
 *
 * @package    local_courseglue
 * @copyright  2026 The CourseGlue authors
 * @license    https://www.gnu.org/copyleft/gpl.html GNU GPL v3 or later
 */
final class course_publication implements renderable, templatable {
    /** @var array The fields that a record leaves out where they are empty. */
    private const EMPTY = [
        'shortname' => [], 'summary' => [], 'category' => [], 'tags' => [], 'contents' => [], 'subject' => null, 'level' => null,
        'audience' => null, 'licence' => null, 'format' => '', 'start' => null, 'end' => null, 'backup' => false, 'contact' => null,
    ];

    /** @var string[] The codes of an unknown language, before and after the engine tried to detect it. */
    private const UNKNOWN = ['', 'und'];

    /** @var policy what the site agreed to */
    private readonly policy $policy;

    /**
     * The page of a course.
     *
     * @param stdClass $course a row of the course table
     * @param stdClass|null $row its publication
     * @param string $form the choice, rendered
     */
    public function __construct(
        /** @var stdClass a row of the course table */
        private readonly stdClass $course,
        /** @var stdClass|null its publication */
        private readonly ?stdClass $row,
        /** @var string the choice, rendered */
        private readonly string $form,
    ) {
        $this->policy = policy::current();
    }

    /**
     * The page's data.
     *
     * @param renderer_base $output
     * @return array
     */
    public function export_for_template(renderer_base $output): array {
        $status = sharing_status::of($this->policy, new qualifier($this->policy), $this->course, $this->row);
        // The preview shows the course as if it were shared: people can agree only to what they see.
        $extraction = (new extractor($this->policy))->read($this->course, true);
        $content = $extraction->content;
        $record = $this->record($content);
        $shown = ($record === null ? $content : json_decode($record['body'], true)) + self::EMPTY;
        return [
            'obstacle' => $this->obstacle(),
            'level' => $status->is_found() ? 'success' : 'info',
            'headline' => $status->headline(),
            'details' => $status->details(),
            'form' => $this->form,
            'size' => $record === null ? null : strlen($record['body']),
            'leftout' => $this->left_out($extraction->leftout),
            'heldback' => !$this->policy->reveals_contents($content['access'], choice_store::is_shared($this->row)),
            'cut' => count($content['contents']) - count($shown['contents']) ?: null,
            'facts' => $this->facts($shown),
            'contents' => array_map(fn(array $entry): array => [
                'type' => content_type::label($entry['type']),
                'texts' => $this->texts($entry['name']),
                'link' => $entry['link'],
                'url' => (new moodle_url('/' . $entry['link']))->out(false),
            ], $shown['contents']),
        ];
    }

    /**
     * The things that were taken out of the course's texts.
     *
     * @param string[][] $kinds kind → texts
     * @return array|null sentence, and kinds with their texts; null where nothing was
     */
    private function left_out(array $kinds): ?array {
        $count = array_sum(array_map('count', $kinds));
        if ($count === 0) {
            return null;
        }
        return [
            'sentence' => get_string($count === 1 ? 'publication:leftoutone' : 'publication:leftout', 'local_courseglue', $count),
            'kinds' => array_map(
                fn(string $kind, array $texts): array => ['name' => kind::label($kind), 'texts' => $texts],
                array_keys($kinds),
                $kinds,
            ),
        ];
    }

    /**
     * The course's record as it would be sent now; it is signed here and goes nowhere.
     *
     * @param array $content
     * @return array|null null where there is no engine, or no key yet, to make it with
     */
    private function record(array $content): ?array {
        try {
            return engine_factory::get()->record($content, (int) (microtime(true) * 1000));
        } catch (failure $e) {
            return null;
        }
    }

    /**
     * The reason why this site sends nothing.
     *
     * @return array|null the context of the template local_courseglue/notice
     */
    private function obstacle(): ?array {
        $obstacle = obstacle::find();
        $title = get_string('publication:obstacle', 'local_courseglue');
        return $obstacle === null ? null : ['title' => $title] + $obstacle->export();
    }

    /**
     * Everything about the course itself, one line a field.
     *
     * @param array $shown
     * @return array[]
     */
    private function facts(array $shown): array {
        $text = fn(?string $value): array => $value === null || $value === '' ? [] : [['text' => $value, 'language' => null]];
        $date = fn(?int $time): array => $text($time === null ? null : calendar_date::shown($time));
        $described = fn(string $name): array => $text(
            $shown[$name] === null ? null : described_fields::label($name, $shown[$name]),
        );
        $category = array_merge(...array_map(fn(array $names): array => $this->texts($names), $shown['category']));
        $facts = [
            [get_string('fullnamecourse'), $this->texts($shown['fullname'])],
            [get_string('shortnamecourse'), $this->texts($shown['shortname'])],
            [get_string('coursesummary'), $this->texts($shown['summary'])],
            [get_string('category'), $category],
            [get_string('tags'), $text(implode(', ', $shown['tags']))],
            [get_string('publication:subject', 'local_courseglue'), $described('subject')],
            [get_string('publication:level', 'local_courseglue'), $described('level')],
            [get_string('publication:audience', 'local_courseglue'), $described('audience')],
            [get_string('license'), $text(licence::label($shown['licence']))],
            [get_string('language'), $text($this->language((string) $shown['lang']))],
            [get_string('startdate'), $date($shown['start'])],
            [get_string('enddate'), $date($shown['end'])],
            [get_string('publication:access', 'local_courseglue'), $text(access::label($shown['access']))],
            [
                get_string('publication:backup', 'local_courseglue'),
                $text(get_string($shown['backup'] ? 'yes' : 'no')),
            ],
            [get_string('publication:link', 'local_courseglue'), $text($shown['link'])],
        ];
        $facts = array_filter($facts, fn(array $fact): bool => $fact[1] !== []);
        return array_map(fn(array $fact): array => ['name' => $fact[0], 'texts' => $fact[1]], array_values($facts));
    }

    /**
     * A text in its languages.
     *
     * @param array $texts language → text
     * @return array[] text, language and code, each
     */
    private function texts(array $texts): array {
        $list = [];
        foreach ($texts as $language => $text) {
            $name = $this->language((string) $language);
            $list[] = ['text' => $text, 'language' => $name, 'code' => $name === null ? null : $language];
        }
        return $list;
    }

    /**
     * A language's name.
     *
     * @param string $code
     * @return string|null null where nobody knows the language
     */
    private function language(string $code): ?string {
        return in_array($code, self::UNKNOWN, true) ? null : localised_text::language_name($code);
    }
}
