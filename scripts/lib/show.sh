# What the demo shows, and the claims that it makes about it.

# show_network COURSES : prints addresses, passwords and searches; fails if a claim does not hold.
show_network() {
    local name fullname rest
    echo
    for name in "${NETWORK_SITES[@]}"; do
        IFS='|' read -r fullname rest < <(site_identity "$name")
        printf '%s  %s\n   Moodle %s on %s\n' "$(<"$WORK/sites/$name/url")" "$fullname" \
            "$(<"$WORK/sites/$name/version")" "$(<"$WORK/sites/$name/db")"
    done
    printf '\n   admin / %s\n   teacher / %s   (teaches one course of each site: look for "Find courses")\n   student / %s\n\n' \
        "$ADMIN_PASSWORD" "$TEACHER_PASSWORD" "$STUDENT_PASSWORD"
    php "$REPO/scripts/lib/php/claims.php" "$(network_file)" "$1"
}
