# The network without Moodle: sites of the same engine in one process, for machines where no Moodle can be had.

readonly EMBEDDED_SITES=50

# show_embedded_network COURSES CHECK : runs it until Ctrl-C; where CHECK is not empty, tries its claims and ends, with
# status 0 only if every claim held.
show_embedded_network() {
    local -a options=(--sites "$EMBEDDED_SITES" --courses "$1")
    find_cargo
    say "no Moodle can be had here: showing $EMBEDDED_SITES sites of the same engine in one process instead, without Moodle's pages"
    if [[ -n "$2" ]]; then options+=(--check); fi
    (cd "$REPO" && quietly "$WORK/log/cargo-build.log" cargo build --release --locked -p courseglue-sim) \
        || die "the network does not build. The compiler's words are above."
    "${CARGO_TARGET_DIR:-$REPO/target}/release/courseglue" network "${options[@]}" \
        || die "not every claim held, or the network could not start: see above."
}
