//! Entries: descriptors with their signature and vouchers.
#![no_main]

use courseglue_fuzz::{NETWORK, NOW};
use courseglue_protocol::Entry;
use libfuzzer_sys::fuzz_target;

fuzz_target!(|json: &[u8]| {
    let Ok(entry) = serde_json::from_slice::<Entry>(json) else { return };
    let again: Entry = serde_json::from_str(&serde_json::to_string(&entry).unwrap()).unwrap();
    assert_eq!(again, entry);
    if let Ok(read) = entry.clone().read() {
        assert_eq!((read.id, read.domain.clone()), (read.address.node_id(), read.address.domain()));
    }
    let _ = entry.check(NETWORK, NOW);
});
