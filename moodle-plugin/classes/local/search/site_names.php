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

/**
 * Names of sites by node id: from the results where they tell, else from this site's own table.
 *
 * @package    local_courseglue
 * @copyright  2026 The CourseGlue authors
 * @license    https://www.gnu.org/copyleft/gpl.html GNU GPL v3 or later
 */
final class site_names {
    /** @var array<string, string> Node id => name. */
    private array $names = [];

    /**
     * Constructor.
     *
     * @param array[] $hits of the engine's answer
     * @param string[] $nodeids whose names will be asked for
     */
    public function __construct(array $hits, array $nodeids) {
        foreach ($hits as $hit) {
            $name = (string) ($hit['site']['name'] ?? '');
            if ($name !== '') {
                $this->names[(string) $hit['nodeid']] = $name;
            }
        }
        $missing = array_values(array_diff(array_map('strval', $nodeids), array_keys($this->names)));
        if ($missing !== []) {
            $this->read(array_slice($missing, 0, 200));
        }
    }

    /**
     * The name of a site.
     *
     * @param string $nodeid
     * @return string
     */
    public function of(string $nodeid): string {
        return $this->names[$nodeid] ?? substr($nodeid, 0, 8) . '…';
    }

    /**
     * Reads names from the descriptors that this site keeps.
     *
     * @param string[] $nodeids
     */
    private function read(array $nodeids): void {
        global $DB;
        foreach ($DB->get_records_list('local_courseglue_sites', 'nodeid', $nodeids, '', 'nodeid, address, body') as $site) {
            $descriptor = json_decode((string) base64_decode($site->body), true);
            $name = is_array($descriptor) && is_string($descriptor['name'] ?? null) ? trim($descriptor['name']) : '';
            $this->names[$site->nodeid] = $name === '' ? $site->address : $name;
        }
    }
}
