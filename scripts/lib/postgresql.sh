# A PostgreSQL cluster of our own: a socket in the work directory, no port, no durability (its content can be made again).

pg_bin() {
    local -a found
    mapfile -t found < <(compgen -G '/usr/lib/postgresql/*/bin' | sort -V)
    ((${#found[@]})) || die "PostgreSQL is not installed. Run scripts/setup as root."
    echo "${found[-1]}"
}

pg_start() {
    local data="$WORK/postgresql/data" options
    if [[ ! -e "$data/PG_VERSION" ]]; then
        say "making a PostgreSQL cluster"
        rm -rf "$WORK/postgresql"
        as_service mkdir -p -m 0755 "$WORK/postgresql"
        quietly "$WORK/log/initdb.log" as_service "$(pg_bin)/initdb" -D "$data" -U moodle --auth=trust \
            --encoding=UTF8 --locale=C.UTF-8 --no-sync || die "initdb failed."
    fi
    if ! as_service "$(pg_bin)/pg_ctl" -D "$data" status >/dev/null 2>&1; then
        options="-c listen_addresses='' -c unix_socket_directories='$WORK/postgresql' -c unix_socket_permissions=0777"
        options+=" -c fsync=off -c synchronous_commit=off -c full_page_writes=off -c shared_buffers=256MB"
        options+=" -c max_connections=200 -c max_wal_size=2GB -c autovacuum=on"
        quietly "$WORK/log/pg_ctl.log" as_service "$(pg_bin)/pg_ctl" -D "$data" -w -t 120 -l "$WORK/log/postgresql.log" -o "$options" start \
            || die "PostgreSQL does not start: see $WORK/log/postgresql.log."
    fi
}

pg_stop() {
    local data="$WORK/postgresql/data"
    if [[ -e "$data/postmaster.pid" ]]; then
        as_service "$(pg_bin)/pg_ctl" -D "$data" -m fast -w stop >/dev/null 2>&1 || warn "PostgreSQL in $WORK did not stop."
    fi
}

pg_sql() {
    as_service "$(pg_bin)/psql" -h "$WORK/postgresql" -U moodle -d postgres -v ON_ERROR_STOP=1 -qAt -c "$1"
}

pg_exists() {
    [[ "$(pg_sql "SELECT 1 FROM pg_database WHERE datname = '$1'")" == 1 ]]
}

pg_drop() {
    pg_sql "DROP DATABASE IF EXISTS \"$1\" WITH (FORCE)" 2>/dev/null
}

# pg_create NAME
pg_create() {
    pg_drop "$1"
    pg_sql "CREATE DATABASE \"$1\" TEMPLATE template0"
}

# pg_save NAME DIRECTORY : keeps a database as the template of that directory.
pg_save() {
    local template
    template="tpl_$(basename "$2")"
    pg_drop "$template"
    pg_sql "CREATE DATABASE \"$template\" TEMPLATE \"$1\""
}

# pg_restore NAME DIRECTORY : makes a database from the template of that directory.
pg_restore() {
    pg_drop "$1"
    pg_sql "CREATE DATABASE \"$1\" TEMPLATE \"tpl_$(basename "$2")\""
}

# pg_copy FROM TO : of a database that may be in use.
pg_copy() {
    pg_create "$2"
    as_service "$(pg_bin)/pg_dump" -h "$WORK/postgresql" -U moodle "$1" \
        | as_service "$(pg_bin)/psql" -h "$WORK/postgresql" -U moodle -d "$2" -q -v ON_ERROR_STOP=1 >/dev/null
}

pg_saved() {
    pg_exists "tpl_$(basename "$1")"
}

pg_config() {
    cat <<END
\$CFG->dbtype = 'pgsql';
\$CFG->dbhost = 'localhost';
\$CFG->dbuser = 'moodle';
\$CFG->dbpass = '';
\$CFG->dboptions = ['dbsocket' => '$WORK/postgresql'];
END
}
