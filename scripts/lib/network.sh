# Three Moodle sites that join one network through the address of the first, alone or with embedded sites beside them.

readonly NETWORK_SITES=(a b c)

# What each site says of itself: "full name|short name|country|language|time zone|summary".
site_identity() {
    case "$1" in
        a) echo 'Universitat de la Costa Daurada|UCD|ES|ca|Europe/Madrid|Cursos oberts des de la Mediterrània' ;;
        b) echo 'Ostsee-Hochschule Warnow|OHW|DE|de|Europe/Berlin|Lernen zwischen Hafen und Hinterland' ;;
        c) echo 'Universidade Atlântica do Recife|UAR|BR|pt|America/Recife|Cursos abertos à beira-mar' ;;
    esac
}

site_teacher() {
    case "$1" in
        a) echo 'Teresa|Vidal' ;;
        b) echo 'Jonas|Petersen' ;;
        c) echo 'Beatriz|Moura' ;;
    esac
}

# network_layout : one line a site, "name version database address". The third is the newest Moodle that is there.
network_layout() {
    local -a versions
    mapfile -t versions < <(moodle_versions)
    ((${#versions[@]})) || die "$(no_moodle_sentence)"
    echo "a ${versions[0]} pgsql 127.0.0.2"
    echo "b ${versions[0]} mariadb 127.0.0.3"
    echo "c ${versions[-1]} pgsql 127.0.0.4"
}

network_file() {
    echo "$WORK/run/network.json"
}

# network_up COURSES EMBEDDED : three fresh sites with the courses of that file divided among them, joined, and met; with
# embedded sites beside them where EMBEDDED is not empty.
network_up() {
    local courses="$1" name version db address count
    embedded_down
    exec 8>>"$WORK/run/network.lock"
    flock -n 8 || die "another run has the three sites of $WORK. Wait for it, or set COURSEGLUE_WORK to another directory."
    check_courses "$courses"
    count=$((($(grep -c . "$courses") + 2) / 3))
    rm -f "$(network_file)"
    SITES_BEFORE="$(site_names | grep -vxE 'a|b|c' || true)"
    OWN_NETWORK=1
    while read -r name version db address; do
        site_up "$name" "$version" "$db" "$address"
    done < <(network_layout)
    load_all_courses "$courses" "$count"
    for name in "${NETWORK_SITES[@]}"; do settle_site "$name"; done
    network_join
    if [[ -n "$2" ]]; then embedded_join "$(<"$WORK/sites/a/url")"; fi
    network_meet "$count"
    describe_network | keep_for_service "$(network_file)"
    say "the network is described in $(network_file)"
}

check_courses() {
    [[ -r "$1" ]] || die "the courses' file $1 cannot be read."
    grep -q . "$1" || die "the courses' file $1 is empty."
}

# load_all_courses FILE COUNT : the three sites at the same time; root may not see what the service user cannot.
load_all_courses() {
    local name number=0 failed=0
    local -a loading=()
    keep_for_service "$WORK/run/courses.jsonl" <"$1"
    keep_for_service "$WORK/run/load_courses.php" <"$REPO/tests/fixtures/load_courses.php"
    for name in "${NETWORK_SITES[@]}"; do
        say "site $name: loading up to $2 courses"
        site_php "$name" "$WORK/run/load_courses.php" "--config=$WORK/sites/$name/config.php" "--file=$WORK/run/courses.jsonl" \
            "--start=$((number * $2))" "--count=$2" >"$WORK/log/courses-$name.log" 2>&1 </dev/null 8>&- &
        loading+=($!)
        number=$((number + 1))
    done
    for number in 0 1 2; do
        if wait "${loading[number]}"; then
            say "site ${NETWORK_SITES[number]}: courses loaded"
        else
            failed=1
            tail -n 20 "$WORK/log/courses-${NETWORK_SITES[number]}.log" | sed 's/^/        | /' >&2
        fi
    done
    ((failed == 0)) || die "not all courses could be loaded: see above."
}

# settle_site NAME : its own name, country, language and people; loopback and plain HTTP are allowed by Moodle's own settings.
settle_site() {
    local name="$1" fullname shortname country lang timezone summary first last json
    IFS='|' read -r fullname shortname country lang timezone summary < <(site_identity "$name")
    IFS='|' read -r first last < <(site_teacher "$name")
    keep_for_service "$WORK/run/settle_site.php" <"$REPO/scripts/lib/php/settle_site.php"
    json="{\"fullname\":\"$fullname\",\"shortname\":\"$shortname\",\"country\":\"$country\",\"lang\":\"$lang\""
    json+=",\"timezone\":\"$timezone\",\"summary\":\"$summary\""
    json+=",\"teacher\":{\"username\":\"teacher\",\"password\":\"$TEACHER_PASSWORD\",\"firstname\":\"$first\",\"lastname\":\"$last\"}"
    json+=",\"student\":{\"username\":\"student\",\"password\":\"$STUDENT_PASSWORD\",\"firstname\":\"Sam\",\"lastname\":\"Okafor\"}}"
    # Every address and port: the other sites are on loopback, on ports that were free.
    json="${json%\}},\"settings\":[[\"core\",\"curlsecurityblockedhosts\",\"\"],[\"core\",\"curlsecurityallowedport\",\"\"]"
    json+=",[\"local_courseglue\",\"allowhttp\",\"1\"],[\"local_courseglue\",\"publishpolicy\",\"all\"],[\"local_courseglue\",\"graceperiod\",\"0\"]"
    json+=",[\"local_courseglue\",\"sharefigures\",\"courses,users,activeusers,enrolments,activities,posts\"]]}"
    quietly "$WORK/log/settle-$name.log" site_php "$name" "$WORK/run/settle_site.php" "$WORK/sites/$name/config.php" "$json" \
        || die "site $name does not take its name and people."
}

network_join() {
    local name first
    first="$(<"$WORK/sites/a/url")"
    say "site a begins a network"
    quietly "$WORK/log/join-a.log" site_php a local/courseglue/cli/join.php --first --yes || die "site a cannot begin a network."
    for name in b c; do
        say "site $name joins through $first"
        quietly "$WORK/log/join-$name.log" site_php "$name" local/courseglue/cli/join.php "--address=$first" --yes \
            || die "site $name cannot join."
    done
}

# network_meet COUNT : cron on every site until all know each other and everything is published. The number of rounds is
# bounded, and grows with the courses of a site, since a task publishes only so many at a time.
network_meet() {
    local round name rounds=$((8 + $1 / 50))
    for ((round = 1; round <= rounds; round++)); do
        say "round $round of cron on the three sites"
        for name in "${NETWORK_SITES[@]}"; do
            if ((round == 1)); then
                quietly "$WORK/log/cron-$name.log" site_cron "$name" || die "cron fails on site $name."
            fi
            quietly "$WORK/log/tasks-$name.log" site_tasks "$name" || die "the plugin's tasks fail on site $name."
        done
        if network_has_met; then return; fi
    done
    die "the sites have not met after $rounds rounds: $(network_states)"
}

# How many sites there are, the embedded ones included.
network_size() {
    if [[ -n "$EMBEDDED_PID" ]]; then
        echo $((${#NETWORK_SITES[@]} + EMBEDDED_MEMBERS))
    else
        echo "${#NETWORK_SITES[@]}"
    fi
}

site_status() {
    site_php "$1" local/courseglue/cli/status.php --json 2>>"$WORK/log/status-$1.log"
}

# The three statuses as one JSON array.
network_states() {
    local name separator='['
    for name in "${NETWORK_SITES[@]}"; do
        printf '%s%s' "$separator" "$(site_status "$name")"
        separator=','
    done
    echo ']'
}

network_has_met() {
    local states
    states="$(network_states)"
    php "$REPO/scripts/lib/php/have_met.php" "$states" "$(network_size)"
}

describe_network() {
    local name separator='' version fullname rest
    printf '{"work":"%s","sites":{' "$WORK"
    for name in "${NETWORK_SITES[@]}"; do
        IFS='|' read -r fullname rest < <(site_identity "$name")
        version="$(<"$WORK/sites/$name/version")"
        printf '%s\n"%s":{"site":"%s","name":"%s","url":"%s","address":"%s","version":"%s","db":"%s","directory":"%s",' "$separator" \
            "$name" "$name" "$fullname" "$(<"$WORK/sites/$name/url")" "$(<"$WORK/sites/$name/address")" "$version" \
            "$(<"$WORK/sites/$name/db")" "$WORK/sites/$name"
        printf '"php":["%s"],"config":"%s","errors":"%s","access":"%s",' "$WORK/sites/$name/php" "$WORK/sites/$name/config.php" \
            "$WORK/sites/$name/php_errors.log" "$WORK/sites/$name/access.log"
        printf '"admin":{"username":"admin","password":"%s"},"teacher":{"username":"teacher","password":"%s"},' \
            "$ADMIN_PASSWORD" "$TEACHER_PASSWORD"
        printf '"student":{"username":"student","password":"%s"}}' "$STUDENT_PASSWORD"
        separator=','
    done
    printf '\n},"embedded":%s}\n' "$([[ -z "$EMBEDDED_PID" ]] && echo '[]' || php -r 'echo json_encode(json_decode(file_get_contents($argv[1]))->sites);' "$(embedded_file)")"
}
