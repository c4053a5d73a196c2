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

use local_courseglue\local\description\description;
use local_courseglue\local\publication\category_policies;
use local_courseglue\local\publication\navigation;
use local_courseglue\local\publication\policy;
use local_courseglue\local\statistics\figures;
use local_courseglue\observer;

/**
 * The page of the plugin's settings.
 *
 * @package    local_courseglue
 * @copyright  2026 The CourseGlue authors
 * @license    https://www.gnu.org/copyleft/gpl.html GNU GPL v3 or later
 */
final class settings_page {
    /**
     * Builds the page.
     *
     * Users who may manage CourseGlue decide what the site publishes and says about itself. The settings about the server and about
     * logs are for users who may change the site's configuration.
     *
     * @param bool $full whether its settings are wanted, or only its place in the tree
     * @param bool $siteconfig whether the current user may change the site's configuration
     * @return \admin_settingpage
     */
    public static function build(bool $full, bool $siteconfig): \admin_settingpage {
        $page = new \admin_settingpage('local_courseglue_settings', self::text('page:settings'), 'local/courseglue:manage');
        if ($full) {
            $server = $siteconfig ? [...self::network(), ...self::log()] : [];
            foreach ([...self::publication(), ...self::statement(), ...$server] as $setting) {
                $page->add($setting);
            }
        }
        return $page;
    }

    /**
     * The settings of what is published. After a change of any of them every course is looked at again.
     *
     * @return \admin_setting[]
     */
    private static function publication(): array {
        $policies = [];
        foreach (policy::POLICIES as $policy) {
            $policies[$policy] = self::text('setting:policy_' . $policy);
        }
        $fields = [];
        foreach (description::FACTS as $name) {
            $fields[$name] = self::text('publication:' . $name);
        }
        $settings = [
            new \admin_setting_configselect(
                'local_courseglue/publishpolicy',
                self::text('setting:publishpolicy'),
                get_string('setting:publishpolicy_desc', 'local_courseglue') . self::categories(),
                policy::NONE,
                $policies
            ),
            new \admin_setting_configduration(
                'local_courseglue/graceperiod',
                self::text('setting:graceperiod'),
                self::text('setting:graceperiod_desc'),
                DAYSECS
            ),
            new \admin_setting_configcheckbox(...self::about('publishended'), defaultsetting: '0'),
            new \admin_setting_configcheckbox(...self::about('publishforcelogin'), defaultsetting: '0'),
            new \admin_setting_configcheckbox(...self::about('opencontents'), defaultsetting: '0'),
            new \admin_setting_configcheckbox(...self::about('backups'), defaultsetting: '0'),
            new \admin_setting_configmulticheckbox(...self::about('customfields'), defaultsetting: [], choices: $fields),
        ];
        foreach ($settings as $setting) {
            $setting->set_updatedcallback([observer::class, 'policy_changed']);
        }
        return $settings;
    }

    /**
     * The categories that decide for themselves, whatever the site's policy is.
     *
     * @return string HTML
     */
    private static function categories(): string {
        $links = [];
        foreach (array_keys(category_policies::current()->own()) as $id) {
            $category = \core_course_category::get($id, IGNORE_MISSING, true);
            if ($category) {
                $links[] = \html_writer::link(navigation::category_url((int) $id), $category->get_formatted_name());
            }
        }
        return $links ? ' ' . get_string('setting:categories', 'local_courseglue', implode(', ', $links)) : '';
    }

    /**
     * The settings of what the site says about itself.
     *
     * @return \admin_setting[]
     */
    private static function statement(): array {
        global $CFG;

        $figures = [];
        foreach (figures::NAMES as $name) {
            $figures[$name] = self::text('figure_' . $name);
        }
        $countries = ['' => get_string('choosedots')] + get_string_manager()->get_list_of_countries();
        return [
            new \admin_setting_configmulticheckbox(...self::about('sharefigures'), defaultsetting: [], choices: $figures),
            new \admin_setting_configselect(
                ...self::about('country'),
                defaultsetting: empty($CFG->country) ? '' : $CFG->country,
                choices: $countries
            ),
        ];
    }

    /**
     * The settings of how other sites are reached and answered. A change holds at once for answers without the full boot, too.
     *
     * @return \admin_setting[]
     */
    private static function network(): array {
        $settings = [
            new \admin_setting_configtext(
                ...self::about('network'),
                defaultsetting: 'courseglue',
                paramtype: '/^[A-Za-z0-9._-]{1,60}$/'
            ),
            new \admin_setting_configcheckbox(...self::about('allowhttp'), defaultsetting: '0'),
            new \admin_setting_configtext(...self::about('cafile'), defaultsetting: '', paramtype: PARAM_PATH),
            new \admin_setting_configtext(
                ...self::about('quota'),
                defaultsetting: settings_builder::QUOTA,
                paramtype: '/^[1-9][0-9]{0,5}$/'
            ),
            new \admin_setting_configtext(
                ...self::about('ratelimit'),
                defaultsetting: view_settings::LIMIT,
                paramtype: '/^(0|[1-9][0-9]{0,5})$/'
            ),
        ];
        foreach ($settings as $setting) {
            $setting->set_updatedcallback([observer::class, 'network_changed']);
        }
        return $settings;
    }

    /**
     * The setting of what this site logs about its own users.
     *
     * @return \admin_setting[]
     */
    private static function log(): array {
        return [new \admin_setting_configcheckbox(...self::about('logsearches'), defaultsetting: '0')];
    }

    /**
     * The name, title and description of a setting, as its constructor calls them.
     *
     * @param string $name
     * @return array
     */
    private static function about(string $name): array {
        return [
            'name' => 'local_courseglue/' . $name,
            'visiblename' => self::text('setting:' . $name),
            'description' => self::text('setting:' . $name . '_desc'),
        ];
    }

    /**
     * A string of ours, read when it is shown.
     *
     * @param string $identifier
     * @return \lang_string
     */
    private static function text(string $identifier): \lang_string {
        return new \lang_string($identifier, 'local_courseglue');
    }
}
