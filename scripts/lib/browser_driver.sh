# The browser tests' only package, playwright-core, which drives the Chromium that the distribution has.

install_browser_driver() {
    local folder="$REPO/tests/browser"
    [[ -e "$folder/package-lock.json" ]] || return 0
    if ! cmp -s "$folder/package-lock.json" "$folder/node_modules/.installed"; then
        say "getting the browser tests' driver (npm ci)"
        (cd "$folder" && quietly "$WORK/log/npm.log" npm ci --no-audit --no-fund --ignore-scripts) \
            || die "npm ci failed in tests/browser. Does the npm registry answer?"
        cp "$folder/package-lock.json" "$folder/node_modules/.installed"
    fi
}

# chromium_program : the browser, or nothing.
chromium_program() {
    local program
    for program in "${COURSEGLUE_CHROMIUM:-}" chromium google-chrome google-chrome-stable; do
        if [[ -n "$program" ]] && command -v "$program"; then return; fi
    done
}
