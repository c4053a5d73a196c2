//! Salts, items, the places of an item in a sketch, symbols, and the difference of two sets.

use courseglue_core::sketch_item;
use courseglue_protocol::{Entry, Id, PublicKey, Sig};
use courseglue_sketch::{Decoder, Item, Items, SYMBOL_BYTES, Salt, symbols};
use serde_json::{Value, json};

use super::freeze;

const SALT: Salt = Salt(*b"0123456789abcdef");

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

fn items(numbers: std::ops::Range<u8>) -> Vec<Item> {
    numbers.map(|n| SALT.item(&[&[n]])).collect()
}

fn salts() -> Value {
    [("seed", 20_000), ("seed", 20_001), ("ünderground", 20_000)]
        .iter()
        .map(|(seed, day)| {
            let node = Id::of_node("urv.cat", "moodle.urv.cat");
            json!({"seed": seed, "node": node, "day": day, "salt": Salt::of_day(seed, &node.0, *day)})
        })
        .collect()
}

fn entry_items() -> Value {
    [0, 1_763_830_000_000_u64]
        .iter()
        .map(|seq| {
            let body = json!({"address": "moodle.urv.cat", "scheme": "https", "key": PublicKey([1; 32]), "seq": seq,
                "lease": 0, "name": "A site", "software": "Moodle", "release": "4.5", "plugin": "0.1.0", "protocol": 1,
                "lang": "ca"});
            let entry = Entry { body: body.to_string(), sig: Sig([0; 64]), vouchers: vec![] };
            let read = entry.read().unwrap();
            json!({"body": read.entry.body, "nodeid": read.id, "digest": hex(&read.digest), "salt": SALT,
                "item": hex(&sketch_item(SALT, &read))})
        })
        .collect()
}

fn posting_items() -> Value {
    let (record, term) = (Id::of_record("moodle.urv.cat", "course/7"), Id::digest(b"term\0marin"));
    [false, true]
        .iter()
        .map(|withdrawn| {
            let seq = 1_763_830_000_000_u64;
            let parts: [&[u8]; 4] = [&record.0, &seq.to_be_bytes(), &[u8::from(*withdrawn)], &term.0];
            json!({"recordid": record, "seq": seq, "withdrawn": withdrawn, "term": term, "salt": SALT,
                "item": hex(&SALT.item(&parts))})
        })
        .collect()
}

/// In which of the first 1,000 symbols an item is, and its checksum.
fn walks() -> Value {
    let walk = |item: &Item| {
        let symbols = symbols([*item], 0, 1_000).unwrap().to_bytes();
        let places: Vec<usize> = symbols
            .chunks(SYMBOL_BYTES)
            .enumerate()
            .filter(|(_, symbol)| symbol.iter().any(|byte| *byte != 0))
            .map(|(place, _)| place)
            .collect();
        json!({"item": hex(item), "checksum": hex(&symbols[16..SYMBOL_BYTES]), "symbols": places})
    };
    items(0..5).iter().chain(&[[0; 16], [255; 16]]).map(walk).collect()
}

fn difference() -> Value {
    let (own, theirs) = (items(0..20), items(5..22));
    let sent = symbols(theirs.iter().copied(), 0, 300).unwrap();
    let found = Decoder::new(own.iter().copied()).add(&sent).unwrap().unwrap();
    let sorted = |mut items: Vec<Item>| {
        items.sort_unstable();
        items.iter().map(|item| hex(item)).collect::<Vec<_>>()
    };
    json!({"own": Items(own), "theirs": Items(theirs.clone()), "first_symbols": symbols(theirs.iter().copied(), 0, 8).unwrap(),
        "symbols_100_to_108": symbols(theirs, 100, 8).unwrap(), "missing": sorted(found.missing),
        "extra": sorted(found.extra)})
}

#[test]
fn sketches_are_as_frozen() {
    let vectors = json!({"salts": salts(), "entries": entry_items(), "postings": posting_items(), "walks": walks(),
        "difference": difference()});
    freeze("sketch", &vectors);
}
