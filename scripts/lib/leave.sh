# However a run ends, what it started ends with it.

# Sites that this run made and that go down with it.
OWN_SITES=()

leave() {
    local status=$? name
    trap - EXIT INT TERM HUP ERR
    set +e
    for name in "${OWN_SITES[@]}"; do web_stop "$(site_directory "$name")"; done
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
