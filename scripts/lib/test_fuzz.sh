# Part "fuzz": every decoder is fed whatever libFuzzer comes up with, for FUZZ_SECONDS each. Stable Rust is enough.

FUZZ_TARGET="$REPO/target/fuzz"
# What cargo-fuzz asks of the compiler, without the sanitizers, which only a nightly one has.
FUZZ_FLAGS="--cfg fuzzing -Cpasses=sancov-module -Cllvm-args=-sanitizer-coverage-level=4"
FUZZ_FLAGS+=" -Cllvm-args=-sanitizer-coverage-inline-8bit-counters -Cllvm-args=-sanitizer-coverage-pc-table"
FUZZ_FLAGS+=" -Cllvm-args=-sanitizer-coverage-trace-compares"

test_fuzz() {
    local host name seconds="${FUZZ_SECONDS:-20}"
    find_cargo
    host="$(rustc -vV | sed -n 's/^host: //p')"
    say "building the fuzz targets"
    # With a target named, build scripts are compiled without the flags, which they could not be linked with.
    RUSTFLAGS="$FUZZ_FLAGS" CARGO_TARGET_DIR="$FUZZ_TARGET" quietly "$WORK/log/cargo-fuzz.log" \
        cargo build --release --locked --target "$host" --manifest-path "$REPO/rust-ext/fuzz/Cargo.toml" \
        || die "the fuzz targets do not build. The compiler's words are above."
    for name in "$REPO"/rust-ext/fuzz/targets/*.rs; do
        name="$(basename "$name" .rs)"
        mkdir -p "$WORK/fuzz/$name"
        say "fuzzing \"$name\" for $seconds s"
        check "fuzz $name (an input that fails it is kept as $WORK/fuzz/$name-…)" \
            "$FUZZ_TARGET/$host/release/$name" -max_total_time="$seconds" -rss_limit_mb=2048 \
            -dict="$REPO/rust-ext/fuzz/words.dict" \
            -artifact_prefix="$WORK/fuzz/$name-" "$WORK/fuzz/$name"
    done
}
