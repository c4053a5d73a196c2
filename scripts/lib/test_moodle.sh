# Part "moodle": the plugin's PHPUnit tests inside of Moodle, on both databases.

# Core's own tests that also look at every plugin.
readonly CORE_SUITES=(
    privacy/tests/privacy/provider_test.php
    lib/tests/component_test.php
    admin/tool/dataprivacy/tests/metadata_registry_test.php
)

# test_moodle DATABASES ARGUMENT… : the arguments go to PHPUnit; with any, only the plugin's own tests run.
test_moodle() {
    local databases="$1" version db
    shift
    if [[ -z "$(moodle_versions)" ]]; then
        skip_for_want_of_moodle "PHPUnit inside of Moodle"
        return
    fi
    for version in $(moodle_versions); do
        if ! moodle_phpunit_possible "$version"; then
            skip "PHPUnit inside of Moodle $version" "its tests need PHPUnit 11, which this tree does not bring in vendor/"
            continue
        fi
        for db in $databases; do
            hold "phpunit-$version-$db" 1800 "PHPUnit of Moodle $version on $db" test_moodle_with "$version" "$db" "$@"
        done
    done
}

test_moodle_with() {
    local version="$1" db="$2" suite
    shift 2
    phpunit_ready "$version" "$db"
    test_moodle_suite "$version" "$db" "Moodle $version on $db, the plugin's tests" --testsuite local_courseglue_testsuite "$@"
    if (($# == 0)) && [[ "$db" == pgsql ]]; then
        for suite in "${CORE_SUITES[@]}"; do
            test_moodle_suite "$version" "$db" "Moodle $version on $db, core's $suite" \
                "$(served_directory "$(phpunit_directory "$version" "$db")/www")/$suite"
        done
    fi
}

test_moodle_suite() {
    local version="$1" db="$2" name="$3" junit="$WORK/results/moodle-$1-$2.xml" log="$WORK/log/moodle-$1-$2.log" status=0
    shift 3
    say "running: $name"
    rm -f "$junit"
    phpunit_run "$version" "$db" "$junit" "$@" >"$log" 2>&1 || status=$?
    if ((status != 0)); then sed 's/^/        | /' "$log" >&2; fi
    tally_junit "$name" "$junit" "$status"
}
