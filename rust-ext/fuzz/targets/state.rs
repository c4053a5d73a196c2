//! What a site's owner hands over: settings, and stored rows, one a line.
#![no_main]

use courseglue_core::{Change, Settings, Site};
use courseglue_fuzz::{NOW, site};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|input: &str| {
    let _ = Settings::from_json(input);
    let mut site = Site::clone(&site());
    for change in input.lines().filter_map(|line| serde_json::from_str::<Change>(line).ok()) {
        site.apply(change);
    }
    let _ = (site.statistics(NOW), site.sites(NOW));
});
