# The PHP extension: built from rust-ext/php by the caller, then kept in the work directory where every site finds it.

find_cargo() {
    if ! command -v cargo >/dev/null && [[ -x "$HOME/.cargo/bin/cargo" ]]; then
        PATH="$HOME/.cargo/bin:$PATH"
    fi
    command -v cargo >/dev/null || die "cargo is not installed. Get the Rust toolchain from https://rustup.rs and run this again."
}

built_extension() {
    echo "${CARGO_TARGET_DIR:-$REPO/target}/release/libcourseglue.so"
}

kept_extension() {
    echo "$WORK/courseglue.so"
}

# build_extension : builds, copies (by rename: running workers keep the file that they have mapped) and tries it.
build_extension() {
    find_cargo
    say "building the extension (cargo build --release)"
    (cd "$REPO" && quietly "$WORK/log/cargo-build.log" cargo build --release --locked --manifest-path rust-ext/php/Cargo.toml) \
        || die "the extension does not build. The compiler's words are above."
    keep_extension
    say "the extension loads: $(kept_extension)"
}

keep_extension() {
    local listed
    if ! cmp -s "$(built_extension)" "$(kept_extension)"; then
        keep_for_service "$(kept_extension)" <"$(built_extension)"
    fi
    listed="$(php -d "extension=$(kept_extension)" -m 2>&1)" || true
    grep -qx courseglue <<<"$listed" \
        || die "PHP does not load $(kept_extension): $(head -n 3 <<<"$listed")"
}
