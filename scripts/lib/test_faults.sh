# Part "faults": three sites by themselves, where each holds everything, while something is wrong.

# test_faults ARGUMENT… : the arguments go to PHPUnit.
test_faults() {
    local junit="$WORK/results/faults.xml" log="$WORK/log/faults-tests.log" status=0
    if [[ -z "$(moodle_versions)" && -z "${COURSEGLUE_NETWORK:-}" ]]; then
        skip_for_want_of_moodle "the faults"
        return
    fi
    ensure_network ''
    export COURSEGLUE_KILLS="${COURSEGLUE_KILLS:-300}"
    export COURSEGLUE_SEED="${COURSEGLUE_SEED:-$RANDOM}"
    say "running: the faults, $COURSEGLUE_KILLS kills with COURSEGLUE_SEED=$COURSEGLUE_SEED"
    rm -f "$junit"
    (cd "$REPO" && php -d "extension=$(kept_extension)" "$(command -v phpunit)" --no-configuration \
        --bootstrap tests/faults/bootstrap.php --log-junit "$junit" "$@" tests/faults) >"$log" 2>&1 </dev/null || status=$?
    if ((status != 0)); then sed 's/^/        | /' "$log" | tail -n 150 >&2; fi
    grep '^faults: ' "$log" | while IFS= read -r line; do say "$line"; done || true
    tally_junit "the faults" "$junit" "$status"
}
