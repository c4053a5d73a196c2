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

namespace CourseGlue\Tests;

use CourseGlue\Node;
use CourseGlue\SettingsException;
use PHPUnit\Framework\TestCase;

require_once(__DIR__ . '/Site.php');

/**
 * Settings: what a node needs to know, and how it says that something is wrong.
 *
 * @copyright  2026 The CourseGlue authors
 * @license    https://www.gnu.org/copyleft/gpl.html GNU GPL v3 or later
 */
final class SettingsTest extends TestCase {
    public static function tearDownAfterClass(): void {
        Site::clean();
    }

    public function test_a_node_is_made_without_a_view_and_without_a_secret(): void {
        $this->assertSame(-1, Site::make('a.example')->node(['secret' => null])->revision());
    }

    /**
     * Each of them is refused by name.
     *
     * @dataProvider bad_settings
     * @param string $settings
     * @param string $message
     */
    public function test_bad_settings_are_named(string $settings, string $message): void {
        $this->expectException(SettingsException::class);
        $this->expectExceptionMessageMatches($message);
        new Node($settings);
    }

    public static function bad_settings(): array {
        $good = ['network' => 'test', 'address' => 'a.example', 'scheme' => 'https', 'viewdir' => '/tmp/none', 'secret' => null,
            'serving' => false, 'allowhttp' => false, 'blockedhosts' => [], 'allowedports' => []];
        $with = fn(array $changes): string => json_encode($changes + $good);
        return [
            'not JSON' => ['nonsense', '/settings cannot be read/'],
            'not an object' => ['[]', '/settings cannot be read/'],
            'not UTF-8' => ["{\"network\":\"\xff\"}", '/\$settings is not valid UTF-8 at byte 12/'],
            'no address' => [json_encode(array_diff_key($good, ['address' => 1])), '/address/'],
            'an address that is not canonical' => [$with(['address' => 'A.example/']), '/canonical/'],
            'a scheme that is none' => [$with(['scheme' => 'gopher']), '/gopher/'],
            'a secret that is none' => [$with(['secret' => 'abc']), '/secret key is not 32 bytes/'],
            'a network without a name' => [$with(['network' => '']), '/network/'],
            'a port that is none' => [$with(['allowedports' => [70000]]), '/70000/'],
        ];
    }

    public function test_a_file_of_root_certificates_that_cannot_be_used_is_named(): void {
        $site = Site::make('a.example');
        foreach (['/nowhere/roots.pem' => 'cannot be read', __FILE__ => 'no certificate'] as $file => $message) {
            try {
                $site->node(['cafile' => $file])->join('https://b.example', $site->entry());
                $this->fail('no exception');
            } catch (SettingsException $exception) {
                $this->assertStringContainsString($file, $exception->getMessage());
                $this->assertStringContainsString($message, $exception->getMessage());
            }
        }
    }

    public function test_a_proxy_of_an_unknown_type_is_named(): void {
        $site = Site::make('a.example');
        $proxy = ['host' => '127.0.0.1', 'port' => 3128, 'type' => 'GOPHER', 'user' => '', 'password' => '', 'bypass' => []];
        $this->expectException(SettingsException::class);
        $this->expectExceptionMessage('GOPHER');
        $site->node(['proxy' => $proxy])->join('https://b.example', $site->entry());
    }
}
