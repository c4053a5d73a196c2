# A MariaDB server of our own: a socket in the work directory, no port, no durability (its content can be made again).

maria_start() {
    local home="$WORK/mariadb" waited=0
    if [[ ! -e "$home/ready" ]]; then
        say "making a MariaDB data directory"
        rm -rf "$home"
        as_service mkdir -p -m 0755 "$home"
        quietly "$WORK/log/mariadb-install.log" as_service mariadb-install-db --no-defaults --datadir="$home/data" \
            --auth-root-authentication-method=normal --skip-test-db || die "mariadb-install-db failed."
        touch "$home/ready"
    fi
    maria_runs && return
    as_service setsid --fork mariadbd --no-defaults --datadir="$home/data" --socket="$home/mysql.sock" --pid-file="$home/mariadbd.pid" \
        --skip-networking --character-set-server=utf8mb4 --collation-server=utf8mb4_unicode_ci \
        --innodb-flush-log-at-trx-commit=0 --innodb-doublewrite=0 --innodb-flush-method=nosync --skip-log-bin \
        --innodb-buffer-pool-size=256M --innodb-log-file-size=256M --innodb-stats-persistent=0 --max-allowed-packet=64M \
        </dev/null >"$WORK/log/mariadb.log" 2>&1
    until maria_runs; do
        ((++waited <= 300)) || die "MariaDB does not start: see $WORK/log/mariadb.log."
        sleep 0.2
    done
}

maria_runs() {
    as_service mariadb-admin --no-defaults --socket="$WORK/mariadb/mysql.sock" -u root ping >/dev/null 2>&1
}

maria_stop() {
    local waited=0
    if [[ -e "$WORK/mariadb/mariadbd.pid" ]] && maria_runs; then
        as_service mariadb-admin --no-defaults --socket="$WORK/mariadb/mysql.sock" -u root shutdown >/dev/null 2>&1 \
            || warn "MariaDB in $WORK did not stop."
        while [[ -e "$WORK/mariadb/mariadbd.pid" ]] && ((++waited <= 150)); do sleep 0.2; done
    fi
}

maria_client() {
    as_service mariadb --no-defaults --socket="$WORK/mariadb/mysql.sock" -u root --default-character-set=utf8mb4 "$@"
}

maria_drop() {
    maria_client -e "DROP DATABASE IF EXISTS \`$1\`"
}

maria_create() {
    maria_drop "$1"
    maria_client -e "CREATE DATABASE \`$1\` CHARACTER SET utf8mb4 COLLATE utf8mb4_unicode_ci"
}

maria_dump() {
    as_service mariadb-dump --no-defaults --socket="$WORK/mariadb/mysql.sock" -u root --default-character-set=utf8mb4 \
        --single-transaction --skip-comments "$1"
}

# maria_fill NAME : a fresh database from a dump on standard input.
maria_fill() {
    maria_create "$1" </dev/null
    { echo 'SET foreign_key_checks=0, unique_checks=0, autocommit=0;'; cat; echo 'COMMIT;'; } | maria_client "$1"
}

# maria_save NAME DIRECTORY : keeps a database as the template of that directory.
maria_save() {
    maria_dump "$1" | keep_for_service "$2/database.sql"
}

# maria_restore NAME DIRECTORY : makes a database from the template of that directory.
maria_restore() {
    maria_fill "$1" <"$2/database.sql"
}

# maria_copy FROM TO : of a database that may be in use.
maria_copy() {
    maria_dump "$1" | maria_fill "$2"
}

maria_saved() {
    [[ -e "$1/database.sql" ]]
}

maria_config() {
    cat <<END
\$CFG->dbtype = 'mariadb';
\$CFG->dbhost = 'localhost';
\$CFG->dbuser = 'root';
\$CFG->dbpass = '';
\$CFG->dboptions = ['dbsocket' => '$WORK/mariadb/mysql.sock', 'dbcollation' => 'utf8mb4_unicode_ci'];
END
}
