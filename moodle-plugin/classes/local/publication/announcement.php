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

use core\context\course as course_context;
use core\message\message;
use core_user;
use html_writer;
use stdClass;

/**
 * Tells teachers that courses of theirs will be shared without anybody having chosen it: once, with the way to say no.
 *
 * A teacher of several such courses gets one notification.
 *
 * @package    local_courseglue
 * @copyright  2026 The CourseGlue authors
 * @license    https://www.gnu.org/copyleft/gpl.html GNU GPL v3 or later
 */
final class announcement {
    /** @var string Name of the message provider. */
    public const PROVIDER = 'sharing';

    /** @var int Courses that one notification names. */
    private const MAX_NAMED = 20;

    /**
     * An announcement under a policy.
     *
     * @param policy $policy
     */
    public function __construct(
        /** @var policy says how long courses wait */
        private readonly policy $policy,
    ) {
    }

    /**
     * Tells the teachers of some courses.
     *
     * @param stdClass[] $courses rows of the course table
     */
    public function tell(array $courses): void {
        $teachers = [];
        $taught = [];
        foreach ($courses as $course) {
            $context = course_context::instance((int) $course->id, IGNORE_MISSING);
            if (!$context) {
                continue;
            }
            foreach (get_enrolled_users($context, permission::COURSE, 0, 'u.*', null, 0, 0, true) as $teacher) {
                $teachers[$teacher->id] = $teacher;
                $taught[$teacher->id][] = $course;
            }
        }
        foreach ($teachers as $id => $teacher) {
            try {
                message_send($this->message($teacher, $taught[$id]));
            } catch (\Throwable $e) {
                // One mailbox that is broken keeps neither the other teachers from being told nor courses from being sent.
                debugging("CourseGlue could not notify user {$id}: " . $e->getMessage(), DEBUG_DEVELOPER);
            }
        }
    }

    /**
     * The notification of one teacher, in their language.
     *
     * @param stdClass $teacher
     * @param stdClass[] $courses
     * @return message
     */
    private function message(stdClass $teacher, array $courses): message {
        global $CFG;
        $before = force_current_language($teacher->lang ?: $CFG->lang);
        try {
            $names = array_map(
                fn(stdClass $course): string => format_string(
                    $course->fullname,
                    true,
                    ['context' => course_context::instance((int) $course->id), 'escape' => false],
                ),
                $courses,
            );
            $kind = $this->policy->grace ? 'waiting' : 'shared';
            $about = (object) [
                'site' => format_string(
                    get_site()->fullname,
                    true,
                    ['context' => \core\context\system::instance(), 'escape' => false],
                ),
                'date' => userdate(time() + $this->policy->grace, '', $teacher->timezone),
                'count' => count($courses),
                'course' => $names[0],
            ];
            $message = new message();
            $message->component = 'local_courseglue';
            $message->name = self::PROVIDER;
            $message->userfrom = core_user::get_noreply_user();
            $message->userto = $teacher;
            $message->notification = 1;
            $number = count($courses) === 1 ? 'one' : 'many';
            $message->subject = get_string("notification:{$kind}_{$number}", 'local_courseglue', $about);
            $text = get_string("notification:{$kind}_text", 'local_courseglue', $about);
            $advice = get_string('notification:advice', 'local_courseglue');
            $message->smallmessage = $message->subject;
            $message->fullmessageformat = FORMAT_HTML;
            $message->fullmessage = $text . "\n\n" . $this->plain_list($courses, $names) . "\n\n" . $advice;
            $message->fullmessagehtml = html_writer::tag('p', s($text)) . $this->html_list($courses, $names)
                . html_writer::tag('p', s($advice));
            $message->contexturl = navigation::url((int) $courses[0]->id)->out(false);
            $message->contexturlname = $names[0];
            $message->courseid = (int) $courses[0]->id;
            return $message;
        } finally {
            force_current_language($before);
        }
    }

    /**
     * The courses with the addresses of their pages, as text.
     *
     * @param stdClass[] $courses
     * @param string[] $names
     * @return string
     */
    private function plain_list(array $courses, array $names): string {
        $lines = array_map(
            fn(stdClass $course, string $name): string => "- {$name}: " . navigation::url((int) $course->id)->out(false),
            array_slice($courses, 0, self::MAX_NAMED),
            array_slice($names, 0, self::MAX_NAMED),
        );
        return implode("\n", [...$lines, ...$this->unnamed($courses)]);
    }

    /**
     * The courses with links to their pages, as HTML.
     *
     * @param stdClass[] $courses
     * @param string[] $names
     * @return string
     */
    private function html_list(array $courses, array $names): string {
        $items = array_map(
            fn(stdClass $course, string $name): string => html_writer::link(navigation::url((int) $course->id), s($name)),
            array_slice($courses, 0, self::MAX_NAMED),
            array_slice($names, 0, self::MAX_NAMED),
        );
        return html_writer::alist([...$items, ...array_map(s(...), $this->unnamed($courses))]);
    }

    /**
     * A sentence with the number of courses that the notification does not name.
     *
     * @param stdClass[] $courses
     * @return string[] a sentence or none
     */
    private function unnamed(array $courses): array {
        $more = count($courses) - self::MAX_NAMED;
        return $more > 0 ? [get_string('notification:more', 'local_courseglue', $more)] : [];
    }
}
