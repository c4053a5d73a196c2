# Part "php": the extension from PHP, its generated stubs, and the package through Moodle's own validator.

test_php() {
    cd "$REPO"
    test_extension "$@"
    if (($#)); then return; fi
    check "the stubs are those of the extension" php -d "extension=$(kept_extension)" rust-ext/php/stubs/generate.php --check
    check "scripts/package" "$REPO/scripts/package"
    if [[ -z "$(moodle_versions)" ]]; then
        skip_for_want_of_moodle "the package through Moodle's validator"
    else
        test_package
    fi
}

test_extension() {
    local junit="$WORK/results/extension.xml" log="$WORK/log/extension-tests.log" status=0
    say "running: the extension from PHP"
    rm -f "$junit"
    php -d "extension=$(kept_extension)" -d zend.assertions=1 "$(command -v phpunit)" --no-configuration \
        --log-junit "$junit" "$@" tests/extension >"$log" 2>&1 </dev/null || status=$?
    if ((status != 0)); then sed 's/^/        | /' "$log" | tail -n 100 >&2; fi
    tally_junit "the extension from PHP" "$junit" "$status"
}

# package_holds_what_it_should : what administrators read, and nothing that is a test.
package_holds_what_it_should() {
    local name listed
    listed="$(unzip -Z1 "$REPO/local_courseglue.zip")"
    for name in README.md CHANGES.md LICENSE docs/operations.md version.php; do
        grep -qx "courseglue/$name" <<<"$listed" || { echo "courseglue/$name is missing"; return 1; }
    done
    unzip -p "$REPO/local_courseglue.zip" courseglue/README.md | grep -q '^| leaves' || { echo "README.md does not say what leaves"; return 1; }
    ! grep -E '(^|/)tests?/|_test\.php$|\.feature$|\.test\.mjs$|\.so$' <<<"$listed"
}

# test_package : Moodle's validator reads the ZIP, then Moodle's own code manager unpacks it into a tree and Moodle installs it.
test_package() {
    local version
    check "the package holds what administrators read, and no test" package_holds_what_it_should
    db_start pgsql
    for version in $(moodle_versions); do
        begin_check "the package installs in Moodle $version" hold "package-$version" 600 "the package's trial" install_package "$version"
    done
    end_checks
}

install_package() {
    local version="$1" site="$WORK/sites/.package-$1" bare name="package_${1/./}"
    bare="$(bare_template "$version" pgsql)"
    lay_out_site "$site" "$version" pgsql "$name" http://127.0.0.1
    template_use pgsql "$bare" "$name" "$site/data"
    site_extension_set "$site" "${COURSEGLUE_EXTENSION:-default}"
    keep_for_service "$site/local_courseglue.zip" <"$REPO/local_courseglue.zip"
    keep_for_service "$site/install_package.php" <"$REPO/scripts/lib/php/install_package.php"
    # Inside of a check nothing ends by itself at the first failure.
    "$site/php" "$site/install_package.php" "$site/www/config.php" "$site/local_courseglue.zip" \
        && "$site/php" "$site/www/admin/cli/upgrade.php" --non-interactive \
        && "$site/php" "$site/www/admin/cli/cfg.php" --component=local_courseglue --name=version \
        && db_drop pgsql "$name"
}
