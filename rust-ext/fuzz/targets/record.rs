//! Records and tombstones as they arrive, and records as they are built of a course.
#![no_main]

use courseglue_fuzz::NOW;
use courseglue_protocol::Tombstone;
use courseglue_protocol::record::{self, Record};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|body: &str| {
    if let Ok(record) = Record::parse(body) {
        let _ = (record.record_id(), record.terms());
    }
    let _ = Tombstone::parse(body);
    let Ok(content) = serde_json::from_str(body) else { return };
    if let Ok(built) = record::build(&content, "a.example", NOW, &courseglue_protocol::terms::chosen) {
        assert!(Record::parse(&built).is_ok(), "built what is not read: {built}");
    }
});
