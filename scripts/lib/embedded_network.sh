# Sites of the same engine in one process: as members of a network of Moodles, or as one of their own where no Moodle can be had.

readonly EMBEDDED_SITES=50
# With so many beside three Moodles there are always more sites than a word has homes.
readonly EMBEDDED_MEMBERS=20

# Cargo's profile of the embedded sites: "release", or "dev" for the tests, as cargo's own tests have compiled that already.
EMBEDDED_PROFILE=release

embedded_command() {
    local folder="$EMBEDDED_PROFILE"
    if [[ "$folder" == dev ]]; then folder=debug; fi
    echo "${CARGO_TARGET_DIR:-$REPO/target}/$folder/courseglue"
}

build_embedded() {
    find_cargo
    # All members of the workspace are named so that the features of what they share are those of cargo's tests.
    (cd "$REPO" && quietly "$WORK/log/cargo-build.log" cargo build --profile "$EMBEDDED_PROFILE" --locked --workspace --bin courseglue) \
        || die "the network does not build. The compiler's words are above."
}

# show_embedded_network COURSES CHECK : runs it until Ctrl-C; where CHECK is not empty, tries its claims and ends, with
# status 0 only if every claim held.
show_embedded_network() {
    local -a options=(--sites "$EMBEDDED_SITES" --courses "$1")
    say "no Moodle can be had here: showing $EMBEDDED_SITES sites of the same engine in one process instead, without Moodle's pages"
    if [[ -n "$2" ]]; then options+=(--check); fi
    build_embedded
    "$(embedded_command)" network "${options[@]}" || die "not every claim held, or the network could not start: see above."
}

embedded_file() {
    echo "$WORK/run/embedded.json"
}

# embedded_join URL : lets embedded sites with courses of their own join through the site at URL, and waits until they have.
# They run until the script ends.
embedded_join() {
    local log="$WORK/log/embedded.log" second
    build_embedded
    say "$EMBEDDED_MEMBERS embedded sites join through $1"
    rm -f "$(embedded_file)"
    "$(embedded_command)" network --join "$1" --sites "$EMBEDDED_MEMBERS" --state "$(embedded_file)" >"$log" 2>&1 </dev/null 8>&- 9>&- &
    EMBEDDED_PID=$!
    for ((second = 0; second < 300; second++)); do
        if [[ -e "$(embedded_file)" ]]; then return; fi
        kill -0 "$EMBEDDED_PID" 2>/dev/null || break
        sleep 1
    done
    sed 's/^/        | /' "$log" | tail -n 40 >&2
    die "the embedded sites have not joined: see above."
}

EMBEDDED_PID=''

# embedded_down : ends them, if they run.
embedded_down() {
    if [[ -n "$EMBEDDED_PID" ]]; then
        kill "$EMBEDDED_PID" 2>/dev/null || true
        wait "$EMBEDDED_PID" 2>/dev/null || true
    fi
    EMBEDDED_PID=''
}
