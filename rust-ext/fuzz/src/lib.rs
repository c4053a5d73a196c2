//! What the fuzz targets stand on: a site that knows a few others, and has an address and a key of its own.
//!
//! `scripts/test fuzz` runs every target of `targets/` for a while, with stable Rust and libFuzzer. With `cargo-fuzz` and
//! a nightly compiler, `cargo fuzz run NAME --fuzz-dir rust-ext/fuzz` adds the sanitizers.

use std::sync::Arc;

use courseglue_core::change::Change;
use courseglue_core::entry::Entry;
use courseglue_core::settings::Settings;
use courseglue_core::sign::{ItemType, Secret};
use courseglue_core::site::Site;
use courseglue_core::time::{DAY_MS, Millis, day_of};
use serde_json::json;

/// The time at which everything happens.
pub const NOW: Millis = 20_000 * DAY_MS;
/// The network's name.
pub const NETWORK: &str = "fuzz";

/// A site that takes part, with four others in its table.
///
/// # Panics
/// Where the settings or entries made here are wrong.
#[must_use]
pub fn site() -> Arc<Site> {
    let settings = json!({"network": NETWORK, "address": "a.example", "scheme": "https", "secret": secret(0),
        "viewdir": "", "serving": true, "blockedhosts": [], "allowedports": [], "seed": "seed"});
    let mut site = Site::new(Settings::from_json(&settings.to_string()).unwrap());
    for (number, address) in
        ["a.example", "b.example", "c.example", "d.example/moodle", "e.f.example"].iter().enumerate()
    {
        site.apply(Change::from(&entry(address, number).read().unwrap()));
    }
    Arc::new(site)
}

/// This site's own entry, as its owner hands it over.
///
/// # Panics
/// Never: it is JSON by its kind.
#[must_use]
pub fn own_entry() -> String {
    serde_json::to_string(&entry("a.example", 0)).unwrap()
}

fn entry(address: &str, number: usize) -> Entry {
    let secret = Secret::from_base64(secret(number)).unwrap();
    let body = json!({"address": address, "scheme": "https", "key": secret.public(), "seq": NOW, "lease": day_of(NOW) + 45,
        "name": "A site", "software": "Moodle", "release": "4.5.6", "plugin": "0.1.0", "protocol": 1, "lang": "en"});
    let body = body.to_string();
    Entry { sig: secret.sign(NETWORK, ItemType::Descriptor, &body), body, vouchers: Vec::new() }
}

/// 32 bytes each, in base64.
fn secret(number: usize) -> &'static str {
    [
        "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=",
        "AQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQE=",
        "AgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgI=",
        "AwMDAwMDAwMDAwMDAwMDAwMDAwMDAwMDAwMDAwMDAwM=",
        "BAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQ=",
    ][number]
}
