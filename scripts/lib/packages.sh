# The packages of Debian or Ubuntu that everything here needs.

# Packages that only this run needs.
MORE_PACKAGES=''

# The release of PHP: the installed one, else the one that the distribution's php-cli stands for.
packaged_php() {
    if command -v php >/dev/null; then
        php_version
    else
        apt-cache depends php-cli 2>/dev/null | sed -n 's/.*Depends: php\([0-9.]*\)-cli$/\1/p' | head -n 1
    fi
}

wanted_packages() {
    local php extension
    php="$(packaged_php)"
    php="${php:-8.2}"
    for extension in cli fpm dev pgsql mysql xml mbstring curl zip gd intl soap; do
        echo "php$php-$extension"
    done
    printf '%s\n' gcc nginx-light postgresql mariadb-server clang libclang-dev pkg-config phpunit \
        php-mikey179-vfsstream locales unzip zip curl fonts-dejavu-core fonts-noto-cjk
    if [[ -n "$MORE_PACKAGES" ]]; then printf '%s\n' "$MORE_PACKAGES"; fi
    # Ubuntu's chromium is a snap, which cannot be driven from here: any Chrome that is already there serves instead.
    if ! command -v chromium >/dev/null && ! command -v google-chrome >/dev/null && ! is_ubuntu; then
        echo chromium
    fi
    command -v node >/dev/null || echo nodejs
    command -v npm >/dev/null || echo npm
}

is_ubuntu() {
    grep -q '^ID=ubuntu' /etc/os-release 2>/dev/null
}

# A package counts as there when dpkg knows it, or when what we need of it is there under a numbered name.
package_is_there() {
    case "$1" in
        postgresql) compgen -G '/usr/lib/postgresql/*/bin/initdb' >/dev/null ;;
        mariadb-server) command -v mariadbd >/dev/null ;;
        nginx-light) command -v nginx >/dev/null ;;
        gcc | curl | unzip | zip | clang) command -v "$1" >/dev/null ;;
        *) [[ "$(dpkg-query -W -f '${db:Status-Status}' "$1" 2>/dev/null)" == installed ]] ;;
    esac
}

missing_packages() {
    local package
    wanted_packages | while read -r package; do
        package_is_there "$package" || echo "$package"
    done
}

# Moodle's PHPUnit insists on Australian English.
locale_is_there() {
    locale -a 2>/dev/null | grep -qix 'en_AU\.utf-\?8'
}

# install_packages : as root installs what is missing; otherwise says which command does.
install_packages() {
    local -a missing
    mapfile -t missing < <(missing_packages)
    if ((${#missing[@]})); then
        if ! is_root; then
            say "missing: ${missing[*]}"
            die "install them with:  sudo $REPO/scripts/setup --packages-only"
        fi
        command -v apt-get >/dev/null || die "this is neither Debian nor Ubuntu: install by hand what these packages hold: ${missing[*]}"
        say "installing packages: ${missing[*]}"
        export DEBIAN_FRONTEND=noninteractive
        quietly /var/tmp/courseglue-apt.log apt-get update -q || die "apt-get update failed. Is there a package mirror?"
        # With PHP unknown until now, the names are only right after the lists were read.
        mapfile -t missing < <(missing_packages)
        without_services quietly /var/tmp/courseglue-apt.log apt-get install -y --no-install-recommends \
            -o Dpkg::Options::=--force-confold "${missing[@]}" \
            || die "apt-get install failed."
    fi
    if ! locale_is_there; then
        is_root || die "the locale en_AU.UTF-8 is missing. Make it with:  sudo localedef -i en_AU -f UTF-8 en_AU.UTF-8"
        say "making the locale en_AU.UTF-8, which Moodle's PHPUnit wants"
        localedef -i en_AU -f UTF-8 en_AU.UTF-8
    fi
}

# without_services COMMAND… : no package may start a server or make a database cluster of its own.
without_services() {
    local policy=/usr/sbin/policy-rc.d made='' status=0
    mkdir -p /etc/postgresql-common
    if [[ ! -e /etc/postgresql-common/createcluster.conf ]]; then
        echo 'create_main_cluster = false' >/etc/postgresql-common/createcluster.conf
    fi
    if [[ ! -e "$policy" ]]; then
        printf '#!/bin/sh\nexit 101\n' >"$policy"
        chmod 755 "$policy"
        made=1
    fi
    "$@" || status=$?
    [[ -z "$made" ]] || rm -f "$policy"
    return "$status"
}
