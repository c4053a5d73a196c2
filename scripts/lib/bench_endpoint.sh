# The sites that the bench "endpoint" measures: real ones, of this bench alone, and gone when it ends.

# More than the other parts need.
readonly LOAD_PACKAGES=wrk

# endpoint_up : one site on each database in a network of its own, and one whose pages are looked at.
endpoint_up() {
    local name db address file
    OWN_SITES="$OWN_SITES bench-pgsql bench-mariadb bench-pages"
    while read -r name db address; do
        site_up "$name" 4.5 "$db" "$address"
        for file in bench_bare.php bench_full.php; do
            keep_for_service "$WORK/sites/$name/www/$file" <"$REPO/scripts/lib/php/$file"
        done
        # Workers that come and go would be measured too.
        sed -i 's/^pm = dynamic/pm = static/' "$WORK/sites/$name/fpm.conf"
        site_restart "$name"
        quietly "$WORK/log/bench-$name.log" endpoint_join "$name" || die "site $name cannot join."
    done <<'END'
bench-pgsql pgsql 127.0.0.51
bench-mariadb mariadb 127.0.0.52
bench-pages pgsql 127.0.0.53
END
}

# endpoint_join NAME : the first site of the network in whose name the bench signs.
endpoint_join() {
    bench_join "$1" --first
}

# bench_join NAME HOW : into the network of the bench; nobody is limited, loopback is allowed.
bench_join() {
    site_set "$1" local_courseglue network bench
    site_set "$1" local_courseglue allowhttp 1
    site_set "$1" local_courseglue ratelimit 0
    site_set "$1" core curlsecurityblockedhosts ''
    site_set "$1" core curlsecurityallowedport ''
    site_php "$1" local/courseglue/cli/join.php "$2" --yes
}
