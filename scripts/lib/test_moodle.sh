# Part "moodle": the plugin's PHPUnit tests inside of Moodle, on both databases.

# Core's own tests that also look at every plugin.
readonly CORE_SUITES=(
    privacy/tests/privacy/provider_test.php
    lib/tests/component_test.php
    admin/tool/dataprivacy/tests/metadata_registry_test.php
)

# test_moodle DATABASES ARGUMENT… : the arguments go to PHPUnit; with any, only the plugin's own tests run. The databases take
# their turn side by side: PHPUnit uses one core.
test_moodle() {
    local databases="$1" version db job
    local -a ran=() jobs=()
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
            db_start "$db"
            rm -f "$WORK/results/moodle-$version-$db"*
            in_background hold "phpunit-$version-$db" 1800 "PHPUnit of Moodle $version on $db" run_moodle_suites "$version" "$db" "$databases" "$@"
            jobs+=("${OWN_JOBS##* }") ran+=("$version $db")
        done
    done
    # A suite of which there is no report counts as failed.
    for job in "${jobs[@]}"; do wait "$job" || true; done
    OWN_JOBS=''
    for job in "${ran[@]}"; do
        read -r version db <<<"$job"
        tally_moodle_suites "$version" "$db" "$databases" "$@"
    done
}

# moodle_suites DB DATABASES ARGUMENT… : the names of what runs in one Moodle; the databases share core's suites among them.
moodle_suites() {
    local db="$1" number
    local -a databases
    read -ra databases <<<"$2"
    shift 2
    echo plugin
    if (($#)); then return; fi
    for number in "${!CORE_SUITES[@]}"; do
        if [[ "${databases[number % ${#databases[@]}]}" == "$db" ]]; then echo "${CORE_SUITES[number]}"; fi
    done
}

# moodle_report VERSION DB SUITE : the path of its report, without an ending.
moodle_report() {
    echo "$WORK/results/moodle-$1-$2-$(basename "$3" .php)"
}

run_moodle_suites() {
    local version="$1" db="$2" databases="$3" suite report status
    local -a what
    shift 3
    phpunit_ready "$version" "$db"
    for suite in $(moodle_suites "$db" "$databases" "$@"); do
        report="$(moodle_report "$version" "$db" "$suite")"
        say "running: Moodle $version on $db, $suite"
        what=(--testsuite local_courseglue_testsuite "$@") status=0
        if [[ "$suite" != plugin ]]; then what=("$(served_directory "$(phpunit_directory "$version" "$db")/www")/$suite"); fi
        phpunit_run "$version" "$db" "$report.xml" "${what[@]}" >"$report.log" 2>&1 || status=$?
        echo "$status" >"$report.status"
    done
}

tally_moodle_suites() {
    local version="$1" db="$2" databases="$3" suite report status
    shift 3
    for suite in $(moodle_suites "$db" "$databases" "$@"); do
        report="$(moodle_report "$version" "$db" "$suite")"
        status="$(cat "$report.status" 2>/dev/null || echo 1)"
        if ((status != 0)) && [[ -e "$report.log" ]]; then sed 's/^/        | /' "$report.log" >&2; fi
        tally_junit "Moodle $version on $db, $suite" "$report.xml" "$status"
    done
}
