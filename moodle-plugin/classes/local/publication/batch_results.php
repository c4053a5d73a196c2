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

use local_courseglue\local\engine\engine;
use local_courseglue\local\store\delivery_store;
use local_courseglue\local\store\publication_store;

/**
 * Notes how the courses of a batch went: each is published, withdrawn, postponed to a later run, or has to be sent once more.
 *
 * @package    local_courseglue
 * @copyright  2026 The CourseGlue authors
 * @license    https://www.gnu.org/copyleft/gpl.html GNU GPL v3 or later
 */
final class batch_results {
    /** @var bool|null whether sites join at the moment, so that a course that no home takes waits for no longer than before */
    private ?bool $settling = null;

    /** @var int[] courses to send a second time, because a home holds something newer */
    private array $outdated = [];

    /**
     * The results of the batches of one run.
     *
     * @param engine $engine
     * @param publishing_report $report
     */
    public function __construct(
        /** @var engine knows whether sites join at the moment */
        private readonly engine $engine,
        /** @var publishing_report counts the courses */
        private readonly publishing_report $report,
    ) {
    }

    /**
     * Notes the result of each item of a batch.
     *
     * @param array[] $items by record id
     * @param array[] $results by record id, as {@see engine::publish} gives them
     */
    public function note(array $items, array $results): void {
        foreach ($items as $recordid => $item) {
            $result = $results[$recordid] ?? [];
            $newer = $this->newer_seq($result);
            if ($newer !== null && $newer >= (int) $item['seq']) {
                delivery_store::raise_seq($item['courseid'], $newer);
                if (!in_array($item['courseid'], $this->outdated, true)) {
                    $this->outdated[] = $item['courseid'];
                    continue;
                }
            }
            if (($result['state'] ?? null) === 'published') {
                $this->accept($item, (int) ($result['homes'] ?? 0));
            } else {
                $homes = $item['type'] === 'record' ? (int) ($result['homes'] ?? 0) : 0;
                $this->postpone($item['courseid'], $result['problem'] ?? null, $homes);
            }
        }
    }

    /**
     * Has a course wait for a later run.
     *
     * @param int $courseid
     * @param string|null $problem a sentence
     * @param int $homes at how many sites its record has arrived nevertheless
     */
    public function postpone(int $courseid, ?string $problem, int $homes = 0): void {
        $problem = $problem === null ? null : \core_text::substr($problem, 0, 255);
        delivery_store::note_postponed($courseid, $problem, !$this->is_settling(), $homes);
        $this->report->pending++;
        if ($problem !== null) {
            $this->report->add_problem($problem);
        }
    }

    /**
     * The courses to send a second time, because a home holds something newer.
     *
     * @return int[] course ids
     */
    public function outdated(): array {
        return $this->outdated;
    }

    /**
     * Whether sites join at the moment; asked once.
     *
     * @return bool
     */
    public function is_settling(): bool {
        return $this->settling ??= $this->engine->is_settling();
    }

    /**
     * Notes that an item is stored at all of its homes. If the seq of the course was raised meanwhile, the next run sends it again.
     *
     * @param array $item
     * @param int $homes at how many sites
     */
    private function accept(array $item, int $homes): void {
        if ((int) publication_store::get($item['courseid'])?->seq !== (int) $item['seq']) {
            $this->postpone($item['courseid'], null);
            return;
        }
        if ($item['type'] === 'record') {
            delivery_store::note_published($item['courseid'], $item['terms'], $homes);
            $this->report->published++;
            return;
        }
        $item['gone'] ? delivery_store::forget($item['courseid']) : delivery_store::note_withdrawn($item['courseid']);
        $this->report->withdrawn++;
    }

    /**
     * The seq of the newer item that came back with a refused write. A site with a restored database learns it from that.
     *
     * @param array $result
     * @return int|null null when there is none
     */
    private function newer_seq(array $result): ?int {
        $newer = json_decode((string) ($result['newer']['body'] ?? ''), true);
        $seq = $newer['seq'] ?? null;
        return is_int($seq) ? $seq : null;
    }
}
