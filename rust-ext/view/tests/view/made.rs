//! Views made for the tests.

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;
use std::thread;
use std::time::Duration;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use courseglue_core::{Change, Settings, Site};
use courseglue_protocol::{Entry, Id, Secret, day_of};
use courseglue_view::{Reader, ViewError, Writer};
use serde_json::{Value, json};

pub const ABI: i64 = 7;
pub const ADDRESS: &str = "a.example";
/// A moment in 2024, Unix seconds.
pub const NOW: i64 = 1_720_000_000;

pub fn millis(seconds: i64) -> u64 {
    u64::try_from(seconds).unwrap() * 1000
}

pub fn settings() -> Value {
    json!({"network": "test", "address": ADDRESS, "scheme": "https", "secret": STANDARD.encode([7; 32]),
        "viewdir": "", "serving": true, "blockedhosts": [], "allowedports": [], "seed": "abc"})
}

pub fn mark(name: impl ToString, value: impl ToString) -> Value {
    json!({"change": "mark", "name": name.to_string(), "value": value.to_string()})
}

/// A record of this number, held for these terms.
pub fn record(number: u64, seq: u64, terms: &[u8]) -> Value {
    let local = format!("course/{number}");
    let content = json!({"id": local, "lang": "en", "fullname": {"en": format!("Biology {number}")},
        "shortname": {"": "BIO"}, "summary": {"": "Cells and plants"}, "category": [], "tags": [], "subject": null,
        "format": "topics", "start": 1_700_000_000, "end": null, "access": "guest", "backup": false,
        "link": "course/view.php?id=12", "contents": []});
    let terms: Vec<Id> = terms.iter().map(|term| Id([*term; 20])).collect();
    json!({"change": "record", "recordid": Id::of_record("b.example", &local), "nodeid": Id([9; 20]), "localid": local,
        "seq": seq, "withdrawn": false, "sig": STANDARD.encode([1; 64]), "terms": terms,
        "body": courseglue_protocol::record::build(&content, "b.example", seq, &courseglue_protocol::terms::chosen).unwrap()})
}

pub fn record_gone(number: u64) -> Value {
    json!({"change": "record_gone", "recordid": Id::of_record("b.example", &format!("course/{number}"))})
}

/// The row of a site at this address that signed its description at this moment.
pub fn site(address: &str, seq: u64) -> Value {
    let mut secret = [0; 32];
    address.bytes().zip(&mut secret).for_each(|(from, to)| *to = from);
    let secret = STANDARD.encode(if address == ADDRESS { [7; 32] } else { secret });
    let key = Secret::from_base64(&secret).unwrap().public();
    let body = json!({"address": address, "scheme": "https", "key": key, "seq": seq, "lease": day_of(seq) + 45,
        "name": format!("Site {address}"), "software": "Moodle", "release": "4.5", "plugin": "0.1.0",
        "protocol": 1, "country": "ES", "lang": "en", "figures": {"courses": 10}});
    let mut own = settings();
    (own["address"], own["secret"]) = (json!(address), json!(secret));
    let signer = Site::new(Settings::from_json(&own.to_string()).unwrap());
    let signed = signer.sign("descriptor", body.to_string()).unwrap();
    let entry = Entry { body: signed.body, sig: signed.sig, vouchers: Vec::new() };
    serde_json::to_value(Change::from(&entry.read().unwrap())).unwrap()
}

pub fn reader(directory: &Path) -> Reader {
    let mut reader = Reader::new(directory, ABI, &settings().to_string()).unwrap();
    reader.refresh();
    reader
}

pub fn writer(directory: &Path) -> Writer {
    Writer::lock(directory, ABI).unwrap().expect("nobody else writes")
}

/// The writer, as soon as nobody else writes.
pub fn waiting(directory: &Path) -> Result<Writer, ViewError> {
    loop {
        match Writer::lock(directory, ABI)? {
            Some(writer) => return Ok(writer),
            None => thread::sleep(Duration::from_millis(1)),
        }
    }
}

pub fn rebuild(directory: &Path, revision: i64, rows: &[Value]) {
    let mut writer = writer(directory);
    writer.rebuild(&settings().to_string()).unwrap();
    rows.iter().for_each(|row| writer.row(&row.to_string()).unwrap());
    assert!(!writer.commit(&mut reader(directory), revision, NOW).unwrap());
}

/// Catches up with these rows, and says whether the log is to be folded.
pub fn catch_up(directory: &Path, revision: i64, rows: &[Value]) -> bool {
    let mut writer = writer(directory);
    rows.iter().for_each(|row| writer.row(&row.to_string()).unwrap());
    writer.commit(&mut reader(directory), revision, NOW + revision).unwrap()
}

/// All rows that make a site's state, as text.
pub fn state(site: &Site) -> BTreeSet<String> {
    rows(site).map(|row| serde_json::to_string(&row).unwrap()).collect()
}

/// What a view shows to who opens it now, with its revision.
pub fn shown(directory: &Path) -> Option<(i64, BTreeSet<String>)> {
    let reader = reader(directory);
    Some((reader.state()?.revision, state(reader.site())))
}

/// What a site shows that applied these rows, each as if nothing had been there.
pub fn expected(rows: &[Value]) -> BTreeSet<String> {
    let mut site = Site::new(Settings::from_json(&settings().to_string()).unwrap());
    rows.iter().for_each(|row| {
        courseglue_view::news::apply(&mut site, serde_json::from_value(row.clone()).unwrap());
    });
    state(&site)
}

pub fn files(directory: &Path) -> Vec<String> {
    let mut names: Vec<String> = fs::read_dir(directory)
        .unwrap()
        .map(|entry| entry.unwrap().file_name().into_string().unwrap())
        .collect();
    names.sort();
    names
}

/// The only file whose name begins so.
pub fn file(directory: &Path, start: &str) -> std::path::PathBuf {
    let names: Vec<String> = files(directory).into_iter().filter(|name| name.starts_with(start)).collect();
    assert_eq!(names.len(), 1, "{names:?}");
    directory.join(&names[0])
}

/// The rows that make a state.
fn rows(site: &Site) -> impl Iterator<Item = Change> {
    let sites = site.table.iter().map(|peer| Change::from(&**peer.site()));
    let silent = site.table.iter().filter(|peer| peer.liveness.failures > 0).map(|peer| Change::Alive {
        nodeid: peer.id(),
        ok: false,
        at: peer.liveness.last_try / 1000,
        failures: peer.liveness.failures,
        since: peer.liveness.failing_since / 1000,
        error: None,
    });
    let records =
        site.holdings.iter().filter_map(|item| item.holding().row(item.recordid)).map(Change::Record);
    let checks = site.checks.values().cloned().map(Change::Checked);
    let spots = site.spots.values().cloned().map(Change::Spot);
    let frequencies = site.frequencies.values().cloned().map(Change::Frequency);
    let marks = site
        .marks
        .iter()
        .map(|(name, value)| Change::Mark { name: name.clone(), value: Some(value.clone()) });
    sites.chain(silent).chain(records).chain(checks).chain(spots).chain(frequencies).chain(marks)
}
