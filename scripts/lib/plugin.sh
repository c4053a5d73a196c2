# The plugin's directory as Moodle gets it: moodle-plugin/ with its links followed, and nothing that only the repository needs.

# copy_plugin DIRECTORY WHAT : WHAT is "release", or "tests" with what tests of real sites need.
copy_plugin() {
    local target="$1" what="$2"
    local -a leave_out=(
        --exclude='*.so' --exclude='.[!./]*' --exclude=node_modules
        --exclude=./tests/browser --exclude=./tests/extension
    )
    if [[ "$what" == release ]]; then
        leave_out+=(--exclude=./tests)
    fi
    mkdir -p "$target"
    tar -C "$REPO/moodle-plugin" --dereference --hard-dereference "${leave_out[@]}" -cf - . | tar -C "$target" -xf - --no-same-owner
    [[ -s "$target/version.php" ]] || die "the plugin has no version.php: is $REPO/moodle-plugin whole?"
}

# plugin_schema : changes whenever a site would have to install or upgrade the plugin again.
plugin_schema() {
    (
        cd "$REPO"
        find version.php moodle-plugin/settings.php db -type f \( -name '*.php' -o -name '*.xml' \) -print0 2>/dev/null \
            | sort -z | xargs -0 cat
    ) | sha256sum | cut -c 1-12 || true
}
