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

# An extension whose ABI number is not the plugin's, for the test of just that.
build_other_abi() {
    local built target
    built="$(dirname "$(built_extension)")"
    target="$(dirname "$built")/other-abi"
    find_cargo
    say "building the extension with another ABI number"
    if [[ ! -e "$target" && -e "$built/.fingerprint" ]]; then
        # What does not depend on that number has been compiled already.
        mkdir -p "$target"
        cp -a "$built" "$target/release"
    fi
    (cd "$REPO" && COURSEGLUE_ABI=999 quietly "$WORK/log/cargo-other-abi.log" cargo build --release --locked \
        --manifest-path rust-ext/php/Cargo.toml --target-dir "$target") || die "the extension with another ABI number does not build."
    COURSEGLUE_OTHER_ABI="$target/release/libcourseglue.so"
    export COURSEGLUE_OTHER_ABI
}

test_network() {
    local junit="$WORK/results/network.xml" log="$WORK/log/network-tests.log" status=0
    if [[ -z "$(moodle_versions)" && -z "${COURSEGLUE_NETWORK:-}" ]]; then
        skip_for_want_of_moodle "the network of real sites"
        return
    fi
    if [[ "${COURSEGLUE_SKIP_SETUP:-0}" != 1 && -z "${COURSEGLUE_OTHER_ABI:-}" ]]; then build_other_abi; fi
    ensure_network embedded
    say "running: the network of real sites"
    rm -f "$junit"
    (cd "$REPO" && phpunit --no-configuration --bootstrap tests/network/bootstrap.php --log-junit "$junit" "$@" tests/network) \
        >"$log" 2>&1 </dev/null || status=$?
    if ((status != 0)); then sed 's/^/        | /' "$log" | tail -n 150 >&2; fi
    tally_junit "the network of real sites" "$junit" "$status"
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
