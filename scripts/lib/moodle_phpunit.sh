# PHPUnit inside Moodle without Composer: Debian's PHPUnit 9.6 behind three small files where Moodle looks for its own.

# moodle_phpunit_possible VERSION : true for versions whose tests run under PHPUnit 9.6, or that bring a PHPUnit of their own.
moodle_phpunit_possible() {
    [[ "$1" == 4.* ]] || brings_phpunit "$1"
}

brings_phpunit() {
    [[ -e "$(moodle_source "$1")/vendor/phpunit/phpunit/composer.json" ]]
}

phpunit_directory() {
    echo "$WORK/phpunit/$1-$2"
}

# phpunit_command DIRECTORY : PHP's arguments that run PHPUnit there; Debian's does not look into vendor/ by itself.
phpunit_command() {
    if [[ -e "$1/www/vendor/composer" ]]; then
        printf '%s\n' "$1/www/vendor/bin/phpunit"
    else
        printf '%s\n' -d "auto_prepend_file=$1/www/vendor/autoload.php" "$(command -v phpunit)"
    fi
}

# The three files; a tree with a vendor folder of Composer's needs none.
write_phpunit_shims() {
    local vendor="$1/www/vendor"
    [[ ! -e "$vendor/phpunit" ]] || return 0
    as_service mkdir -p "$vendor/bin" "$vendor/phpunit/phpunit"
    printf '%s\n' '<?php' "require_once('PHPUnit/Autoload.php');" "require_once('org/bovigo/vfs/autoload.php');" \
        | keep_for_service "$vendor/autoload.php"
    echo '<?php // Debian has it as /usr/bin/phpunit.' | keep_for_service "$vendor/bin/phpunit"
    echo '{"name": "phpunit/phpunit"}' | keep_for_service "$vendor/phpunit/phpunit/composer.json"
}

# lay_out_phpunit DIRECTORY VERSION DB DATABASE
lay_out_phpunit() {
    local site="$1"
    as_service mkdir -p "$WORK/phpunit" "$WORK/phpunit/results"
    lay_out_site "$site" "$2" "$3" "$4" "http://127.0.0.1"
    sed -i "s|^\(.CFG->admin = .*\)|\1\n\$CFG->phpunit_prefix = 'phpu_';\n\$CFG->phpunit_dataroot = '$site/phpunitdata';|" "$site/www/config.php"
    give_to_service "$site/www/config.php"
    write_phpunit_shims "$site"
}

# phpunit_bare VERSION DB : Moodle's own test site, installed once; prints the key.
phpunit_bare() {
    local version="$1" db="$2" prefix key
    prefix="phpunit-$version-$db-f$TEMPLATE_FORMAT-"
    key="$prefix$(moodle_key "$version")"
    template_made "$db" "$prefix" "$key" "the installation of PHPUnit in Moodle $version" install_phpunit_bare "$version"
    echo "$key"
}

install_phpunit_bare() {
    local version="$1" db="$2" key="$3" site="$WORK/phpunit/.bare-$1-$2" name="phpunit_bare_${1/./}"
    ! template_is_there "$db" "$key" || return 0
    say "installing Moodle $version for PHPUnit on $db, once (about two minutes)"
    lay_out_phpunit "$site" "$version" "$db" "$name"
    db_create "$db" "$name"
    quietly "$WORK/log/phpunit-$version-$db.log" "$site/php" "$(served_directory "$site/www")/admin/tool/phpunit/cli/util.php" --install \
        || die "Moodle $version does not install for PHPUnit on $db."
    template_save "$db" "$key" "$name" "$site/phpunitdata"
    db_drop "$db" "$name"
    remove_site "$site"
}

# phpunit_ready VERSION DB : the test site with the plugin as it is now.
phpunit_ready() {
    local version="$1" db="$2" site prefix key name="phpunit_${1/./}"
    site="$(phpunit_directory "$version" "$db")"
    prefix="phpunitplugin-$version-$db-f$TEMPLATE_FORMAT-"
    key="$prefix$(moodle_key "$version")-$(plugin_schema)"
    db_start "$db"
    if [[ "$(cat "$site/state" 2>/dev/null)" != "$key" ]]; then
        lay_out_phpunit "$site" "$version" "$db" "$name"
    fi
    site_extension_set "$site" "${COURSEGLUE_EXTENSION:-default}"
    place_plugin "$site"
    if ! template_is_there "$db" "$key"; then
        add_plugin_to_phpunit "$version" "$db" "$site" "$name" "$key"
        template_forget_others "$db" "$prefix" "$key"
    elif [[ "$(cat "$site/state" 2>/dev/null)" != "$key" ]]; then
        template_use "$db" "$key" "$name" "$site/phpunitdata"
    fi
    quietly "$WORK/log/phpunit-config-$version-$db.log" "$site/php" "$(served_directory "$site/www")/admin/tool/phpunit/cli/util.php" --buildconfig \
        || die "Moodle's phpunit.xml cannot be made."
    echo "$key" | keep_for_service "$site/state"
}

add_plugin_to_phpunit() {
    local version="$1" db="$2" site="$3" name="$4" key="$5" bare
    bare="$(phpunit_bare "$version" "$db")"
    say "adding the plugin to PHPUnit's Moodle $version on $db"
    template_use "$db" "$bare" "$name" "$site/phpunitdata"
    keep_for_service "$site/keep_phpunit_state.php" <"$REPO/scripts/lib/php/keep_phpunit_state.php"
    quietly "$WORK/log/phpunit-plugin-$version-$db.log" "$site/php" "$site/keep_phpunit_state.php" "$(served_directory "$site/www")" \
        || die "the plugin does not install in PHPUnit's Moodle $version on $db."
    template_save "$db" "$key" "$name" "$site/phpunitdata"
}

# phpunit_run VERSION DB JUNIT ARGUMENT… : PHPUnit in that test site.
phpunit_run() {
    local version="$1" db="$2" junit="$3" site
    local -a command
    shift 3
    site="$(phpunit_directory "$version" "$db")"
    mapfile -t command < <(phpunit_command "$site")
    (cd "$site/www" && "$site/php" "${command[@]}" -c "$site/www/phpunit.xml" --log-junit "$junit" "$@" </dev/null)
}
