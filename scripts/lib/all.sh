# Everything in this folder, for the entry points: source this, then say what to do.

set -Eeuo pipefail
shopt -s inherit_errexit
# shellcheck disable=SC1090
for part in say place lock php packages extension bench plugin moodle_tree postgresql mariadb database template \
    site_config web_server site moodle_phpunit \
    browser_driver setup leave tally package network bench_endpoint bench_sweep embedded_network show test_moodle test_style test_rust test_fuzz test_php \
    test_network test_faults; do
    source "$(dirname "${BASH_SOURCE[0]}")/$part.sh"
done
unset part

# Whatever fails without words of its own still says where.
trap 'say "stopped at ${BASH_SOURCE[0]##*/}:$LINENO: $BASH_COMMAND"' ERR
