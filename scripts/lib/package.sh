# The ZIP that people install.

# write_package FILE : the same content gives the same file, byte by byte.
write_package() {
    local folder
    command -v zip >/dev/null || die "zip is not installed. Run scripts/setup as root."
    folder="$(mktemp -d)"
    copy_plugin "$folder/courseglue" release
    find "$folder" -exec touch -h -d '2006-01-01 00:00:00 UTC' {} +
    find "$folder" -type d -exec chmod 755 {} +
    find "$folder" -type f -exec chmod 644 {} +
    rm -f "$1"
    (cd "$folder" && find courseglue | LC_ALL=C sort | TZ=UTC zip -q -X -9 "$1" -@)
    rm -rf "$folder"
    say "wrote $1: $(stat -c %s "$1") bytes"
}
