# One Moodle site in the work directory: made from a template, started, stopped, asked.

readonly ADMIN_PASSWORD='CourseGlue-Admin-1'
readonly TEACHER_PASSWORD='CourseGlue-Teacher-1'
readonly STUDENT_PASSWORD='CourseGlue-Student-1'

site_directory() {
    [[ "$1" =~ ^[a-z][a-z0-9-]*$ ]] || die "\"$1\" is no name of a site: lower-case letters, digits and hyphens."
    echo "$WORK/sites/$1"
}

# A site that is there, or an error.
site_there() {
    local site
    site="$(site_directory "$1")"
    [[ -e "$site/config.php" ]] || die "there is no site \"$1\" in $WORK. Make one with scripts/demo, or scripts/lib/site new $1 4.5 pgsql."
    echo "$site"
}

# bare_template VERSION DB : Moodle alone, installed once; prints the key.
bare_template() {
    local version="$1" db="$2" prefix key
    prefix="moodle-$version-$db-f$TEMPLATE_FORMAT-"
    key="$prefix$(moodle_key "$version")"
    template_made "$db" "$prefix" "$key" "the installation of Moodle $version" install_bare "$version"
    echo "$key"
}

install_bare() {
    local version="$1" db="$2" key="$3" site="$WORK/sites/.install-$1-$2"
    ! template_is_there "$db" "$key" || return 0
    say "installing Moodle $version on $db, once (one to two minutes)"
    lay_out_site "$site" "$version" "$db" "install_${version/./}" "http://127.0.0.1"
    db_create "$db" "install_${version/./}"
    quietly "$WORK/log/install-$version-$db.log" "$site/php" "$site/www/admin/cli/install_database.php" --agree-license \
        --lang=en --adminuser=admin "--adminpass=$ADMIN_PASSWORD" --adminemail=admin@example.org \
        --fullname='A Moodle site' --shortname=moodle || die "Moodle $version does not install on $db."
    template_save "$db" "$key" "install_${version/./}" "$site/data"
    db_drop "$db" "install_${version/./}"
    remove_site "$site"
}

# lay_out_site DIRECTORY VERSION DB DATABASE WWWROOT : everything but the content of the database.
lay_out_site() {
    local site="$1"
    as_service mkdir -p "$site"
    # Not as the service: a test of faults that was cut off may have left something of root's.
    find "$site" -mindepth 1 -maxdepth 1 ! -name www ! -name www.tree -exec rm -rf {} +
    as_service mkdir -p "$site/data" "$site/localcache"
    write_php_ini "$site"
    write_php_command "$site"
    link_tree "$2" "$site/www"
    write_config "$site" "$3" "$4" "$5"
    printf '%s\n' "$2" | keep_for_service "$site/version"
    printf '%s\n' "$3" | keep_for_service "$site/db"
    printf '%s\n' "$4" | keep_for_service "$site/dbname"
}

# remove_site DIRECTORY : the key of its tree first, so that a half removed site is not taken for a whole one.
remove_site() {
    rm -f "$1/www.tree"
    rm -rf "$1"
}

# plugin_template VERSION DB : Moodle with the plugin as it is now, installed once per state of its schema; prints the key.
plugin_template() {
    local version="$1" db="$2" prefix key
    prefix="plugin-$version-$db-f$TEMPLATE_FORMAT-"
    key="$prefix$(moodle_key "$version")-$(plugin_schema)"
    template_made "$db" "$prefix" "$key" "the plugin's installation in Moodle $version" install_plugin "$version"
    echo "$key"
}

install_plugin() {
    local version="$1" db="$2" key="$3" site="$WORK/sites/.plugin-$1-$2" bare
    ! template_is_there "$db" "$key" || return 0
    bare="$(bare_template "$version" "$db")"
    say "installing the plugin in Moodle $version on $db"
    lay_out_site "$site" "$version" "$db" "plugin_${version/./}" "http://127.0.0.1"
    template_use "$db" "$bare" "plugin_${version/./}" "$site/data"
    site_extension_set "$site" "${COURSEGLUE_EXTENSION:-default}"
    place_plugin "$site"
    quietly "$WORK/log/plugin-$version-$db.log" "$site/php" "$site/www/admin/cli/upgrade.php" --non-interactive \
        || die "the plugin does not install in Moodle $version on $db."
    template_save "$db" "$key" "plugin_${version/./}" "$site/data"
    db_drop "$db" "plugin_${version/./}"
    remove_site "$site"
}

# place_plugin DIRECTORY : the plugin's files as they are now, in place of those that the site has.
place_plugin() {
    local target
    target="$(served_directory "$1/www")/local/courseglue"
    rm -rf "$target"
    copy_plugin "$target" tests
    give_to_service "$target"
}

# site_up NAME VERSION DB ADDRESS : a fresh site with the plugin, started.
site_up() {
    local name="$1" version="$2" db="$3" address="$4" site port key
    site="$(site_directory "$name")"
    web_stop "$site"
    key="$(plugin_template "$version" "$db")"
    port="$(free_port "$address")"
    say "site $name: Moodle $version on $db at http://$address:$port"
    lay_out_site "$site" "$version" "$db" "site_${name//-/_}" "http://$address:$port"
    template_use "$db" "$key" "site_${name//-/_}" "$site/data"
    place_plugin "$site"
    site_extension_set "$site" "${COURSEGLUE_EXTENSION:-default}"
    serve_site "$site" "$address" "$port"
}

# site_copy NAME OTHER ADDRESS : OTHER as a backup would bring it back, under another address: same database, same dataroot.
site_copy() {
    local name="$1" other="$2" address="$3" site from db port
    from="$(site_there "$other")"
    site="$(site_directory "$name")"
    db="$(<"$from/db")"
    web_stop "$site"
    port="$(free_port "$address")"
    say "site $name: a copy of $other at http://$address:$port"
    lay_out_site "$site" "$(<"$from/version")" "$db" "site_${name//-/_}" "http://$address:$port"
    db_copy "$db" "$(<"$from/dbname")" "site_${name//-/_}"
    as_service rm -rf "$site/data"
    as_service cp -a "$from/data" "$site/data"
    place_plugin "$site"
    site_extension_set "$site" "${COURSEGLUE_EXTENSION:-default}"
    serve_site "$site" "$address" "$port"
}

# site_front_end NAME OTHER ADDRESS : a further web server of OTHER: its address, database and dataroot, a local disk of its own.
site_front_end() {
    local name="$1" other="$2" address="$3" site from port
    from="$(site_there "$other")"
    site="$(site_directory "$name")"
    web_stop "$site"
    # Moodle answers under its own port alone.
    port="$(<"$from/url")"
    port="${port##*:}"
    say "site $name: a further web server of $other at http://$address:$port"
    lay_out_site "$site" "$(<"$from/version")" "$(<"$from/db")" "$(<"$from/dbname")" "$(<"$from/url")"
    # What is the other's does not go when this goes.
    as_service rm -rf "$site/dbname" "$site/data"
    sed "s|'$site/data'|'$from/data'|" "$site/www/config.php" | keep_for_service "$site/www/config.php"
    place_plugin "$site"
    site_extension_set "$site" "${COURSEGLUE_EXTENSION:-default}"
    serve_site "$site" "$address" "$port"
}

# serve_site DIRECTORY ADDRESS PORT
serve_site() {
    write_web_server "$1" "$2" "$3"
    printf '%s\n' "$2" | keep_for_service "$1/address"
    printf '%s\n' "http://$2:$3" | keep_for_service "$1/url"
    web_start "$1"
}

site_start() { web_start "$(site_there "$1")"; }
site_stop() { web_stop "$(site_there "$1")"; }

site_restart() {
    site_stop "$1"
    site_start "$1"
}

# site_down NAME : stopped and removed.
site_down() {
    local site
    site="$(site_directory "$1")"
    web_stop "$site"
    if [[ -e "$site/dbname" ]]; then db_drop "$(<"$site/db")" "$(<"$site/dbname")" || true; fi
    remove_site "$site"
}

# site_php NAME SCRIPT… : a script of the site, its path relative to what the site serves (or absolute).
site_php() {
    local site script="$2"
    site="$(site_there "$1")"
    shift 2
    if [[ "$script" != /* && "$script" != -* ]]; then
        case "$script" in
            admin/cli/*) script="$site/www/$script" ;;
            *) script="$(served_directory "$site/www")/$script" ;;
        esac
    fi
    "$site/php" "$script" "$@"
}

# site_set NAME COMPONENT SETTING VALUE
site_set() {
    if [[ "$2" == core ]]; then
        site_php "$1" admin/cli/cfg.php "--name=$3" "--set=$4"
    else
        site_php "$1" admin/cli/cfg.php "--component=$2" "--name=$3" "--set=$4"
    fi
}

site_cron() {
    site_php "$1" admin/cli/cron.php --keep-alive=0
}

# site_tasks NAME : the plugin's own work, now, in the order in which a course travels.
site_tasks() {
    hold "tasks-$1" 600 "the tasks of site $1" run_tasks "$1"
}

run_tasks() {
    local task
    for task in sweep publish; do
        site_php "$1" admin/cli/scheduled_task.php "--execute=\\local_courseglue\\task\\$task" --force
    done
    site_php "$1" local/courseglue/cli/sync.php
}

# site_plugin NAME : copies the plugin again after an edit, and upgrades where the schema has changed.
site_plugin() {
    local site
    site="$(site_there "$1")"
    place_plugin "$site"
    quietly "$WORK/log/upgrade-$1.log" site_php "$1" admin/cli/upgrade.php --non-interactive \
        || die "the plugin does not upgrade in site $1."
    quietly "$WORK/log/purge-$1.log" site_php "$1" admin/cli/purge_caches.php \
        || die "the caches of site $1 cannot be purged."
}

site_extension() {
    site_extension_set "$(site_there "$1")" "$2"
    site_restart "$1"
}

# site_names : the sites that are there.
site_names() {
    local site
    for site in "$WORK"/sites/*/; do
        [[ -e "$site/url" ]] && basename "$site"
    done
    return 0
}

any_site_runs() {
    local name
    for name in $(site_names); do
        if web_runs "$(site_directory "$name")"; then return 0; fi
    done
    return 1
}
