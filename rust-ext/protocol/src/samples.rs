//! Texts for tests, of this crate and of those above it.

use serde_json::json;

use crate::sign::PublicKey;
use crate::time::{Millis, day_of};

/// A descriptor's body in which every field is stated; its lease is the longest.
#[must_use]
pub fn descriptor(address: &str, key: PublicKey, seq: Millis) -> String {
    json!({"address": address, "scheme": "http", "key": key, "seq": seq, "lease": day_of(seq) + 45,
        "name": "A site", "software": "Moodle", "release": "4.5", "plugin": "0.1.0", "protocol": 1,
        "country": "ES", "lang": "ca", "figures": {"courses": 3}})
    .to_string()
}
