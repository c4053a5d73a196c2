# What has to be there before anything runs.

setup_packages() {
    install_packages
    make_work
}

setup() {
    setup_packages
    build_extension
    install_browser_driver
    say "ready"
}
