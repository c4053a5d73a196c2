# Where things are: the checkout, the work directory, and the user that owns the work directory.
#
# As root everything that serves runs as the user "courseglue"; otherwise as the caller.

REPO="$(cd "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd -P)"
WORK="${COURSEGLUE_WORK:-/var/tmp/courseglue}"
PATH="$PATH:/usr/local/sbin:/usr/sbin:/sbin"
export PATH

readonly SERVICE_USER=courseglue
is_root() {
    ((EUID == 0))
}

# The socket names of the databases have to fit into the 107 bytes of a Unix socket address.
check_work_path() {
    [[ "$WORK" == /* ]] || die "COURSEGLUE_WORK is \"$WORK\": give an absolute path."
    ((${#WORK} <= 70)) || die "COURSEGLUE_WORK is longer than 70 characters: Unix sockets would not fit. Choose a shorter path."
}

# Makes the work directory, owned by whoever serves from it.
make_work() {
    check_work_path
    if is_root; then
        if ! getent passwd "$SERVICE_USER" >/dev/null; then
            say "creating the user $SERVICE_USER"
            useradd --system --user-group --no-create-home --home-dir "$WORK" --shell /usr/sbin/nologin "$SERVICE_USER"
        fi
        install -d -o "$SERVICE_USER" -g "$SERVICE_USER" -m 0755 "$WORK"
    elif ! mkdir -p "$WORK" 2>/dev/null || [[ ! -w "$WORK" ]]; then
        die "$WORK cannot be written by $(id -un). Set COURSEGLUE_WORK to a directory of your own."
    fi
    (cd "$WORK" && as_service mkdir -p run tmp home log sites templates trees results) 2>/dev/null \
        || die "the user $(service_user) cannot write in $WORK (is a folder above it closed to others?). Choose another COURSEGLUE_WORK."
}

service_user() {
    if is_root; then echo "$SERVICE_USER"; else id -un; fi
}

# as_service COMMAND… : runs as the user that serves, in the work directory, with a clean environment.
as_service() {
    local -a drop=()
    if is_root; then
        drop=(setpriv "--reuid=$SERVICE_USER" "--regid=$SERVICE_USER" --init-groups)
    fi
    (
        cd "$WORK"
        # Locks are held by open descriptors: a server that inherited one would hold it for ever.
        exec 8>&- 9>&- 10>&- 11>&- 12>&- 13>&- 14>&- 15>&-
        exec "${drop[@]}" env -i PATH="$PATH" HOME="$WORK/home" TMPDIR="$WORK/tmp" LANG=C.UTF-8 LC_ALL=C.UTF-8 TZ=UTC \
            "$@"
    )
}

# give_to_service PATH… : what root has copied into the work directory belongs to the service user.
give_to_service() {
    if is_root; then
        chown -R "$SERVICE_USER:$SERVICE_USER" "$@"
    fi
}

# keep_for_service FILE : saves standard input as a file of the service user's.
keep_for_service() {
    cat >"$1.new"
    give_to_service "$1.new"
    mv -f "$1.new" "$1"
}
