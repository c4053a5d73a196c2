# The ZIP that people install.

# write_package FILE : the same content gives the same file, byte by byte.
write_package() {
    local folder
    command -v zip >/dev/null || die "zip is not installed. Run scripts/setup as root."
    folder="$(mktemp -d)"
    copy_plugin "$folder/courseglue" release
    add_documents "$folder/courseglue"
    find "$folder" -exec touch -h -d '2006-01-01 00:00:00 UTC' {} +
    find "$folder" -type d -exec chmod 755 {} +
    find "$folder" -type f -exec chmod 644 {} +
    rm -f "$1"
    (cd "$folder" && find courseglue | LC_ALL=C sort | TZ=UTC zip -q -X -9 "$1" -@)
    rm -rf "$folder"
    say "wrote $1: $(stat -c %s "$1") bytes"
}

# add_documents DIRECTORY : what administrators read. What leaves a site is said in one place, the repository's README.
add_documents() {
    local leaves
    leaves="$(sed -n '/^## What leaves the site/,/^## /{/^## How/d;p}' "$REPO/README.md")"
    grep -q '^| leaves' <<<"$leaves" || die "README.md does not say any more what leaves a site: see add_documents in ${BASH_SOURCE[0]}."
    LEAVES="$leaves" perl -0pi -e 's/<!-- what leaves -->/$ENV{LEAVES}/' "$1/README.md"
    mkdir "$1/docs"
    cp "$REPO/docs/operations.md" "$1/docs/operations.md"
}
