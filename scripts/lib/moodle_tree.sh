# Moodle's own code: found, copied once into the work directory, and hard-linked from there into every site.

moodle_cache() {
    echo "${XDG_CACHE_HOME:-$HOME/.cache}/courseglue/moodle"
}

# The file that holds $version: 5.1 moved what is served into public/.
moodle_version_file() {
    if [[ -f "$1/public/version.php" ]]; then echo "$1/public/version.php"; else echo "$1/version.php"; fi
}

# moodle_version_of DIRECTORY : "4.5", or nothing when this is no Moodle.
moodle_version_of() {
    local branch
    branch="$(sed -n "s/^\\\$branch *= *'\([0-9]*\)'.*/\1/p" "$(moodle_version_file "$1")" 2>/dev/null)"
    [[ -n "$branch" ]] && echo "${branch:0:1}.$((10#${branch:1}))"
}

# moodle_source VERSION : where a tree of that version lies, or nothing.
moodle_source() {
    local candidate
    for candidate in "${MOODLE_DIR:-}" "$(moodle_cache)/$1"; do
        if [[ -n "$candidate" && "$(moodle_version_of "$candidate")" == "$1" ]]; then
            (cd "$candidate" && pwd -P)
            return
        fi
    done
}

# The versions that the project is tested with and that are there, the oldest first.
moodle_versions() {
    local version
    for version in 4.5 5.1; do
        [[ -z "$(moodle_source "$version")" ]] || echo "$version"
    done
}

readonly MOODLE_CLONE_COMMAND='git clone --depth 1 --branch MOODLE_405_STABLE https://github.com/moodle/moodle.git ~/.cache/courseglue/moodle/4.5'

no_moodle_sentence() {
    echo "There is no Moodle here: set MOODLE_DIR to one, or get one with  $MOODLE_CLONE_COMMAND"
}

# find_moodle : where no Moodle is at hand, a shallow clone of Moodle's public repository; fails where that cannot be had.
find_moodle() {
    local target
    [[ -z "$(moodle_versions)" ]] || return 0
    target="$(moodle_cache)/4.5"
    say "no Moodle found: trying a shallow clone of Moodle's own repository (about 100 MB)"
    mkdir -p "$(dirname "$target")"
    rm -rf "$target.part"
    if GIT_TERMINAL_PROMPT=0 timeout 900 git clone --quiet --depth 1 --branch MOODLE_405_STABLE \
        https://github.com/moodle/moodle.git "$target.part" </dev/null 2>"$WORK/log/moodle-clone.log"; then
        rm -rf "$target"
        mv "$target.part" "$target"
    else
        rm -rf "$target.part"
        say "$(no_moodle_sentence)"
        return 1
    fi
}

# moodle_key VERSION : names the exact Moodle that templates were made from.
moodle_key() {
    sha256sum <"$(moodle_version_file "$(moodle_source "$1")")" | cut -c 1-12
}

# keep_tree VERSION : copies the tree into the work directory, unless that very one is there; prints the directory.
keep_tree() {
    local source tree key
    source="$(moodle_source "$1")"
    [[ -n "$source" ]] || die "there is no Moodle $1 in $(moodle_cache)/$1 (nor in MOODLE_DIR)."
    tree="$WORK/trees/$1"
    key="$(moodle_key "$1")"
    if [[ "$(cat "$tree.key" 2>/dev/null)" != "$key" ]]; then
        say "copying Moodle $1 from $source"
        rm -rf "$tree" "$tree.key"
        mkdir -p "$tree"
        tar -C "$source" --exclude=./.git --exclude=./config.php --exclude=./phpunit.xml --exclude=./node_modules -cf - . \
            | tar -C "$tree" -xf - --no-same-owner
        # Links share their content with this copy: nothing may write into it.
        chmod -R a+rX,a-w,u+w "$tree"
        find "$tree" -type f -exec chmod a-w {} +
        give_to_service "$tree"
        echo "$key" | keep_for_service "$tree.key"
    fi
    echo "$tree"
}

# link_tree VERSION DIRECTORY : a tree of its own for a site, made of hard links; one that is there already serves again.
link_tree() {
    local tree key
    tree="$(keep_tree "$1")"
    key="$(<"$tree.key")"
    if [[ "$(cat "$2.tree" 2>/dev/null)" == "$key" ]]; then
        as_service rm -rf "$2/config.php" "$(served_directory "$2")/local/courseglue"
        return
    fi
    # The key goes first: a tree without one is made anew, wherever this was interrupted.
    as_service rm -f "$2.tree"
    as_service rm -rf "$2"
    as_service cp -al "$tree" "$2"
    if [[ -d "$2/public" && ! -e "$2/public/config.php" ]]; then
        # Moodle 5.1 ships this very file; trees that were cleaned of their configuration may have lost it.
        echo "<?php require(__DIR__ . '/../config.php');" | keep_for_service "$2/public/config.php"
    fi
    echo "$key" | keep_for_service "$2.tree"
}

# served_directory TREE : the part of a tree that a web server shows, where plugins live too.
served_directory() {
    if [[ -d "$1/public" ]]; then echo "$1/public"; else echo "$1"; fi
}
