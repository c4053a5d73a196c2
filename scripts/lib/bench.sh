# The benches: a crate outside the workspace, so that the rivals never slow a normal build.

BENCH_TARGET="$REPO/target/bench"

build_bench() {
    find_cargo
    say "building the benches and the rivals (cargo build --release)"
    CARGO_TARGET_DIR="$BENCH_TARGET" quietly "$WORK/log/cargo-bench.log" \
        cargo build --release --locked --manifest-path "$REPO/rust-ext/bench/Cargo.toml" \
        || die "the benches do not build. The compiler's words are above."
}

# build_simulator : the command that the bench "simulate" runs.
build_simulator() {
    find_cargo
    say "building the simulator (cargo build --release)"
    (cd "$REPO" && quietly "$WORK/log/cargo-sim.log" cargo build --release --locked --package courseglue-sim) \
        || die "the simulator does not build. The compiler's words are above."
}

# run_bench [NAME…] [--json] : the measuring itself.
run_bench() {
    COURSEGLUE_WORK="$WORK" COURSEGLUE_COMMAND="${CARGO_TARGET_DIR:-$REPO/target}/release/courseglue" \
        COURSEGLUE_DATA="${COURSEGLUE_DATA:-$(dirname "$REPO")/shared/data}" \
        "$BENCH_TARGET/release/courseglue-bench" "$@"
}
