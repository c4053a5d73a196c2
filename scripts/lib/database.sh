# One face for both databases: DB is "pgsql" or "mariadb".

database() {
    case "$1" in
        pgsql) echo pg ;;
        mariadb) echo maria ;;
        *) die "\"$1\" is no database that is known here: pgsql or mariadb." ;;
    esac
}

db_start() { hold "database-$1" 300 "the start of $1" "$(database "$1")_start"; }
db_stop() { "$(database "$1")_stop"; }
db_create() { "$(database "$1")_create" "$2"; }
db_drop() { "$(database "$1")_drop" "$2"; }
db_save() { "$(database "$1")_save" "$2" "$3"; }
db_restore() { "$(database "$1")_restore" "$2" "$3"; }
db_saved() { "$(database "$1")_saved" "$2"; }
db_copy() { "$(database "$1")_copy" "$2" "$3"; }

# db_config DB NAME PREFIX : the lines of config.php that name the database.
db_config() {
    "$(database "$1")_config"
    cat <<END
\$CFG->dblibrary = 'native';
\$CFG->dbname = '$2';
\$CFG->prefix = '$3';
END
}
