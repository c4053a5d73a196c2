# Part "style": how the code is written, and what it is made of.

test_style() {
    cd "$REPO"
    find_cargo
    say "running: formatting, lints, documentation, licences, Moodle's coding style"
    check "cargo fmt --check" cargo fmt --all --check
    check "cargo fmt --check of the benches" cargo fmt --check --manifest-path rust-ext/bench/Cargo.toml
    check "cargo fmt --check of the fuzz targets" cargo fmt --check --manifest-path rust-ext/fuzz/Cargo.toml
    check_rooms
    check "cargo clippy" cargo clippy --workspace --all-targets --locked --quiet -- -D warnings
    check "cargo doc" env RUSTDOCFLAGS='-D warnings' cargo doc --workspace --lib --no-deps --locked --quiet
    check "php -l of every PHP file" lint_php
    check_licences
    check_moodle_style
}

# What PHP says of each file that does not parse.
lint_php() {
    php_files '*.php' | xargs -0 -n 1 -P "$(nproc)" php -n -l >/dev/null
}

# php_files PATTERN… : our PHP files, each name ended by a zero byte.
php_files() {
    git ls-files -z --cached --others --exclude-standard -- "$@"
}

# The licences and the origin of every crate, as deny.toml has them.
check_licences() {
    if cargo deny --version >/dev/null 2>&1; then
        check "cargo deny" cargo deny --locked check bans licenses sources
    else
        skip "cargo deny" "it is not installed. Get it with  cargo install --locked cargo-deny"
    fi
}

# The folder that has PHP_CodeSniffer, PHPCSUtils, PHPCSExtra and moodle-cs in folders of these names.
sniffer_folder() {
    echo "${COURSEGLUE_PHPCS:-${XDG_CACHE_HOME:-$HOME/.cache}/courseglue/phpcs}"
}

check_moodle_style() {
    local folder
    folder="$(sniffer_folder)"
    if [[ -r "$folder/moodle-cs/moodle/ruleset.xml" && -r "$folder/PHP_CodeSniffer/bin/phpcs" ]]; then
        check "Moodle's coding style" moodle_style "$folder"
    else
        skip "Moodle's coding style" "there is no moodle-cs in $folder. Put PHP_CodeSniffer 3.13, PHPCSUtils, PHPCSExtra and moodle-cs there, each in a folder of its name."
    fi
}

# moodle_style FOLDER : errors fail, warnings do not. The tests from the outside are no part of a Moodle: their names say what they
# claim, and they use PHPUnit's own tags.
moodle_style() {
    local outside=moodle.Commenting.MissingDocblock,moodle.Commenting.ValidTags,moodle.Files.MoodleInternal,PSR12.Files.FileHeader
    php_files '*.php' ':!scripts' ':!rust-ext' ':!tests/network' ':!tests/faults' ':!tests/extension' | sniff "$1" \
        && php_files 'tests/network/*.php' 'tests/faults/*.php' 'tests/extension/*.php' | sniff "$1" "--exclude=$outside"
}

# sniff FOLDER [OPTION…] : the sniffer over the files that come in, each name ended by a zero byte.
sniff() {
    local folder="$1"
    shift
    xargs -0 php "$folder/PHP_CodeSniffer/bin/phpcs" -q -s --warning-severity=0 --standard=moodle "$@" --runtime-set installed_paths \
        "$folder/moodle-cs/moodle,$folder/moodle-cs,$folder/PHPCSUtils/PHPCSUtils,$folder/PHPCSExtra/NormalizedArrays,$folder/PHPCSExtra/Universal"
}
