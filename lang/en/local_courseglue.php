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

/**
 * Strings, English. In alphabetical order.
 *
 * @package    local_courseglue
 * @copyright  2026 The CourseGlue authors
 * @license    https://www.gnu.org/copyleft/gpl.html GNU GPL v3 or later
 */

defined('MOODLE_INTERNAL') || die();

$string['access_guest'] = 'Open: anyone can look inside';
$string['access_guestpassword'] = 'Visitors with a password';
$string['access_institution'] = 'Members of the institution only';
$string['access_key'] = 'Register, then enrol with a key';
$string['access_open'] = 'Open: register and enrol yourself';
$string['access_paid'] = 'Paid enrolment';
$string['asked'] = 'Your words went to {$a}, without your name; CourseGlue does not record there what is searched.';
$string['askednobody'] = 'Answered from what this site keeps: your words went nowhere.';
$string['check:extension'] = 'CourseGlue: PHP extension';
$string['check:extension:abi'] = 'The PHP extension does not fit this plugin';
$string['check:extension:missing'] = 'The PHP extension is not loaded';
$string['check:extension:ok'] = 'The PHP extension {$a} is loaded';
$string['check:membership'] = 'CourseGlue: membership';
$string['check:membership:copy'] = 'This site looks like a copy: nothing is sent until you say what it is';
$string['check:membership:joined'] = 'Joined as {$a}';
$string['check:membership:left'] = 'Left on {$a}: nothing leaves this site';
$string['check:membership:none'] = 'Not joined: nothing leaves this site';
$string['check:reachability'] = 'CourseGlue: reachable by other sites';
$string['check:reachability:failed'] = 'Other sites cannot reach this one';
$string['check:reachability:failed_details'] = 'Asked for {$a->url} and got: {$a->answer}. Other sites need this page without logging in: let it through any bot wall, firewall or web server rule.';
$string['check:reachability:ok'] = 'The page that other sites ask answers';
$string['check:reachability:unknown'] = 'Could not be tested from here: {$a}';
$string['check:sync'] = 'CourseGlue: exchange with other sites';
$string['check:sync:late'] = 'The last exchange was {$a} ago: see whether cron runs';
$string['check:sync:never'] = 'No exchange yet: it happens when cron runs';
$string['check:sync:ok'] = 'The last exchange was {$a} ago';
$string['check:view'] = 'CourseGlue: local copy on this web server';
$string['check:view:network'] = 'No local copy is kept, because {$a->dir} lies on a network file system ({$a->type}), where it would be slow and unsafe: this site answers no other. Add to config.php: $CFG->local_courseglue_viewdir = \'/a/directory/on/a/local/disk\';';
$string['check:view:none'] = 'There is no local copy yet: it is made by the next request of another site, or by the next run of cron on this web server.';
$string['check:view:ok'] = 'Kept in {$a}';
$string['check:view:readonly'] = 'Cannot write to {$a}. Make it writable for the web server, or add to config.php: $CFG->local_courseglue_viewdir = \'/a/directory/on/a/local/disk\';';
$string['chosenfilters'] = 'Filters in use';
$string['clearfilters'] = 'Clear all filters';
$string['cli:join:help'] = 'Joins CourseGlue.

  --address=URL   any site of the network; the address of any page of it will do
  --first         this is the first site of a new network
  --yes           do not ask
  -h, --help      this help';
$string['cli:leave:help'] = 'Leaves CourseGlue: withdraws every course, and drops what is stored for other sites.

  --yes           do not ask
  -h, --help      this help';
$string['cli:notactive'] = 'This site is not in the network, or looks like a copy of one that is. Run cli/status.php to see which.';
$string['cli:search:help'] = 'Searches the courses of the network.

  --words="…"     what to look for
  --lang=en       the language of the words
  --limit=20      how many courses to show, at most 100
  --json          as JSON
  -h, --help      this help';
$string['cli:search:total'] = 'Courses found: {$a}';
$string['cli:statistics:help'] = 'Shows the worldwide statistics.

  --json          as JSON
  -h, --help      this help';
$string['cli:statistics:sites'] = 'Sites: {$a->sites}, of which {$a->sharing} share figures';
$string['cli:status:help'] = 'Shows this site\'s place in CourseGlue, and what is wrong.

  --json          as JSON
  -h, --help      this help';
$string['cli:sync:help'] = 'Exchanges with one other site now, without waiting for the next hour to begin.

Usage:
    php local/courseglue/cli/sync.php';
$string['copy:decide'] = 'Say what this site is';
$string['copy:heading'] = 'This site looks like a copy';
$string['copy:intro'] = 'This Moodle\'s data says that it joined CourseGlue, but {$a}. Many copies of a Moodle are made for tests, and one that went on in the name of the original would withdraw its courses. So nothing is sent, and other sites get no answer, until you say what it is.';
$string['copy:iscopy'] = 'This is a copy';
$string['copy:iscopy_desc'] = 'It forgets the network and its key. Nothing is sent, and nothing of the original is withdrawn. It may join later, as a site of its own.';
$string['copy:iscopy_done'] = 'This site has forgotten the network. Nothing was sent.';
$string['copy:isoriginal'] = 'This is the site that joined';
$string['copy:isoriginal_continued'] = 'This site goes on as before.';
$string['copy:isoriginal_desc'] = 'It goes on as before. Choose this only if no other Moodle runs in its name.';
$string['copy:isoriginal_moved'] = 'This site now takes part as {$a}. Its courses are listed there as soon as cron has run.';
$string['copy:isoriginal_moved_desc'] = 'Choose this only if the site has moved to {$a->now} for good, and no Moodle runs at {$a->then} any more. It tells the other sites where it went, and joins under the new address with the same settings and the same key. The courses listed under {$a->then} are taken out, and listed under {$a->now}.';
$string['copy:isoriginal_rejoin'] = 'The key of this site could not be read, so it has forgotten the network. Join again to take part with a new key.';
$string['copy:nodoubt'] = 'This site does not look like a copy: there is nothing to decide.';
$string['copy:reason:address'] = 'its address is {$a->now}, and it joined as {$a->then}';
$string['copy:reason:divertallemailsto'] = 'its mail is diverted to other addresses ($CFG->divertallemailsto)';
$string['copy:reason:instancediffers'] = 'its data directory belongs to another site';
$string['copy:reason:instancemissing'] = 'its data directory is not the one it joined with';
$string['copy:reason:noemailever'] = 'it sends no mail ($CFG->noemailever)';
$string['copy:reason:secret'] = 'its key cannot be read with the secret in its data directory';
$string['countryunknown'] = 'No country given';
$string['courseglue:manage'] = 'Join and leave CourseGlue, and decide what is published';
$string['courseglue:publish'] = 'Decide whether a course is listed in CourseGlue';
$string['courseglue:search'] = 'Search the courses of other sites with CourseGlue';
$string['courseglue:viewstatistics'] = 'See the worldwide statistics of CourseGlue';
$string['coursescount'] = 'Courses';
$string['cut'] = 'A word of your search is so frequent that only the best courses for it are listed and counted. Add a word to narrow it down.';
$string['datesboth'] = '{$a->start} to {$a->end}';
$string['datesend'] = 'Until {$a->end}';
$string['datesstart'] = 'From {$a->start}';
$string['downloadstatistics'] = 'Download all of this as';
$string['empty'] = 'No course of the network matches all of these words.';
$string['empty_fewer'] = 'Try fewer or more general words: a course is found only if it has every one of them.';
$string['empty_filters'] = 'Search again without filters.';
$string['empty_language'] = 'Try the words in another language: courses are found in the language in which they are written.';
$string['empty_spelling'] = 'Check the spelling.';
$string['engine:abi'] = 'The PHP extension courseglue on this server does not fit this version of the plugin: install the extension that belongs to it, and restart PHP.';
$string['engine:failed'] = '{$a}';
$string['engine:missing'] = 'The PHP extension courseglue is not loaded on this server.';
$string['environment:extension'] = 'CourseGlue needs its own PHP extension to take part in the network. Moodle works without it. How to get it for this server: see the page Site administration > Plugins > Local plugins > CourseGlue > Join or leave.';
$string['exchange:nobody'] = 'no other site to exchange with.';
$string['exchange:with'] = 'exchanged with {$a}.';
$string['extension:copy'] = 'Copy these lines';
$string['extension:needslinux'] = 'CourseGlue\'s PHP extension runs on Linux only: it cannot be installed on this server. Everything else in Moodle works without it.';
$string['extension:needsnts'] = 'CourseGlue\'s PHP extension needs a PHP that is not thread safe, such as PHP-FPM\'s usual one: install that on this server first.';
$string['extension:notthreadsafe'] = 'not thread safe';
$string['extension:restart'] = 'Then restart PHP (PHP-FPM, or the web server that PHP runs in), and open this page again.';
$string['extension:server'] = 'This server: PHP {$a->php}, {$a->threads}, on {$a->system}, {$a->machine}. PHP looks for extensions in {$a->directory}.';
$string['extension:steps'] = 'Three lines, to be run in a copy of CourseGlue\'s source code, on this server or (the first one) on another of the same kind:';
$string['extension:threadsafe'] = 'thread safe';
$string['figure_activeusers'] = 'Active users (30 days)';
$string['figure_activities'] = 'Activities';
$string['figure_courses'] = 'Courses';
$string['figure_enrolments'] = 'Enrolments';
$string['figure_posts'] = 'Forum posts';
$string['figure_users'] = 'Users';
$string['filter_access'] = 'Access';
$string['filter_country'] = 'Country';
$string['filter_lang'] = 'Language';
$string['filter_site'] = 'Site';
$string['filter_type'] = 'Contains';
$string['filters'] = 'Filters';
$string['findcourses'] = 'Find courses';
$string['findcoursesfor'] = 'Find courses: {$a}';
$string['findcoursesheading'] = 'Find courses in other Moodle sites';
$string['found'] = '{$a->courses} from {$a->sites}';
$string['foundcourses'] = '{$a} courses';
$string['foundmanysites'] = 'at least {$a} sites';
$string['foundnothing'] = 'No courses found';
$string['foundonecourse'] = '1 course';
$string['foundonesite'] = '1 site';
$string['foundsites'] = '{$a} sites';
$string['incomplete'] = 'Courses may be missing here: some of the sites that list them did not answer in time, or are still gathering what they missed. Search again in a while.';
$string['join:action'] = 'Join';
$string['join:address'] = 'Address of a site in the network';
$string['join:address_help'] = 'The web address of any Moodle that already takes part, for example https://moodle.example.org. The address of any page of it will do. It makes no difference which site: all sites know each other. You see which one was found before anything is sent to it.';
$string['join:already'] = 'This site has already joined.';
$string['join:another'] = 'Choose another site';
$string['join:body'] = 'What this site will say about itself';
$string['join:body_desc'] = 'These bytes, signed, go to other sites, and are open to anyone:';
$string['join:done'] = 'This site has joined as {$a}.';
$string['join:failed'] = 'This site could not join, and everything is as it was before. {$a}';
$string['join:figures'] = 'Figures that are shared';
$string['join:figures_desc'] = 'Only those chosen in the settings: {$a}.';
$string['join:figures_none'] = 'None. Choose some in the settings, if you like.';
$string['join:first'] = 'This is the first site of a new network';
$string['join:first_help'] = 'Choose this only if no other site takes part yet, for example in a closed network of your own.';
$string['join:found'] = 'This site was found there, and takes part in the network. Nothing was said to it yet.';
$string['join:left'] = 'This site left CourseGlue on {$a}: nothing leaves it, and other sites get no answer. It can join again at any time, under the key that the others know it by.';
$string['join:lookagain'] = 'What was shown is out of date or was never shown. Look at what will be sent, and join then.';
$string['join:nameaddress'] = 'Give the address of a site, or say that this is the first one.';
$string['join:notboth'] = 'Give the address of a site, or say that this is the first one, but not both: a site that begins a network of its own joins no other.';
$string['join:notyet'] = 'This site has not joined: nothing leaves it, and other sites get no answer.';
$string['join:policy'] = 'What is published';
$string['join:policy_desc'] = 'Now: {$a}. It can be changed in the settings at any time.';
$string['join:preview'] = 'What joining means';
$string['join:storing'] = 'What is stored here for others';
$string['join:storing_desc'] = 'Descriptions of courses of other sites, which they signed and published, and their addresses. This site keeps them in its database and answers other sites\' searches with them. Leaving drops them.';
$string['join:through'] = 'Join through {$a}';
$string['join:underway'] = 'This site is joining at this moment. Look again in a few minutes: if it did not work out, you can try again then.';
$string['joined:body'] = 'What this site says about itself';
$string['joined:pending'] = 'Courses waiting to be sent';
$string['joined:published'] = 'Courses published';
$string['joined:records'] = 'Courses held here for the network';
$string['joined:sites'] = 'Sites known, this one included';
$string['joinpage'] = 'Join or leave';
$string['languageunknown'] = 'Language not known';
$string['leave:action'] = 'Leave';
$string['leave:ask'] = 'Leave…';
$string['leave:before'] = 'What will happen is said first, and you are asked again.';
$string['leave:done'] = 'This site has left. Withdrawn courses: {$a}.';
$string['leave:drops'] = 'What this site holds for the others is dropped: {$a->records} courses, and the list of {$a->sites} other sites. The others hold it, too.';
$string['leave:heading'] = 'Leave';
$string['leave:notjoined'] = 'This site is not in the network, or looks like a copy of one that is: it cannot leave.';
$string['leave:pending'] = 'Courses that some sites could not be told about: {$a}. They are gone there when this site\'s lease ends, today.';
$string['leave:question'] = 'Leave CourseGlue?';
$string['leave:silent'] = 'Teachers here can no longer search the courses of other sites, and other sites get no answer from this one.';
$string['leave:stays'] = 'What teachers chose for their courses, the settings, the statistics of the past and the key of this site stay: it can join again at any time.';
$string['leave:takes'] = 'It can take some minutes. Other sites that do not answer meanwhile drop the courses when this site\'s lease ends, today.';
$string['leave:withdraws'] = 'Courses of this site that are withdrawn from the network: {$a}.';
$string['matchesinside'] = 'Found inside this course';
$string['morematches'] = '{$a} more inside';
$string['morevalues'] = '{$a} more';
$string['obstacle:abi'] = 'The search cannot start';
$string['obstacle:abi:admin'] = '{$a}';
$string['obstacle:abi:link'] = 'Open the system status';
$string['obstacle:abi:teacher'] = 'A part of CourseGlue on this server is out of date. Please tell your site administrator: "The PHP extension courseglue does not fit the plugin."';
$string['obstacle:copy'] = 'This site looks like a copy';
$string['obstacle:copy:admin'] = 'CourseGlue sends nothing from here, because {$a}. Say whether this is a copy or the site itself at a new place.';
$string['obstacle:copy:link'] = 'Say what this site is';
$string['obstacle:copy:teacher'] = 'CourseGlue sends nothing from here until your site administrator has confirmed that this is not a copy of another site. Please ask them to open CourseGlue in the site administration.';
$string['obstacle:failed'] = 'The search did not work';
$string['obstacle:failed:admin'] = '{$a} Try again in a moment; if it goes on, see the checks named CourseGlue in the system status.';
$string['obstacle:failed:link'] = 'Open the system status';
$string['obstacle:failed:teacher'] = 'Please try again in a moment. If it goes on, tell your site administrator: "{$a}"';
$string['obstacle:left'] = 'This site has left CourseGlue';
$string['obstacle:left:admin'] = 'It left on {$a}. Nothing leaves it, and teachers cannot search other sites from here. It can join again at any time.';
$string['obstacle:left:link'] = 'Join CourseGlue again';
$string['obstacle:left:teacher'] = 'It left on {$a}, so the courses of other sites cannot be searched from here. Your site administrator can let it join again.';
$string['obstacle:missing'] = 'The search cannot start';
$string['obstacle:missing:admin'] = '{$a}';
$string['obstacle:missing:link'] = 'Open the system status';
$string['obstacle:missing:teacher'] = 'A part of CourseGlue is missing on this server. Please tell your site administrator: "The PHP extension courseglue is not loaded."';
$string['obstacle:notjoined'] = 'This site has not joined CourseGlue yet';
$string['obstacle:notjoined:admin'] = 'Once it has joined, teachers here can search the courses of every other site. Before that, nothing leaves this site. The next page shows exactly what would be sent.';
$string['obstacle:notjoined:link'] = 'Join CourseGlue';
$string['obstacle:notjoined:teacher'] = 'Once it has joined, you can search the courses of every other site from here. Please ask your site administrator to join: they find CourseGlue in the site administration.';
$string['page:settings'] = 'Settings';
$string['pluginname'] = 'CourseGlue';
$string['privacy:metadata:network'] = 'A search is answered by other sites of the network. They get what was searched for, and the address of this site, but nothing about who searches.';
$string['privacy:metadata:network:filters'] = 'The filters that were chosen.';
$string['privacy:metadata:network:lang'] = 'The language of the page.';
$string['privacy:metadata:network:words'] = 'The words that were searched for.';
$string['publication'] = 'Listing in CourseGlue';
$string['publication:access'] = 'How somebody from outside gets in';
$string['publication:audience'] = 'Audience';
$string['publication:backup'] = 'Backup offered';
$string['publication:choice'] = 'This course';
$string['publication:choice_help'] = 'Teachers of other sites find listed courses with their search. "Never" always wins, whatever the administrator decides for the site.';
$string['publication:contents'] = 'Sections and activities';
$string['publication:cut'] = 'The last {$a} of them do not fit into the record.';
$string['publication:level'] = 'Level';
$string['publication:licence'] = 'Licence';
$string['publication:link'] = 'Link';
$string['publication:never'] = 'Never list it';
$string['publication:nocontents'] = 'None that everybody may see: sections with a name and activities count if they are visible, without restrictions and in no group mode.';
$string['publication:obstacle'] = 'This site sends nothing at present';
$string['publication:preview'] = 'What other sites see';
$string['publication:preview_desc'] = 'This is all that leaves this site about the course, and other sites store it too. It is sent only while the course is listed.';
$string['publication:publish'] = 'List it';
$string['publication:size'] = 'Size: {$a} bytes.';
$string['publication:state_marked'] = 'Something changed; the next run of cron acts on it.';
$string['publication:state_none'] = 'Nothing of it is stored on other sites.';
$string['publication:state_pending'] = 'It is being sent; the next run of cron goes on.';
$string['publication:state_published'] = 'Last sent: {$a}.';
$string['publication:state_withdrawing'] = 'It is being withdrawn; the next run of cron goes on.';
$string['publication:subject'] = 'Subject';
$string['publication:title'] = '{$a}: Listing in CourseGlue';
$string['publication:undecided_all'] = 'Like the site: list it if visitors can see it';
$string['publication:undecided_ask'] = 'Not decided: do not list it';
$string['publication:undecided_none'] = 'Like the site: do not list it';
$string['publishing:busy'] = 'Another process is sending courses; the next run goes on.';
$string['publishing:coursefailed'] = 'Course {$a->course}: {$a->problem}';
$string['qualifies'] = 'This course may be listed: visitors can see it, and the administrator and its teachers agree.';
$string['qualifiesnot_choicenever'] = 'Not listed, because its teachers chose so.';
$string['qualifiesnot_ended'] = 'Not listed, because its end date has passed. Change the end date in the course\'s settings to list it.';
$string['qualifiesnot_forcelogin'] = 'Not listed, because this site shows nothing to visitors who are not logged in, and the administrator has not decided to list courses in spite of it.';
$string['qualifiesnot_hidden'] = 'Not listed, because the course is hidden. Show it in the course\'s settings to list it.';
$string['qualifiesnot_hiddencategory'] = 'Not listed, because its category, or one above it, is hidden.';
$string['qualifiesnot_notlisted'] = 'Not listed, because guests may not see it in its category.';
$string['qualifiesnot_policynone'] = 'Not listed, because the administrator decided to list no courses of this site.';
$string['qualifiesnot_sitecourse'] = 'The front page is not a course.';
$string['qualifiesnot_undecided'] = 'Not listed, because its teachers have not decided. Choose "List it" below to list it.';
$string['release'] = 'Moodle {$a}';
$string['releaseunknown'] = 'No release given';
$string['removefilter'] = 'Remove the filter {$a}';
$string['searchlabel'] = 'What should the course be about?';
$string['searchplaceholder'] = 'For example: marine biology';
$string['setting:allowhttp'] = 'Allow plain HTTP';
$string['setting:allowhttp_desc'] = 'Only for closed networks and tests. Without encryption anyone on the way can read and change what sites say to each other.';
$string['setting:backups'] = 'Say that backups are on offer';
$string['setting:backups_desc'] = 'Published courses say that a backup may be asked for.';
$string['setting:cafile'] = 'File of root certificates';
$string['setting:cafile_desc'] = 'Full path of a PEM file, for networks with a certificate authority of their own. Empty: the roots that browsers trust.';
$string['setting:country'] = 'Country';
$string['setting:country_desc'] = 'Shown with this site\'s courses, and used in the worldwide statistics.';
$string['setting:customfields'] = 'Custom fields that are published';
$string['setting:customfields_desc'] = 'Courses may have custom fields of these short names: subject, level, audience, licence. Those chosen here are published, where everybody can see them.';
$string['setting:network'] = 'Name of the network';
$string['setting:network_desc'] = 'Leave it as it is to take part in the worldwide network. A closed network has a name of its own. Leave before you change it.';
$string['setting:policy_all'] = 'Every course that a stranger can see listed';
$string['setting:policy_ask'] = 'Courses whose teachers choose it';
$string['setting:policy_none'] = 'Nothing';
$string['setting:publishended'] = 'Publish courses after their end date';
$string['setting:publishended_desc'] = 'Otherwise a course is withdrawn when its end date has passed.';
$string['setting:publishforcelogin'] = 'Publish although the site is closed';
$string['setting:publishforcelogin_desc'] = 'This Moodle may force users to log in before they see anything. With this setting its courses are published all the same: their titles, summaries and contents become public.';
$string['setting:publishpolicy'] = 'What is published';
$string['setting:publishpolicy_desc'] = 'Only courses that qualify: visible, and listed for guests.';
$string['setting:quota'] = 'Room for the courses of others (MB)';
$string['setting:quota_desc'] = 'This site keeps a part of the network\'s list of courses. When that part is as large as this, others are asked to keep theirs elsewhere.';
$string['setting:ratelimit'] = 'Requests a minute from one source';
$string['setting:ratelimit_desc'] = 'A source that asks more often is told to wait. A source is an IPv4 address, or a network of IPv6 addresses, taken through the reverse proxies that you name under Server > HTTP. 0 limits nobody.';
$string['setting:sharefigures'] = 'Figures to share';
$string['setting:sharefigures_desc'] = 'Counts over the whole site, signed and open to anyone. None has to be shared.';
$string['sharing'] = 'Sites that share figures';
$string['sites'] = 'Sites';
$string['statistics'] = 'Worldwide statistics';
$string['statistics_countries'] = 'Countries';
$string['statistics_countries_column'] = 'Country';
$string['statistics_figure'] = 'Figure';
$string['statistics_figures'] = 'Figures that sites share';
$string['statistics_history'] = 'Day by day';
$string['statistics_intro'] = 'Added up from what every site of the network states about itself; nothing is asked for to show this page. Each site decides which figures it shares, so that a sum covers only the sites that share that figure.';
$string['statistics_languages'] = 'Languages of the sites';
$string['statistics_languages_column'] = 'Language';
$string['statistics_median'] = 'Median of a site';
$string['statistics_nofigures'] = 'No site shares any figure yet.';
$string['statistics_releases'] = 'Moodle releases';
$string['statistics_releases_column'] = 'Release';
$string['statistics_sharingit'] = 'Sites sharing it';
$string['statistics_sum'] = 'Sum';
$string['statistics_uncounted'] = '{$a} more sites share a domain with so many others that they are not counted here.';
$string['task:busy'] = 'another process is doing this now: nothing to do.';
$string['task:copy'] = 'this site looks like a copy, because {$a}. Nothing is sent. Say what it is on the page Site administration > Plugins > Local plugins > CourseGlue > Join or leave.';
$string['task:notjoined'] = 'this site is not in the network: nothing to do.';
$string['task:publish'] = 'CourseGlue: send changed courses';
$string['task:record_history'] = 'CourseGlue: keep today\'s totals';
$string['task:sweep'] = 'CourseGlue: look for changed courses';
$string['task:sync'] = 'CourseGlue: exchange with another site';
$string['trouble:blocked_host'] = 'Moodle\'s settings do not let this site ask {$a->host}. If it is the right site, take it off the list of blocked hosts under Site administration > General > Security > HTTP security.';
$string['trouble:blocked_port'] = 'Moodle\'s settings do not let this site ask for port {$a->port}, where {$a->host} was to be asked. If it is the right one, add it to the list of allowed ports under Site administration > General > Security > HTTP security.';
$string['trouble:blocked_scheme'] = '{$a->site} is an address without encryption, and the settings of CourseGlue on this site allow https only. Give the https address of the other site.';
$string['trouble:bot_wall'] = 'At {$a->site} a bot protection or firewall answers in place of Moodle, and lets other sites not in. Whoever runs that site has to let requests to /local/courseglue/peer.php through, without a test and without a login.';
$string['trouble:broken'] = '{$a->host} broke the connection off before it answered. Try again in a moment; if it goes on, a firewall between the two servers may be the reason.';
$string['trouble:certificate_expired'] = 'The certificate of {$a->host} expired on {$a->date}. Whoever runs that site has to renew it.';
$string['trouble:certificate_invalid'] = 'The certificate of {$a->host} cannot be trusted: it does not hold. Whoever runs that site has to replace it.';
$string['trouble:certificate_issuer'] = 'It says that it was issued by: {$a->issuer}.';
$string['trouble:certificate_not_yet'] = 'The certificate of {$a->host} holds only from {$a->date} on. Compare the date of this server with the present one; if it is right, whoever runs that site has to replace the certificate.';
$string['trouble:certificate_other_name'] = 'The certificate that {$a->host} shows is not for {$a->host} but for: {$a->names}. Give the address under which that site is usually opened, or have whoever runs it replace the certificate.';
$string['trouble:certificate_revoked'] = 'The certificate of {$a->host} was revoked by its issuer. Whoever runs that site has to replace it.';
$string['trouble:certificate_self_signed'] = 'The certificate of {$a->host} was issued by that server itself, so nobody can tell whether it is the right one. Whoever runs that site has to get one that browsers trust; in a closed network with an authority of its own, name the authority\'s file in the settings of CourseGlue.';
$string['trouble:certificate_unknown_issuer'] = 'The certificate of {$a->host} was issued by somebody whom this server does not know, or it comes without the certificate in between. If your organisation has an authority of its own, name its file in the settings of CourseGlue; else whoever runs that site has to complete the certificate\'s chain.';
$string['trouble:clock'] = 'The clocks of this server and of {$a->host} are too far apart. Set the one that is wrong, and try again.';
$string['trouble:clock_ahead'] = 'The clock of this server is {$a->difference} ahead of that of {$a->host}: here it is {$a->now}. Set the one that is wrong, and try again.';
$string['trouble:clock_behind'] = 'The clock of this server is {$a->difference} behind that of {$a->host}: here it is {$a->now}. Set the one that is wrong, and try again.';
$string['trouble:encryption'] = 'This server and {$a->host} could not agree on an encryption. The server there may be too old: it has to offer TLS 1.2 or later.';
$string['trouble:forged'] = 'What {$a->site} says about itself does not bear its own signature. Try another site of the network, and tell whoever runs that one.';
$string['trouble:found'] = '{$a->site} looked, and says: {$a->found}';
$string['trouble:ipv6noroute'] = 'Its name leads to an IPv6 address alone, and no way leads there from the server that asked: either that server has no IPv6, or the AAAA record of {$a->host} leads nowhere.';
$string['trouble:ipv6only'] = 'Its name leads to an IPv6 address alone, and that leads nowhere: the AAAA record of {$a->host} has to be corrected, or replaced by an address that answers.';
$string['trouble:ipv6too'] = 'Its name leads to an IPv4 and an IPv6 address, and neither of them answers. An AAAA record of {$a->host} that leads nowhere has to be corrected or removed.';
$string['trouble:login_page'] = 'At {$a->site} one has to log in before anything else, so other sites get no answer. Whoever runs that site has to let requests to /local/courseglue/peer.php through without a login.';
$string['trouble:no_address'] = '"{$a->site}" is not the address of a site. Copy it from the address bar of the browser while the other Moodle is open, for example https://moodle.example.org.';
$string['trouble:no_connection'] = '{$a->host} did not take the connection on port {$a->port} in time: it may be down, or a firewall in between drops what comes.';
$string['trouble:no_courseglue'] = 'There is no CourseGlue at {$a->site}, and none in the folders above it. Give the address of a Moodle that takes part.';
$string['trouble:no_proxy'] = 'The proxy that Moodle uses (Site administration > Server > HTTP) did not connect to {$a->host}.';
$string['trouble:no_room'] = '{$a->site} has no room for what was sent to it. Nothing has to be done: it is sent elsewhere.';
$string['trouble:no_route'] = 'There is no way through the network to {$a->host}.';
$string['trouble:no_such_name'] = 'There is no server named {$a->host}, or names cannot be looked up at the moment. Check the spelling of the address.';
$string['trouble:not_admitted'] = '{$a->site} does not take this site in.';
$string['trouble:not_asked'] = 'There was no time left to ask {$a->site}. Try again.';
$string['trouble:not_http'] = 'What answers at {$a->site} is no web server. Check the address and its port.';
$string['trouble:not_https'] = '{$a->host} does not answer in HTTPS on port {$a->port}. CourseGlue needs an encrypted connection: whoever runs that site has to set one up, or the address has another port.';
$string['trouble:not_taking_part'] = '{$a->site} does not take part in CourseGlue at present, or is in maintenance. Try again later, or give the address of another site.';
$string['trouble:nothing_listens'] = 'Nothing answers at {$a->site}: the server {$a->host} takes no connections on port {$a->port}. Check the address, or try again when that site is back.';
$string['trouble:other_address'] = 'The site at {$a->site} calls itself {$a->url}. Give that address.';
$string['trouble:other_key'] = 'The network knows a newer statement of this site under another key. Compare the clock of this server with the present time, and try again.';
$string['trouble:other_network'] = '{$a->site} takes part in another network: it is called "{$a->network}", and this site\'s settings name "{$a->ours}". Give the address of a site of your network, or change its name in the settings of CourseGlue.';
$string['trouble:other_network_unnamed'] = '{$a->site} takes part in another network than "{$a->ours}", which this site\'s settings name. Give the address of a site of your network, or change its name in the settings of CourseGlue.';
$string['trouble:other_version'] = '{$a->site} speaks another version of CourseGlue than this site. Update CourseGlue on whichever of the two is older.';
$string['trouble:own_address'] = '{$a->site} is this site\'s own address. Give the address of another site that takes part.';
$string['trouble:redirected'] = '{$a->site} leads on to {$a->to}. Give that address.';
$string['trouble:redirected_nowhere'] = '{$a->site} leads on to another page instead of answering. Give the address that the browser shows when that Moodle is open.';
$string['trouble:refuses'] = '{$a->site} answers, but refuses. Try again later, or give the address of another site; both sites should have the newest CourseGlue.';
$string['trouble:server_error'] = 'The web server at {$a->site} reports an error (status {$a->status}). Try again later, or tell whoever runs that site.';
$string['trouble:silent'] = '{$a->host} took the connection but did not answer in time. Try again in a moment, or give the address of another site.';
$string['trouble:too_large'] = 'What answers at {$a->site} sends more than CourseGlue ever does. Check the address.';
$string['trouble:too_often'] = '{$a->site} was asked too often. Try again in an hour.';
$string['trouble:too_often_until'] = '{$a->site} was asked too often: it answers again from {$a->until} on. Try again then.';
$string['trouble:unchecked'] = 'Before a site is let in, {$a->needed} of its neighbours in the network check its address; {$a->have} could.';
$string['trouble:unreadable'] = 'What answers at {$a->site} is not CourseGlue, or not one that this site understands. Check the address.';
$string['trouble:web_page'] = 'At {$a->site} there is a web site, but no CourseGlue: it answered with a web page. Give the address of a Moodle that takes part.';
$string['trouble:wrong_key'] = 'What answers at {$a->site} has another key than this site: is that address really this Moodle\'s, and not that of a copy of it?';
$string['uninstall:copy'] = 'CourseGlue withdrew nothing from the network, because this site looks like a copy: {$a}. Courses of the site it is a copy of stay listed.';
$string['uninstall:failed'] = 'CourseGlue could not withdraw this site\'s courses from the network: {$a} They stay listed at other sites until its lease ends, in 47 days at the latest.';
$string['uninstall:notjoined'] = 'CourseGlue: this site was not in the network, so there was nothing to withdraw.';
$string['view:making'] = 'The local copy of the network is being made on this web server: try again in a moment.';
$string['welcome'] = 'Search the courses of every site in the network';
$string['welcome_text'] = 'Type two or three words about a subject. You find courses of other Moodle sites by their titles, their descriptions, and the names of the sections and activities inside them, with links straight to them.';
$string['whoreceives'] = 'Who receives your words: two sites of the network that keep the index for them, or others that keep it too where one does not answer. Your name is not sent, and CourseGlue does not record there what is searched.';
