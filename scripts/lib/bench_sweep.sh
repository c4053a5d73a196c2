# The sites of the bench "sweep": a Moodle with very many courses, kept as a template, as making it takes minutes, and one that
# it publishes them to.

readonly SWEEP_COURSES=20000

# sweep_up : both sites, in a network of their own, with nothing published yet.
sweep_up() {
    local site key address=127.0.0.54 port
    OWN_SITES="$OWN_SITES bench-sweep bench-home"
    site="$(site_directory bench-sweep)"
    web_stop "$site"
    key="$(big_template 4.5 pgsql)"
    port="$(free_port "$address")"
    say "site bench-sweep: Moodle 4.5 on pgsql with $SWEEP_COURSES courses at http://$address:$port"
    lay_out_site "$site" 4.5 pgsql site_bench_sweep "http://$address:$port"
    template_use pgsql "$key" site_bench_sweep "$site/data"
    site_extension_set "$site" "${COURSEGLUE_EXTENSION:-default}"
    place_plugin "$site"
    quietly "$WORK/log/bench-sweep.log" "$site/php" "$site/www/admin/cli/upgrade.php" --non-interactive \
        || die "the plugin does not install in a Moodle with many courses."
    serve_site "$site" "$address" "$port"
    site_up bench-home 4.5 pgsql 127.0.0.55
    quietly "$WORK/log/bench-sweep.log" sweep_join || die "the sites of the bench cannot join."
}

# sweep_join : every course that a guest may see is to be published.
sweep_join() {
    bench_join bench-sweep --first
    bench_join bench-home "--address=$(<"$WORK/sites/bench-sweep/url")"
    site_set bench-sweep local_courseglue publishpolicy all
    site_set bench-sweep local_courseglue graceperiod 0
}

# big_template VERSION DB : Moodle alone with its courses; prints the key.
big_template() {
    local version="$1" db="$2" prefix key
    prefix="big-$version-$db-f$TEMPLATE_FORMAT-"
    key="$prefix$(moodle_key "$version")-$(cat "$REPO/scripts/lib/php/bench_courses.php" "$REPO/tests/fixtures/courses.jsonl" \
        | sha256sum | cut -c 1-12)-$SWEEP_COURSES"
    template_made "$db" "$prefix" "$key" "the making of many courses" install_big "$version"
    echo "$key"
}

install_big() {
    local version="$1" db="$2" key="$3" site="$WORK/sites/.big-$1-$2" bare
    ! template_is_there "$db" "$key" || return 0
    bare="$(bare_template "$version" "$db")"
    say "making $SWEEP_COURSES courses in Moodle $version on $db, once"
    lay_out_site "$site" "$version" "$db" "big_${version/./}" "http://127.0.0.1"
    template_use "$db" "$bare" "big_${version/./}" "$site/data"
    keep_for_service "$site/courses.jsonl" <"$REPO/tests/fixtures/courses.jsonl"
    keep_for_service "$site/bench_courses.php" <"$REPO/scripts/lib/php/bench_courses.php"
    quietly "$WORK/log/big-$version-$db.log" "$site/php" "$site/bench_courses.php" "$site/config.php" "$site/courses.jsonl" \
        "$SWEEP_COURSES" || die "the courses cannot be made in Moodle $version on $db."
    template_save "$db" "$key" "big_${version/./}" "$site/data"
    db_drop "$db" "big_${version/./}"
    remove_site "$site"
}
