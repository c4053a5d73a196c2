# Parts "network" and "browser": the same three running sites among 20 embedded ones, from the outside.

# ensure_network EMBEDDED : brings the sites up once, with embedded ones beside them where EMBEDDED is not empty;
# COURSEGLUE_NETWORK names a network that runs already.
ensure_network() {
    if [[ -n "$NETWORK_GIVEN" ]]; then
        [[ -r "$NETWORK_GIVEN" ]] || die "COURSEGLUE_NETWORK names $NETWORK_GIVEN, which cannot be read."
        return
    fi
    if [[ -z "${COURSEGLUE_NETWORK:-}" || "$NETWORK_WITH" != "$1" ]]; then
        network_up "$REPO/tests/fixtures/courses.jsonl" "$1"
        NETWORK_WITH="$1"
    fi
    COURSEGLUE_NETWORK="$(network_file)"
    export COURSEGLUE_NETWORK
}

# A network that runs already, and what the one that was brought up here has beside its Moodles.
NETWORK_GIVEN="${COURSEGLUE_NETWORK:-}"
NETWORK_WITH=''

# An extension whose ABI number is not the plugin's, for the test of just that; in the profile of cargo's own tests, which have
# compiled nearly all of it.
build_other_abi() {
    find_cargo
    say "building an extension with another ABI number"
    (cd "$REPO" && COURSEGLUE_ABI=999 quietly "$WORK/log/cargo-other-abi.log" cargo build --locked --workspace --lib) \
        || die "the extension with another ABI number does not build."
    COURSEGLUE_OTHER_ABI="$WORK/other-abi.so"
    keep_for_service "$COURSEGLUE_OTHER_ABI" <"${CARGO_TARGET_DIR:-$REPO/target}/debug/libcourseglue.so"
    export COURSEGLUE_OTHER_ABI
}

# test_network ARGUMENT… : the arguments go to PHPUnit. Without any, tests that need the sites to themselves come first; then those
# that bring sites of their own into the network run beside the rest.
test_network() {
    if [[ -z "$(moodle_versions)" && -z "${COURSEGLUE_NETWORK:-}" ]]; then
        skip_for_want_of_moodle "the network of real sites"
        return
    fi
    if [[ "${COURSEGLUE_SKIP_SETUP:-0}" != 1 && -z "${COURSEGLUE_OTHER_ABI:-}" ]]; then build_other_abi; fi
    ensure_network embedded
    if (($#)); then
        run_network_tests some "$@"
        tally_network_tests some
        return
    fi
    run_network_tests alone --group alone
    in_background run_network_tests newcomers --group newcomers
    run_network_tests together --exclude-group alone,newcomers
    # A group of which there is no report counts as failed.
    wait "${OWN_JOBS##* }" || true
    OWN_JOBS=''
    tally_network_tests alone newcomers together
}

# run_network_tests GROUP ARGUMENT…
run_network_tests() {
    local report="$WORK/results/network-$1" status=0
    say "running: the network of real sites, $1"
    shift
    rm -f "$report.xml" "$report.status"
    (cd "$REPO" && phpunit --no-configuration --bootstrap tests/network/bootstrap.php --log-junit "$report.xml" "$@" tests/network) \
        >"$report.log" 2>&1 </dev/null || status=$?
    echo "$status" >"$report.status"
}

# tally_network_tests GROUP…
tally_network_tests() {
    local group report status
    for group in "$@"; do
        report="$WORK/results/network-$group"
        status="$(cat "$report.status" 2>/dev/null || echo 1)"
        if ((status != 0)) && [[ -e "$report.log" ]]; then sed 's/^/        | /' "$report.log" | tail -n 150 >&2; fi
        tally_junit "the network of real sites, $group" "$report.xml" "$status"
    done
}

test_browser() {
    local log="$WORK/log/browser-tests.log" status=0 program passed failed skipped unlisted
    local -a files
    if [[ -z "$(moodle_versions)" && -z "${COURSEGLUE_NETWORK:-}" ]]; then
        skip_for_want_of_moodle "the browser tests"
        return
    fi
    program="$(chromium_program)"
    if [[ -z "$program" ]]; then
        skip "the browser tests" "there is no Chromium here. Install one and name it in COURSEGLUE_CHROMIUM."
        return
    fi
    install_browser_driver
    ensure_network embedded
    say "running: the browser tests"
    mapfile -t files < <(cd "$REPO/tests/browser" && printf '%s\n' *.test.mjs)
    (cd "$REPO/tests/browser" && COURSEGLUE_CHROMIUM="$program" COURSEGLUE_SHOTS="${COURSEGLUE_SHOTS:-$WORK/results/pictures}" \
        node --test --test-reporter=tap --test-concurrency=1 "${files[@]}") >"$log" 2>&1 </dev/null || status=$?
    read -r passed failed skipped < <(awk '/^# pass / { p = $3 } /^# fail / { f = $3 } /^# (skipped|todo) / { s += $3 }
        END { print p + 0, f + 0, s + 0 }' "$log")
    if ((status != 0)); then
        if ((failed == 0)); then failed=1; fi
        grep -vE '^ *(ok|duration_ms|type|#|\.\.\.|---)' "$log" | tail -n 150 | sed 's/^/        | /' >&2
    fi
    unlisted="$(sed -n 's/^ *ok [0-9]* - \(.*\) # \(SKIP\|TODO\).*/\1/p' "$log" | unlisted_skips)"
    tally "the browser tests" "$passed" "$((failed + unlisted))" "$((skipped - unlisted))"
}
