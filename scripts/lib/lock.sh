# Several runs may share one work directory: each holds a shared lock on it, and the last one to leave stops the databases.

# use_work : from here on this run counts as a user of the work directory.
use_work() {
    exec 9>>"$WORK/run/use.lock"
    flock -s 9
}

# last_to_leave : true when no other run uses the work directory.
last_to_leave() {
    flock -n -x 9
}

# hold NAME SECONDS WHAT COMMAND… : runs the command while holding the named lock.
hold() {
    local name="$1" seconds="$2" what="$3" fd
    shift 3
    exec {fd}>>"$WORK/run/$name.lock"
    if ! flock -n "$fd"; then
        say "waiting for another run that holds $what in $WORK"
        flock -w "$seconds" "$fd" || die "another run still holds $what in $WORK. Wait for it, or set COURSEGLUE_WORK to another directory."
    fi
    "$@"
    exec {fd}>&-
}
