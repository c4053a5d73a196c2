//! What the fuzz targets stand on: a site that knows a few others, and has an address and a key of its own; a course of it;
//! and a newcomer.
//!
//! `scripts/test fuzz` runs every target of `targets/` for a while, with stable Rust and libFuzzer. With `cargo-fuzz` and
//! a nightly compiler, `cargo fuzz run NAME --fuzz-dir rust-ext/fuzz` adds the sanitizers.

use std::sync::Arc;

use courseglue_core::{Change, Settings, Site};
use courseglue_protocol::message::envelope;
use courseglue_protocol::{DAY_MS, Entry, ItemType, Millis, Secret, day_of};
use serde_json::json;

/// The time at which everything happens.
pub const NOW: Millis = 20_000 * DAY_MS;
/// The network's name.
pub const NETWORK: &str = "fuzz";

/// A site that takes part, with six others in its table: so many that it does not hold everything itself, and asks others.
///
/// # Panics
/// Where the settings or entries made here are wrong.
#[must_use]
pub fn site() -> Arc<Site> {
    let settings = json!({"network": NETWORK, "address": "a.example", "scheme": "https", "secret": secret(0),
        "viewdir": "", "serving": true, "blockedhosts": [], "allowedports": [], "seed": "seed"});
    let mut site = Site::new(Settings::from_json(&settings.to_string()).unwrap());
    let addresses =
        ["a.example", "b.example", "c.example", "d.example/moodle", "e.f.example", "g.example", "h.example"];
    for (number, address) in addresses.iter().enumerate() {
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

/// A course of this site and a withdrawal of another, as its owner hands them over to be published.
///
/// # Panics
/// Where the course made here is wrong.
#[must_use]
pub fn batch(site: &Site) -> String {
    let course = json!({"id": "1", "lang": "en", "fullname": {"en": "Marine Biology"}, "shortname": {"en": "MB"},
        "summary": {"en": "Tides."}, "category": [{"en": "Science"}], "tags": ["sea"], "format": "topics",
        "access": "guest", "backup": false, "link": "course/view.php?id=1", "contents": []});
    let record = site.record(&course.to_string(), NOW).unwrap();
    let terms = record.terms.clone();
    let mut records = vec![json!(record), json!(site.tombstone("2", NOW, &record.terms).unwrap())];
    records[0]["type"] = "record".into();
    records[1]["type"] = "tombstone".into();
    records[1]["terms"] = json!(terms);
    json!({"entry": entry("a.example", 0), "records": records}).to_string()
}

/// What a newcomer sends to this site, to be vouched for.
#[must_use]
pub fn vouch() -> Vec<u8> {
    envelope(NETWORK, "vouch", &json!({"site": entry("new.example", 7)}))
}

fn entry(address: &str, number: usize) -> Entry {
    let secret = Secret::from_base64(secret(number)).unwrap();
    let body = json!({"address": address, "scheme": "https", "key": secret.public(), "seq": NOW, "lease": day_of(NOW) + 45,
        "name": "A site", "software": "Moodle", "release": "4.5", "plugin": "0.1.0", "protocol": 1, "lang": "en"});
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
        "BQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQU=",
        "BgYGBgYGBgYGBgYGBgYGBgYGBgYGBgYGBgYGBgYGBgY=",
        "BwcHBwcHBwcHBwcHBwcHBwcHBwcHBwcHBwcHBwcHBwc=",
    ][number]
}
