//! The frozen formats: what any implementation must come to from the same input. `COURSEGLUE_BLESS=1` writes
//! the file anew; a difference in review is a change of protocol.
#![allow(missing_docs, clippy::unwrap_used, clippy::expect_used)]

mod frozen;

use courseglue_protocol::record::{self, MAX_TERMS, Record};
use courseglue_protocol::{
    Address, Descriptor, Entry, Id, ItemType, PublicKey, Query, Secret, Sig, Term, Voucher, terms,
};
use courseglue_table::{PeerTable, REPLICAS};
use serde_json::{Value, json};

const FILE: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../vectors/identity.json");
const NETWORK: &str = "courseglue";
/// The bytes 0 to 31.
const SECRET: &str = "AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8=";

fn addresses() -> Value {
    [
        "https://moodle.urv.cat",
        "https://Campus.OX.ac.uk:443/moodle/",
        "http://127.0.0.2:8080/m",
        "http://[2001:DB8::1]/",
        "http://[fd00::1]:8080/",
        "https://203.0.113.7:8443/m",
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
        "release": "4.5", "plugin": "0.1.0", "protocol": 1, "country": "ES", "lang": "ca",
        "figures": {"courses": 1234}})
    .to_string();
    let record = r#"{"site":"moodle.urv.cat","id":"course/7","seq":1763830000000,"lang":"ca","fullname":{"ca":"Didàctica"},"shortname":{"ca":"DID"},"access":"guest","link":"course/view.php?id=7","until":20700,"terms":""}"#;
    let tombstone = r#"{"site":"moodle.urv.cat","id":"course/7","seq":1763830000001,"terms":""}"#;
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

/// A course as PHP hands it over, the record made of it, and the terms that it is published under.
fn built() -> Value {
    let content = json!({"id": "course/12", "lang": "ca", "fullname": {"": "Didàctica de les ciències", "en": "Teaching science"},
        "shortname": "DID-1", "summary": {"": "Com s'ensenya a  fer preguntes."}, "category": [{"": "Educació"}],
        "tags": ["ciència"], "subject": "0111", "level": "isced:6", "audience": "teacher", "licence": "CC-BY-4.0",
        "workload": 25, "place": {"lat": 41.12, "lon": 1.25}, "modified": 1_756_684_800, "keys": ["type:page"],
        "copy": {"size": 12_345, "version": "4.5", "sha256": "ab".repeat(32)},
        "format": "topics", "start": 1_756_684_800, "end": null, "access": "guest", "backup": false, "contact": null,
        "link": "course/view.php?id=12", "contents": [
            {"type": "section", "name": {"": "Preguntes"}, "link": "course/section.php?id=3"},
            {"type": "page", "name": {"": "Un volcà a classe", "en": "A volcano in class"}, "link": "mod/page/view.php?id=7"}]});
    let body = record::build(&content, "moodle.urv.cat", 1_763_830_000_000, &terms::chosen).unwrap();
    let parsed = Record::parse(&body).unwrap();
    let terms = terms::select(&parsed, &|_| 0, MAX_TERMS);
    json!({"site": "moodle.urv.cat", "seq": 1_763_830_000_000_u64, "content": content, "body": body,
        "recordid": parsed.record_id(), "terms": terms, "all_terms": parsed.words()})
}

/// A text without spaces that is too long for all of its terms, and what a searcher asks for.
fn chosen() -> Value {
    let summary = "機械学習の基礎を、線形代数と確率論から順に学ぶ。毎回の講義では短い例題を解き、課題では実際のデータを用いて回帰と分類の\
        方法を試す。Pythonの文法についても必要な範囲で説明するので、プログラミングの経験は問わない。終わりに各自の関心に応じた小さな研究を行い、\
        その結果を発表して互いに意見を述べる。";
    let content = json!({"id": "course/13", "lang": "ja", "fullname": {"ja": "機械学習入門"}, "summary": {"ja": summary},
        "access": "guest", "link": "course/view.php?id=13"});
    let body = record::build(&content, "moodle.urv.cat", 1_763_830_000_000, &terms::chosen).unwrap();
    let record = Record::parse(&body).unwrap();
    let words = "線形代数 小さな研究 発表";
    let query = Query { words: words.into(), lang: "ja".into(), ..Query::default() };
    let asked: Vec<String> = query.asked(&|_| 0).into_iter().map(|asked| asked.term).collect();
    json!({"body": body, "terms": terms::select(&record, &|_| 0, MAX_TERMS), "all_terms": record.words(),
        "words": words, "asked": asked})
}

/// Sites of few and of many domains, and which of them are the homes of a term.
fn homes() -> Value {
    let few = ["a.x.example", "b.x.example", "c.x.example", "a.y.example", "b.y.example", "z.example"];
    let many: Vec<String> =
        (0..12).flat_map(|d| [format!("a.d{d}.example"), format!("b.d{d}.example/m")]).collect();
    let of = |addresses: &[String], term: &str| {
        let mut table = PeerTable::default();
        for address in addresses {
            let body = json!({"address": address, "scheme": "https", "key": PublicKey([1; 32]), "seq": 0, "lease": 45,
                "name": "A site", "software": "Moodle", "release": "4.5", "plugin": "0.1.0", "protocol": 1, "lang": "en"});
            let entry = Entry { body: body.to_string(), sig: Sig([0; 64]), vouchers: vec![] };
            table.put(entry.read().unwrap());
        }
        let key = Term::of_word(term);
        let homes: Vec<_> =
            table.homes(&key.place(), REPLICAS, 0).iter().map(|p| p.site().address.to_string()).collect();
        json!({"sites": addresses, "term": term, "key": key, "homes": homes})
    };
    let few: Vec<String> = few.iter().map(ToString::to_string).collect();
    json!([of(&few, "marin"), of(&few, "biolog"), of(&many, "marin"), of(&many, "biolog")])
}

#[test]
fn formats_and_placement_are_as_frozen() {
    let vectors = json!({"addresses": addresses(), "signed": signed(), "records": record_ids(),
        "built": built(), "chosen": chosen(), "homes": homes()});
    let text = serde_json::to_string_pretty(&vectors).unwrap() + "\n";
    if std::env::var_os("COURSEGLUE_BLESS").is_some() {
        std::fs::write(FILE, &text).unwrap();
    }
    assert_eq!(std::fs::read_to_string(FILE).unwrap(), text);
}
