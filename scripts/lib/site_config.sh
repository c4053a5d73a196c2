# The files that make a directory of the work directory a Moodle site: php.ini, config.php.

# The PHP configuration of one site, for its web server and its command line; its own folder of *.ini holds the extension.
write_php_ini() {
    local site="$1"
    as_service mkdir -p "$site/conf.d" "$site/tmp"
    keep_for_service "$site/php.ini" <<END
memory_limit = 512M
max_execution_time = 120
max_input_vars = 5000
post_max_size = 64M
upload_max_filesize = 64M
error_reporting = E_ALL
display_errors = Off
display_startup_errors = Off
log_errors = On
error_log = $site/php_errors.log
date.timezone = UTC
sendmail_path = /bin/true
sys_temp_dir = $site/tmp
upload_tmp_dir = $site/tmp
opcache.revalidate_freq = 0
opcache.max_accelerated_files = 16229
END
    as_service touch "$site/php_errors.log"
}

# site_extension_set DIRECTORY none|default|FILE : which extension the site loads, in FPM (after a restart) and CLI.
site_extension_set() {
    local site="$1" file="$2"
    if [[ "$file" == none ]]; then
        as_service rm -f "$site/conf.d/50-courseglue.ini" "$site/courseglue.so"
        return
    fi
    if [[ "$file" == default ]]; then file="$(kept_extension)"; fi
    [[ -r "$file" ]] || die "there is no extension at $file."
    keep_for_service "$site/courseglue.so" <"$file"
    echo "extension = $site/courseglue.so" | keep_for_service "$site/conf.d/50-courseglue.ini"
}

# write_config DIRECTORY DB DATABASE WWWROOT
write_config() {
    local site="$1"
    {
        cat <<END
<?php
unset(\$CFG);
global \$CFG;
\$CFG = new stdClass();
END
        db_config "$2" "$3" mdl_
        cat <<END
\$CFG->wwwroot = '$4';
\$CFG->dataroot = '$site/data';
\$CFG->localcachedir = '$site/localcache';
\$CFG->admin = 'admin';
\$CFG->directorypermissions = 02770;
\$CFG->debug = E_ALL;
\$CFG->debugdisplay = 0;
require_once(__DIR__ . '/lib/setup.php');
END
    } | keep_for_service "$site/www/config.php"
    as_service ln -sfn www/config.php "$site/config.php"
}

# write_php_command DIRECTORY : a command that runs PHP as the site's web server would: "$site/php script arguments".
write_php_command() {
    local site="$1" drop=''
    if is_root; then drop="setpriv --reuid=$SERVICE_USER --regid=$SERVICE_USER --init-groups "; fi
    keep_for_service "$site/php" <<END
#!/bin/sh
# PHP's command line with the settings and the extension of this site, run by its owner.
PHP_INI_SCAN_DIR='$(php_scan_dirs cli "$site/conf.d")'; export PHP_INI_SCAN_DIR
HOME='$WORK/home'; TMPDIR='$site/tmp'; export HOME TMPDIR
if [ "\$(id -u)" = 0 ]; then exec ${drop}php -c '$site/php.ini' "\$@"; fi
exec php -c '$site/php.ini' "\$@"
END
    chmod 755 "$site/php"
}
