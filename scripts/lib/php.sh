# Which PHP, and where Debian keeps its parts.

php_version() {
    php -r 'echo PHP_MAJOR_VERSION, ".", PHP_MINOR_VERSION;'
}

php_fpm() {
    command -v "php-fpm$(php_version)" || die "php-fpm$(php_version) is not installed. Run scripts/setup as root."
}

# php_scan_dirs SAPI OWN : Debian's own configuration of that SAPI, then ours.
php_scan_dirs() {
    echo "/etc/php/$(php_version)/$1/conf.d:$2"
}
