//! The frozen formats: what any implementation must come to from the same input. `COURSEGLUE_BLESS=1` writes
//! the file anew; a difference in review is a change of protocol.
#![allow(missing_docs, clippy::unwrap_used, clippy::expect_used)]

use courseglue_core::address::Address;
use courseglue_core::descriptor::Descriptor;
use courseglue_core::id::Id;
use courseglue_core::sign::{ItemType, Secret};
use courseglue_core::voucher::Voucher;
use serde_json::{Value, json};

const FILE: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/vectors/identity.json");
const NETWORK: &str = "courseglue";
/// The bytes 0 to 31.
const SECRET: &str = "AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8=";

fn addresses() -> Value {
    [
        "https://moodle.urv.cat",
        "https://Campus.OX.ac.uk:443/moodle/",
        "http://127.0.0.2:8080/m",
        "http://[2001:DB8::1]/",
        "https://münchen.example/lernen",
        "https://school.github.io",
        "http://localhost",
    ]
    .iter()
    .map(|url| {
        let (scheme, address) = Address::from_url(url).unwrap();
        json!({"url": url, "scheme": scheme, "address": address.as_str(), "domain": address.domain(),
            "nodeid": address.node_id()})
    })
    .collect()
}

fn signed() -> Value {
    let secret = Secret::from_base64(SECRET).unwrap();
    let descriptor = json!({"address": "moodle.urv.cat", "scheme": "https", "key": secret.public(),
        "seq": 1_763_830_000_000_u64, "lease": 20_459, "name": "Moodle URV", "software": "Moodle",
        "release": "4.5.6", "plugin": "0.1.0", "protocol": 1, "country": "ES", "lang": "ca",
        "figures": {"courses": 1234}})
    .to_string();
    let record = r#"{"site":"moodle.urv.cat","id":"course/7","seq":1763830000000,"lang":"ca","fullname":{"ca":"Didàctica"},"shortname":{"ca":"DID"},"access":"guest","link":"course/view.php?id=7"}"#;
    let tombstone = r#"{"site":"moodle.urv.cat","id":"course/7","seq":1763830000001}"#;
    let items: Value = [
        (ItemType::Descriptor, descriptor.as_str()),
        (ItemType::Record, record),
        (ItemType::Tombstone, tombstone),
    ]
    .iter()
    .map(|(item, body)| json!({"type": item, "body": body, "sig": secret.sign(NETWORK, *item, body)}))
    .collect();
    let (subject, address) = Descriptor::parse(&descriptor).unwrap();
    let voucher = Voucher::sign(&secret, NETWORK, address.node_id(), &subject, 20_414);
    json!({"network": NETWORK, "secret": SECRET, "key": secret.public(), "items": items,
        "voucher": {"for": descriptor, "voucher": voucher}})
}

fn record_ids() -> Value {
    [("moodle.urv.cat", "course/7"), ("127.0.0.2:8080/m", "course/7")]
        .iter()
        .map(|(address, id)| json!({"address": address, "id": id, "recordid": Id::of_record(address, id)}))
        .collect()
}

#[test]
fn identity_and_signatures_are_as_frozen() {
    let vectors = json!({"addresses": addresses(), "signed": signed(), "records": record_ids()});
    let text = serde_json::to_string_pretty(&vectors).unwrap() + "\n";
    if std::env::var_os("COURSEGLUE_BLESS").is_some() {
        std::fs::write(FILE, &text).unwrap();
    }
    assert_eq!(std::fs::read_to_string(FILE).unwrap(), text);
}
