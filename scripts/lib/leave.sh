# However a run ends, what it started ends with it.

# With a network of its own a run also stops what its tests made: all sites but those that were there before.
OWN_NETWORK=''
SITES_BEFORE=''

# Sites that nobody needs once the run is over.
OWN_SITES=''

# Process groups of what runs beside this shell: the process ids of their first processes.
OWN_JOBS=''

# in_background COMMAND… : runs it beside this shell, in a process group of its own; the last word of OWN_JOBS is its process id.
in_background() {
    set -m
    "$@" </dev/null &
    set +m
    OWN_JOBS+=" $!"
}

leave() {
    local status=$? name job
    trap - EXIT INT TERM HUP ERR
    set +e
    for job in $OWN_JOBS; do kill -- "-$job" 2>/dev/null; done
    embedded_down
    if [[ -n "$OWN_NETWORK" ]]; then
        rm -f "$(network_file)"
        for name in $(site_names); do
            if ! grep -qx "$name" <<<"$SITES_BEFORE"; then web_stop "$(site_directory "$name")"; fi
        done
    fi
    for name in $OWN_SITES; do site_down "$name"; done
    # The databases stay while another run, or a site that somebody left running, needs them.
    if [[ -e "$WORK/run" ]] && last_to_leave && ! any_site_runs; then
        pg_stop
        maria_stop
    fi
    exit "$status"
}

# leave_when_done : to be called once, before anything is started.
leave_when_done() {
    use_work
    trap leave EXIT
    trap 'exit 130' INT
    trap 'exit 143' TERM HUP
}
