# What people read while the scripts work: steps with the time that has passed, warnings, and errors that say what to do.

COURSEGLUE_BEGAN="${COURSEGLUE_BEGAN:-$(date +%s)}"
export COURSEGLUE_BEGAN

# say TEXT… : one step of progress on standard error, so that standard output stays for answers.
say() {
    printf '[%4ds] %s\n' "$(($(date +%s) - COURSEGLUE_BEGAN))" "$*" >&2
}

warn() {
    say "WARNING: $*"
}

# die TEXT… : what happened and what to do about it.
die() {
    printf '[%4ds] ERROR: %s\n' "$(($(date +%s) - COURSEGLUE_BEGAN))" "$*" >&2
    exit 1
}

# quietly LOGFILE COMMAND… : runs with its output in a file, and shows the end of it only when it failed.
quietly() {
    local log="$1" status=0
    shift
    "$@" >"$log" 2>&1 </dev/null || status=$?
    if ((status != 0)); then
        say "failed with status $status: $*"
        tail -n 40 "$log" | sed 's/^/        | /' >&2
        say "all of its output: $log"
    fi
    return "$status"
}

# usage_of FILE : the comment at the top of an entry point is its help.
usage_of() {
    sed -n '2,/^$/{s/^# \{0,1\}//;p}' "$1"
}
