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

namespace local_courseglue;

use local_courseglue\local\calendar_date;
use local_courseglue\local\search\result;
use local_courseglue\local\search\word_marker;

/**
 * A date is the same day for its owner and for every reader.
 *
 * @package    local_courseglue
 * @category   test
 * @copyright  2026 The CourseGlue authors
 * @license    https://www.gnu.org/copyleft/gpl.html GNU GPL v3 or later
 * @covers     \local_courseglue\local\calendar_date
 * @covers     \local_courseglue\local\search\result
 */
final class calendar_date_test extends \advanced_testcase {
    /**
     * Where owners and readers are.
     *
     * @return array
     */
    public static function zones(): array {
        $zones = ['Pacific/Kiritimati', 'Asia/Kolkata', 'Europe/Madrid', 'UTC', 'America/New_York', 'Pacific/Pago_Pago'];
        $cases = [];
        foreach ($zones as $owner) {
            foreach ($zones as $reader) {
                $cases["from {$owner} to {$reader}"] = [$owner, $reader];
            }
        }
        return $cases;
    }

    /**
     * The first and the last minute of a day are that day.
     *
     * @dataProvider zones
     * @param string $owner
     * @param string $reader
     */
    public function test_a_date_is_its_owner_s_everywhere(string $owner, string $reader): void {
        $this->resetAfterTest();
        $this->setTimezone($owner, $owner);
        $dates = ['start' => make_timestamp(2027, 3, 28), 'end' => make_timestamp(2027, 7, 1, 23, 59)];
        $dates = array_map(calendar_date::of_owner(...), $dates);

        $this->setTimezone($reader, $reader);
        $this->setUser($this->getDataGenerator()->create_user(['timezone' => $reader]));
        $marker = new word_marker('', 'en', fn(): array => []);
        $this->assertSame('28 March 2027 to 1 July 2027', (new result(['record' => $dates], $marker, 'en'))->export()['dates']);
    }

    public function test_a_time_zone_forced_on_everybody_is_the_owner_s(): void {
        global $CFG;
        $this->resetAfterTest();
        $this->setTimezone('America/New_York');
        $midnight = make_timestamp(2027, 3, 1, 0, 0, 0, 'Europe/Madrid');
        $this->assertSame('28 February 2027', calendar_date::shown(calendar_date::of_owner($midnight)));
        $CFG->forcetimezone = 'Europe/Madrid';
        $this->assertSame('1 March 2027', calendar_date::shown(calendar_date::of_owner($midnight)));
    }
}
