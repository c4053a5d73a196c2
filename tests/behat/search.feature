@local @local_courseglue
Feature: Teachers find courses of other sites
  In order to learn from the courses of others
  As a teacher
  I need to find the search of CourseGlue, and to be told what stands in its way

  Background:
    Given the following "users" exist:
      | username | firstname | lastname | email                |
      | teacher1 | Tess      | Teacher  | teacher1@example.com |
      | student1 | Stu       | Student  | student1@example.com |
    And the following "courses" exist:
      | fullname | shortname |
      | Course 1 | C1        |
    And the following "course enrolments" exist:
      | user     | course | role           |
      | teacher1 | C1     | editingteacher |
      | student1 | C1     | student        |

  Scenario: A teacher of one course has the search in the navigation
    Given I am on the "My courses" page logged in as "teacher1"
    When I click on "Find courses" "link" in the ".primary-navigation" "css_element"
    Then I should see "Search other Moodle sites"
    And I should see "What should the course be about?"
    And I should see "ask your site administrator"
    And I should not see "Join CourseGlue"

  Scenario: A student has no search
    When I am on the "My courses" page logged in as "student1"
    Then I should not see "Find courses" in the ".primary-navigation" "css_element"

  Scenario: An administrator is led to joining
    Given I am on the "My courses" page logged in as "admin"
    When I click on "Find courses" "link" in the ".primary-navigation" "css_element"
    Then I should see "This site has not joined CourseGlue yet"
    And "Join CourseGlue" "link" should exist

  Scenario: An administrator finds the worldwide statistics
    Given I log in as "admin"
    When I navigate to "Reports > CourseGlue: worldwide statistics" in site administration
    Then I should see "This site has not joined CourseGlue yet"
