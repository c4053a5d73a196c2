# Counting: every test of whatever kind is passed, failed or skipped.

PASSED=0
FAILED=0
SKIPPED=0

# tally NAME PASSED FAILED SKIPPED
tally() {
    PASSED=$((PASSED + $2))
    FAILED=$((FAILED + $3))
    SKIPPED=$((SKIPPED + $4))
    say "$1: $2 passed, $3 failed, $4 skipped"
}

# check NAME COMMAND… : a command that counts as one test; its output is shown only when it fails.
check() {
    local name="$1" log="$WORK/log/check.log"
    shift
    if "$@" >"$log" 2>&1 </dev/null; then
        tally "$name" 1 0 0
    else
        sed 's/^/        | /' "$log" | tail -n 100 >&2
        tally "$name" 0 1 0
    fi
}

# begin_check NAME COMMAND… : a check that runs beside this shell until end_checks.
begin_check() {
    local name="$1" log="$WORK/log/check-${#BEGUN_CHECKS[@]}.log"
    shift
    in_background logged "$log" "$@"
    BEGUN_CHECKS+=("${OWN_JOBS##* } $log $name")
}

BEGUN_CHECKS=()

logged() {
    local log="$1"
    shift
    "$@" >"$log" 2>&1
}

# end_checks : counts those that were begun, in their order.
end_checks() {
    local begun job log name
    for begun in "${BEGUN_CHECKS[@]}"; do
        read -r job log name <<<"$begun"
        if wait "$job"; then
            tally "$name" 1 0 0
        else
            sed 's/^/        | /' "$log" | tail -n 100 >&2
            tally "$name" 0 1 0
        fi
    done
    BEGUN_CHECKS=() OWN_JOBS=''
}

# skip NAME WHY : loud, and counted; a failure where tests/skips.txt does not list it.
skip() {
    warn "SKIPPED $1: $2"
    if is_listed_skip "$1"; then
        SKIPPED=$((SKIPPED + 1))
    else
        tally "$1 (skipped, and not listed in tests/skips.txt for this case)" 0 1 0
    fi
}

# is_listed_skip NAME : whether tests/skips.txt lists it, for a case that is given.
is_listed_skip() {
    local pattern when _
    while IFS='|' read -r pattern when _; do
        pattern="${pattern% }"
        if [[ -n "$pattern" && "$pattern" != '#'* ]] && matches "$1" "$pattern" && is_case "${when// /}"; then return 0; fi
    done <"$REPO/tests/skips.txt"
    return 1
}

# matches NAME PATTERN : only * is special in the pattern.
matches() {
    local pattern
    printf -v pattern '%q' "$2"
    # shellcheck disable=SC2053
    [[ "$1" == ${pattern//\\\*/*} ]]
}

# is_case WHEN : a case of tests/skips.txt.
is_case() {
    case "$1" in
        always) true ;;
        no-moodle) [[ -z "$(moodle_versions)" ]] ;;
        no-chromium) [[ -z "$(chromium_program)" ]] ;;
        no-extension) [[ "${COURSEGLUE_EXTENSION:-}" == none ]] ;;
        no-setup) [[ "${COURSEGLUE_SKIP_SETUP:-0}" == 1 ]] ;;
        not-root) ! is_root ;;
        no-cargo-deny) ! cargo deny --version >/dev/null 2>&1 ;;
        no-moodle-cs) [[ ! -r "$(sniffer_folder)/moodle-cs/moodle/ruleset.xml" ]] ;;
        *) die "tests/skips.txt has a line for \"$1\", which is no case." ;;
    esac
}

# unlisted_skips : of the names on standard input, one a line, how many are not listed; says which.
unlisted_skips() {
    local name count=0
    while IFS= read -r name; do
        if [[ -z "$name" ]] || is_listed_skip "$name"; then continue; fi
        warn "skipped, and not listed in tests/skips.txt for this case: $name"
        count=$((count + 1))
    done
    echo "$count"
}

# skip_for_want_of_moodle NAME : a failure where Moodle is required.
skip_for_want_of_moodle() {
    if [[ "${COURSEGLUE_REQUIRE_MOODLE:-0}" == 1 ]]; then
        tally "$1 (COURSEGLUE_REQUIRE_MOODLE=1, but: $(no_moodle_sentence))" 0 1 0
    else
        skip "$1" "$(no_moodle_sentence)"
    fi
}

# tally_junit NAME FILE STATUS : counts a report of PHPUnit's. A run that failed without a failed test counts as one.
tally_junit() {
    local counts passed failed skipped unlisted
    if ! counts="$(php "$REPO/scripts/lib/php/junit_counts.php" "$2" 2>&1)"; then
        warn "$counts"
        tally "$1" 0 1 0
        return
    fi
    read -r passed failed skipped <<<"${counts%%$'\n'*}"
    if (($3 != 0 && failed == 0)); then
        warn "$1: PHPUnit ended with status $3 though no test failed (a warning, or an error outside of the tests)"
        failed=1
    fi
    if ((passed + failed + skipped == 0)); then
        warn "$1: there was no test to run"
    fi
    if [[ "$counts" == *$'\n'* ]]; then sed 's/^/        | /' <<<"${counts#*$'\n'}" >&2; fi
    unlisted="$(sed -n 's/^skipped: //p' <<<"$counts" | unlisted_skips)"
    failed=$((failed + unlisted)) skipped=$((skipped - unlisted))
    tally "$1" "$passed" "$failed" "$skipped"
}

# last_line : prints the sum and says by its status whether all is well.
last_line() {
    printf '%d passed, %d failed, %d skipped\n' "$PASSED" "$FAILED" "$SKIPPED"
    ((FAILED == 0))
}
