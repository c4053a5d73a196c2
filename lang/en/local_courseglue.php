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
$string['check:membership:none'] = 'Not joined: nothing leaves this site';
$string['check:publishing'] = 'CourseGlue: publishing';
$string['check:publishing:advice'] = 'See whether cron runs, and whether the scheduled task "{$a}" is switched on and does not fail.';
$string['check:publishing:late'] = 'Courses have been neither sent nor withdrawn for {$a}';
$string['check:publishing:ok'] = 'Nothing waits to be sent or withdrawn';
$string['check:publishing:stuck'] = 'Courses that have waited for more than a day to be sent or withdrawn: {$a}';
$string['check:publishing:waiting'] = 'Courses that wait to be sent or withdrawn: {$a}';
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

  --address=URL   any site of the network
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
$string['engine:abi'] = 'The PHP extension courseglue on this server does not fit this version of the plugin: install the extension that was released with it, and restart PHP.';
$string['engine:failed'] = '{$a}';
$string['engine:missing'] = 'The PHP extension courseglue is not loaded on this server: install it, add the line extension=courseglue to php.ini (for the web server and for cron), and restart PHP.';
$string['environment:extension'] = 'CourseGlue needs its own PHP extension to take part in the network. Moodle works without it. How to install it: see the plugin\'s README.';
$string['exchange:nobody'] = 'no other site to exchange with.';
$string['exchange:with'] = 'exchanged with {$a}.';
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
$string['join:address_help'] = 'The web address of any Moodle that already takes part, for example https://moodle.example.org. It makes no difference which: all sites know each other.';
$string['join:already'] = 'This site has already joined.';
$string['join:body'] = 'What this site will say about itself';
$string['join:body_desc'] = 'These bytes, signed, go to other sites, and are open to anyone:';
$string['join:done'] = 'This site has joined as {$a}.';
$string['join:failed'] = 'This site could not join, and everything is as it was before. {$a}';
$string['join:figures'] = 'Figures that are shared';
$string['join:figures_desc'] = 'Only those chosen in the settings: {$a}.';
$string['join:figures_none'] = 'None. Choose some in the settings, if you like.';
$string['join:first'] = 'This is the first site of a new network';
$string['join:first_help'] = 'Choose this only if no other site takes part yet, for example in a closed network of your own.';
$string['join:lookagain'] = 'What was shown is out of date or was never shown. Look at what will be sent, and join then.';
$string['join:nameaddress'] = 'Give the address of a site, or say that this is the first one.';
$string['join:notyet'] = 'This site has not joined: nothing leaves it, and other sites get no answer.';
$string['join:policy'] = 'What is published';
$string['join:policy_desc'] = 'Now: {$a}. It can be changed in the settings at any time.';
$string['join:preview'] = 'What joining means';
$string['join:storing'] = 'What is stored here for others';
$string['join:storing_desc'] = 'Descriptions of courses of other sites, which they signed and published, and their addresses. This site keeps them in its database and answers other sites\' searches with them. Leaving drops them.';
$string['join:underway'] = 'This site is joining at this moment. Look again in a few minutes: if it did not work out, you can try again then.';
$string['joined:body'] = 'What this site says about itself';
$string['joined:pending'] = 'Courses waiting to be sent';
$string['joined:published'] = 'Courses published';
$string['joined:records'] = 'Courses held here for the network';
$string['joined:sites'] = 'Sites known, this one included';
$string['joinpage'] = 'Join or leave';
$string['languageunknown'] = 'Language not known';
$string['leave:action'] = 'Leave';
$string['leave:confirm'] = 'Leave CourseGlue? Every course that this site lists in the network is withdrawn, and what is stored here for other sites is dropped. What teachers chose for their courses stays.';
$string['leave:done'] = 'This site has left. Withdrawn courses: {$a}.';
$string['leave:heading'] = 'Leave';
$string['leave:notjoined'] = 'This site is not in the network, or looks like a copy of one that is: it cannot leave.';
$string['leave:pending'] = 'Courses that some sites could not be told about: {$a}. They are gone there when this site\'s lease ends, today.';
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
$string['obstacle:missing'] = 'The search cannot start';
$string['obstacle:missing:admin'] = '{$a}';
$string['obstacle:missing:link'] = 'Open the system status';
$string['obstacle:missing:teacher'] = 'A part of CourseGlue is missing on this server. Please tell your site administrator: "The PHP extension courseglue is not loaded."';
$string['obstacle:notjoined'] = 'This site has not joined CourseGlue yet';
$string['obstacle:notjoined:admin'] = 'Once it has joined, teachers here can search the courses of every other site. Before that, nothing leaves this site. The next page shows exactly what would be sent.';
$string['obstacle:notjoined:link'] = 'Join CourseGlue';
$string['obstacle:notjoined:teacher'] = 'Once it has joined, you can search the courses of every other site from here. Please ask your site administrator to join: they find CourseGlue in the site administration.';
$string['own'] = 'This site';
$string['ownleaveout'] = 'Leave out this site\'s own courses ({$a})';
$string['ownleftout'] = 'This site\'s own courses left out of this page: {$a}';
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
$string['task:notjoined'] = 'this site has not joined: nothing to do.';
$string['task:publish'] = 'CourseGlue: send changed courses';
$string['task:record_history'] = 'CourseGlue: keep today\'s totals';
$string['task:sweep'] = 'CourseGlue: look for changed courses';
$string['task:sync'] = 'CourseGlue: exchange with another site';
$string['uninstall:copy'] = 'CourseGlue withdrew nothing from the network, because this site looks like a copy: {$a}. Courses of the site it is a copy of stay listed.';
$string['uninstall:failed'] = 'CourseGlue could not withdraw this site\'s courses from the network: {$a} They stay listed at other sites until its lease ends, in 47 days at the latest.';
$string['uninstall:notjoined'] = 'CourseGlue: this site was not in the network, so there was nothing to withdraw.';
$string['view:making'] = 'The local copy of the network is being made on this web server: try again in a moment.';
$string['welcome'] = 'Search the courses of every site in the network';
$string['welcome_text'] = 'Type two or three words about a subject. You find courses of other Moodle sites by their titles, their descriptions, and the names of the sections and activities inside them, with links straight to them.';
$string['whoreceives'] = 'Who receives your words: two sites of the network that keep the index for them, or others that keep it too where one does not answer. Your name is not sent, and CourseGlue does not record there what is searched.';
$string['withoutown'] = 'Without this site\'s own courses';
