# Part "rust": cargo's tests, and the order of the crates.

check_rooms() {
    check "no crate uses one above it, and no modules import each other in a circle" php "$REPO/scripts/lib/php/check_rooms.php"
}

test_rust() {
    local log="$WORK/log/cargo-test.log" status=0 passed failed skipped unlisted
    find_cargo
    cd "$REPO"
    check_rooms
    say "running: cargo test"
    cargo test --workspace --locked --no-fail-fast >"$log" 2>&1 </dev/null || status=$?
    read -r passed failed skipped < <(awk '/^test result:/ { passed += $4; failed += $6; skipped += $8 }
        END { print passed + 0, failed + 0, skipped + 0 }' "$log")
    if ((status != 0)); then
        if ((failed == 0)); then failed=1; fi
        grep -E '^(error|warning: unused|test .* FAILED|failures:|---- )' -A 12 "$log" | tail -n 120 | sed 's/^/        | /' >&2
        say "all of its output: $log"
    fi
    unlisted="$(sed -n 's/^test \(.*\) \.\.\. ignored.*/\1/p' "$log" | unlisted_skips)"
    tally "cargo test" "$passed" "$((failed + unlisted))" "$((skipped - unlisted))"
}
