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

namespace local_courseglue\local\search;

use local_courseglue\local\calendar_date;

/**
 * One course that was found, ready for a template.
 *
 * Everything in a record was written by another site: it leaves this class as plain text, which templates escape,
 * and as links that {@see remote_link} built.
 *
 * @package    local_courseglue
 * @copyright  2026 The CourseGlue authors
 * @license    https://www.gnu.org/copyleft/gpl.html GNU GPL v3 or later
 */
final class result {
    /** @var int Characters of the summary. */
    private const SUMMARY = 260;

    /** @var int Sections and activities that are named at once. */
    private const MATCHES = 3;

    /** @var array The record. */
    private readonly array $record;

    /** @var array The site: name, address, url, country, lang. */
    private readonly array $site;

    /** @var string The record's language. */
    private readonly string $lang;

    /**
     * Constructor.
     *
     * @param array $hit as the engine returns it
     * @param word_marker $marker
     * @param string $reader the reader's language
     * @param bool $own whether it is a course of this very site
     */
    public function __construct(
        /** @var array */
        private readonly array $hit,
        /** @var word_marker */
        private readonly word_marker $marker,
        /** @var string */
        private readonly string $reader,
        /** @var bool */
        private readonly bool $own = false,
    ) {
        $this->record = (array) ($hit['record'] ?? []);
        $this->site = (array) ($hit['site'] ?? []);
        $this->lang = (string) ($this->record['lang'] ?? '');
    }

    /**
     * The context of the template local_courseglue/search_result.
     *
     * @return array
     */
    public function export(): array {
        $title = $this->choose($this->record['fullname'] ?? null)
            ?? $this->choose($this->record['shortname'] ?? null)
            ?? new localised_text((string) ($this->record['id'] ?? ''), $this->lang);
        $summary = $this->choose($this->record['summary'] ?? null);
        $access = (string) ($this->record['access'] ?? '');
        $matches = $this->matches();
        $more = count($matches) - self::MATCHES;
        return [
            'recordid' => (string) ($this->hit['recordid'] ?? ''),
            'title' => $title->export($this->marker),
            'url' => $this->link((string) ($this->record['link'] ?? '')),
            'site' => $this->site_context(),
            'own' => $this->own,
            'language' => $this->languages(),
            'access' => $access === '' ? null : ['label' => access::label($access), 'icon' => access::icon($access)],
            'summary' => $summary?->export($this->marker, self::SUMMARY),
            'category' => $this->category(),
            'licence' => licence::label($this->record['licence'] ?? null),
            'dates' => $this->dates(),
            'contact' => self::text($this->record['contact'] ?? null),
            'hasmatches' => $matches !== [],
            'matches' => array_slice($matches, 0, self::MATCHES),
            'morematches' => $more > 0 ? [
                'label' => get_string('morematches', 'local_courseglue', $more),
                'matches' => array_slice($matches, self::MATCHES),
            ] : null,
        ];
    }

    /**
     * The site that offers the course.
     *
     * @return array{name: string, address: string, country: string|null, url: string|null}
     */
    private function site_context(): array {
        $address = (string) ($this->site['address'] ?? '');
        $country = (string) ($this->site['country'] ?? '');
        return [
            'name' => self::text($this->site['name'] ?? null) ?? $address,
            'address' => $address,
            'country' => $country === '' ? null : (get_string_manager()->get_list_of_countries(true)[$country] ?? $country),
            'url' => $this->link(''),
        ];
    }

    /**
     * The languages that the course is in: its own, and those of its name.
     *
     * @return string
     */
    private function languages(): string {
        $names = $this->record['fullname'] ?? null;
        $langs = array_unique([$this->lang, ...(is_array($names) ? array_map('strval', array_keys($names)) : [])]);
        $known = array_diff($langs, ['', 'und']);
        return implode(', ', array_map(localised_text::language_name(...), $known ?: ['und']));
    }

    /**
     * The sections and activities that the query found inside the course.
     *
     * @return array[]
     */
    private function matches(): array {
        $contents = (array) ($this->record['contents'] ?? []);
        $matches = [];
        foreach ((array) ($this->hit['matched'] ?? []) as $index) {
            $content = $contents[$index] ?? null;
            $name = is_array($content) ? $this->choose($content['name'] ?? null) : null;
            if ($name === null) {
                continue;
            }
            $matches[] = [
                'name' => $name->export($this->marker),
                'type' => content_type::label((string) ($content['type'] ?? '')),
                'url' => $this->link((string) ($content['link'] ?? '')),
            ];
        }
        return $matches;
    }

    /**
     * The path of categories, from the top.
     *
     * @return array{lang: string, dir: string, text: string}|null
     */
    private function category(): ?array {
        $path = array_filter(array_map($this->choose(...), (array) ($this->record['category'] ?? [])));
        if ($path === []) {
            return null;
        }
        $last = end($path);
        return [
            'lang' => $last->lang,
            'dir' => $last->direction(),
            'text' => implode(' / ', array_map(static fn($category) => $category->text, $path)),
        ];
    }

    /**
     * The dates of the course, by the calendar of its owner.
     *
     * @return string|null
     */
    private function dates(): ?string {
        $start = (int) ($this->record['start'] ?? 0);
        $end = (int) ($this->record['end'] ?? 0);
        $dates = [
            'start' => $start > 0 ? calendar_date::shown($start) : null,
            'end' => $end > 0 ? calendar_date::shown($end) : null,
        ];
        return match (true) {
            $start > 0 && $end > 0 => get_string('datesboth', 'local_courseglue', $dates),
            $end > 0 => get_string('datesend', 'local_courseglue', $dates),
            $start > 0 => get_string('datesstart', 'local_courseglue', $dates),
            default => null,
        };
    }

    /**
     * A text of the record in the best language for the reader.
     *
     * @param mixed $texts
     * @return localised_text|null
     */
    private function choose(mixed $texts): ?localised_text {
        return localised_text::choose($texts, $this->reader, $this->lang);
    }

    /**
     * The whole address of a link of the record.
     *
     * @param string $relative
     * @return string|null
     */
    private function link(string $relative): ?string {
        return remote_link::build((string) ($this->site['url'] ?? ''), $relative);
    }

    /**
     * A text that is not empty.
     *
     * @param mixed $text
     * @return string|null
     */
    private static function text(mixed $text): ?string {
        return is_string($text) && trim($text) !== '' ? trim($text) : null;
    }
}
