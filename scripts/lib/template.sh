# Templates: a database and a dataroot that took minutes to make, kept under a name that says all they depend on.

# Raise this when the way templates are made changes.
readonly TEMPLATE_FORMAT=1

template_directory() {
    echo "$WORK/templates/$1"
}

# template_is_there DB KEY
template_is_there() {
    [[ -e "$(template_directory "$2")/ready" ]] && db_saved "$1" "$(template_directory "$2")"
}

# template_save DB KEY DATABASE DATAROOT
template_save() {
    local directory
    directory="$(template_directory "$2")"
    as_service rm -rf "$directory"
    as_service mkdir -p "$directory"
    db_save "$1" "$3" "$directory"
    as_service cp -a "$4" "$directory/data"
    as_service rm -rf "$directory"/data/{cache,localcache,sessions,temp,trashdir,lock}
    as_service touch "$directory/ready"
}

# template_made DB PREFIX KEY WHAT INSTALL VERSION : the template, made now by INSTALL VERSION DB KEY unless it is there. One
# process makes it while others wait.
template_made() {
    local db="$1" prefix="$2" key="$3" what="$4" install="$5" version="$6"
    db_start "$db"
    if ! template_is_there "$db" "$key"; then
        hold "$install-$version-$db" 1200 "$what" "$install" "$version" "$db" "$key"
        template_forget_others "$db" "$prefix" "$key"
    fi
}

# template_use DB KEY DATABASE DATAROOT
template_use() {
    local directory
    directory="$(template_directory "$2")"
    db_restore "$1" "$3" "$directory"
    as_service rm -rf "$4"
    as_service cp -a "$directory/data" "$4"
}

# template_forget_others DB PREFIX KEY : of the templates that begin alike only the present one stays.
template_forget_others() {
    local directory
    for directory in "$WORK/templates/$2"*; do
        [[ -d "$directory" && "$(basename "$directory")" != "$3" ]] || continue
        as_service rm -rf "$directory"
        if [[ "$1" == pgsql ]]; then pg_drop "tpl_$(basename "$directory")"; fi
    done
}
