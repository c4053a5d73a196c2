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

namespace local_courseglue\local;

use context_system;
use local_courseglue\local\engine\engine_factory;
use local_courseglue\local\engine\extension_guide;
use local_courseglue\local\engine\failure;
use local_courseglue\local\identity\copy_guard;
use local_courseglue\local\membership\membership;
use moodle_url;

/**
 * The reason why the network cannot be searched, with what to do next, in words for the current user.
 *
 * Administrators get the link that helps; teachers are told what to ask their administrator for.
 *
 * @package    local_courseglue
 * @copyright  2026 The CourseGlue authors
 * @license    https://www.gnu.org/copyleft/gpl.html GNU GPL v3 or later
 */
final class obstacle {
    /**
     * Constructor.
     *
     * @param string $kind missing, abi, notjoined, left, copy or failed
     * @param string $detail a sentence for an administrator
     */
    private function __construct(
        /** @var string */
        public readonly string $kind,
        /** @var string */
        private readonly string $detail = '',
    ) {
    }

    /**
     * Finds the present reason.
     *
     * @return self|null null when nothing does
     */
    public static function find(): ?self {
        $problem = engine_factory::problem();
        if ($problem !== null) {
            return new self($problem, get_string('engine:' . $problem, 'local_courseglue'));
        }
        if (!membership::is_joined()) {
            $left = membership::left();
            $date = userdate((int) $left, get_string('strftimedate', 'langconfig'));
            return $left === null ? new self('notjoined') : new self('left', $date);
        }
        $copy = copy_guard::explanation();
        return $copy === null ? null : new self('copy', $copy);
    }

    /**
     * The engine could not answer.
     *
     * @param failure $failure
     * @return self
     */
    public static function failed(failure $failure): self {
        return new self('failed', $failure->getMessage());
    }

    /**
     * The context of the template local_courseglue/notice.
     *
     * @return array{level: string, title: string, text: string, url: string|null, label: string|null, blocking: bool,
     *         guide: array|null}
     */
    public function export(): array {
        $admin = has_capability('local/courseglue:manage', context_system::instance());
        $page = $admin ? $this->page() : null;
        return [
            'level' => in_array($this->kind, ['notjoined', 'left'], true) ? 'info' : 'warning',
            'title' => get_string('obstacle:' . $this->kind, 'local_courseglue'),
            'text' => get_string('obstacle:' . $this->kind . ($admin ? ':admin' : ':teacher'), 'local_courseglue', $this->detail),
            'url' => $page === null ? null : (new moodle_url($page))->out(false),
            'label' => $page === null ? null : get_string('obstacle:' . $this->kind . ':link', 'local_courseglue'),
            'blocking' => $this->kind !== 'failed',
            'guide' => $admin && in_array($this->kind, ['missing', 'abi'], true) ? extension_guide::here()->export() : null,
        ];
    }

    /**
     * The page that helps an administrator.
     *
     * @return string|null
     */
    private function page(): ?string {
        return match ($this->kind) {
            'notjoined', 'left', 'copy' => '/local/courseglue/join.php',
            'missing', 'abi' => has_capability('report/status:view', context_system::instance())
                ? '/report/status/index.php'
                : null,
            default => null,
        };
    }
}
