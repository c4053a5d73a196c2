//! What peers are answered from the view alone.

use std::fs;
use std::io::Read;
use std::path::Path;

use courseglue_view::endpoint::{Answer, Request, answer};
use courseglue_view::place::Place;
use courseglue_view::serving;
use flate2::read::GzDecoder;
use serde_json::{Value, json};
use tempfile::{TempDir, tempdir};

use super::made::*;

const DESCRIBE: Request<'static> = Request {
    forced: "as it was",
    method: "GET",
    query: "operation=describe",
    body: &[],
    accept_encoding: "",
    if_none_match: "",
    source: "",
};
const SNAPSHOT: Request<'static> = Request { query: "operation=snapshot", ..DESCRIBE };
const SEQ: u64 = 1_719_999_000_000;

pub fn serving(gate: &str) -> Value {
    let mut node = settings();
    node["secret"] = Value::Null;
    json!({"node": node, "gate": gate, "limit": null, "forced": "as it was", "notes": "of the plugin"})
}

fn settle(directory: &Path, serving: &Value) {
    serving::write(&Place::new(directory), &serving.to_string()).unwrap();
}

/// A view of a site that has joined.
fn joined() -> TempDir {
    let directory = tempdir().unwrap();
    settle(directory.path(), &serving("open"));
    let rows = [site(ADDRESS, SEQ), site("b.example", SEQ), site("c.example", SEQ)];
    rebuild(directory.path(), 1, &rows);
    directory
}

fn ask(directory: &TempDir, request: Request<'_>) -> Option<Answer> {
    answer_at(directory, request, NOW + 10)
}

fn answer_at(directory: &TempDir, request: Request<'_>, at: i64) -> Option<Answer> {
    answer(directory.path(), ABI, request, millis(at))
}

fn post(body: &str) -> Request<'_> {
    Request { method: "POST", query: "", body: body.as_bytes(), ..DESCRIBE }
}

fn message(operation: &str, fields: Value) -> String {
    let mut message = json!({"network": "test", "version": 1, "operation": operation});
    message.as_object_mut().unwrap().extend(fields.as_object().unwrap().clone());
    message.to_string()
}

fn header<'a>(answer: &'a Answer, name: &str) -> Option<&'a str> {
    answer.headers.iter().find_map(|header| header.strip_prefix(name)?.strip_prefix(": "))
}

fn code(answer: &Answer) -> String {
    let body: Value = serde_json::from_slice(&answer.body).unwrap();
    body["error"]["code"].as_str().unwrap_or_default().to_owned()
}

#[test]
fn reads_are_answered() {
    let directory = joined();
    let search = message("search", json!({"query": {"words": "biology", "lang": "en"}}));
    let answers = [
        ask(&directory, DESCRIBE),
        ask(&directory, SNAPSHOT),
        ask(&directory, Request { query: "operation=sketch&from=0&count=8", ..DESCRIBE }),
        ask(
            &directory,
            Request { query: &format!("operation=neighbours&node={}", "a".repeat(40)), ..DESCRIBE },
        ),
        ask(&directory, post(&search)),
    ];
    for answer in answers {
        let answer = answer.unwrap();
        assert_eq!((answer.status, answer.catchup), (200, false), "{answer:?}");
        assert_eq!(header(&answer, "Content-Type"), Some("application/json"));
        assert_eq!(header(&answer, "Content-Length"), Some(answer.body.len().to_string().as_str()));
        serde_json::from_slice::<Value>(&answer.body).unwrap();
    }
}

#[test]
fn what_a_strangers_message_would_change_is_refused_and_a_newcomer_is_left_to_moodle() {
    let directory = joined();
    let entry = site("d.example", SEQ);
    let entry = json!({"body": entry["body"], "sig": entry["sig"], "vouchers": []});
    for (operation, fields) in
        [("announce", json!({"sites": [entry]})), ("store", json!({"site": entry, "records": []}))]
    {
        let answer = ask(&directory, post(&message(operation, fields.clone()))).unwrap();
        assert!(String::from_utf8_lossy(&answer.body).contains("not_admitted"), "{operation}: {answer:?}");
        assert_eq!(answer.changes, []);
        let behind = answer_at(&directory, post(&message(operation, fields)), NOW + 90);
        assert_eq!(behind, None, "what may have to be stored is not judged by a view that is behind");
    }
    assert_eq!(ask(&directory, post(&message("vouch", json!({"site": entry})))), None);
    let own = site(ADDRESS, SEQ);
    let own = json!({"body": own["body"], "sig": own["sig"], "vouchers": []});
    let refused = ask(&directory, post(&message("vouch", json!({"site": own})))).unwrap();
    assert_eq!((refused.status, refused.changes.len()), (400, 0), "what is not checked takes no Moodle");
}

#[test]
fn what_is_wrong_is_said_at_once() {
    let directory = joined();
    for (request, status, name) in [
        (post("nonsense"), 400, "not_json"),
        (post("{}"), 400, "bad_request"),
        (Request { query: "operation=dance", ..DESCRIBE }, 404, "unknown_operation"),
        (Request { query: "", ..DESCRIBE }, 404, "unknown_operation"),
        (Request { query: "operation=store", ..DESCRIBE }, 405, "method_not_allowed"),
        (Request { method: "PUT", ..DESCRIBE }, 405, "method_not_allowed"),
        (Request { method: "get", ..DESCRIBE }, 405, "method_not_allowed"),
        (post(&" ".repeat((1 << 20) + 1)), 413, "too_large"),
    ] {
        let answer = ask(&directory, request).unwrap();
        assert_eq!((answer.status, code(&answer).as_str()), (status, name));
        let allowed = (status == 405).then_some("GET, HEAD, POST");
        assert_eq!(header(&answer, "Allow"), allowed);
    }
}

#[test]
fn without_settings_or_a_view_only_moodle_can_answer() {
    let directory = tempdir().unwrap();
    assert_eq!(ask(&directory, DESCRIBE), None);
    settle(directory.path(), &serving("open"));
    assert_eq!(ask(&directory, DESCRIBE), None);
    rebuild(directory.path(), 1, &[site(ADDRESS, SEQ)]);
    assert_eq!(ask(&directory, DESCRIBE).unwrap().status, 200);
}

#[test]
fn the_gate_decides() {
    let directory = joined();
    for (gate, describe, snapshot) in [
        ("open", Some(200), Some(200)),
        ("joining", Some(200), Some(503)),
        ("closed", Some(503), Some(503)),
        ("boot", None, None),
    ] {
        settle(directory.path(), &serving(gate));
        let status = |request| ask(&directory, request).map(|answer| answer.status);
        assert_eq!((status(DESCRIBE), status(SNAPSHOT)), (describe, snapshot), "{gate}");
    }
    settle(directory.path(), &serving("closed"));
    let answer = ask(&directory, DESCRIBE).unwrap();
    assert_eq!((code(&answer).as_str(), header(&answer, "Retry-After")), ("unavailable", Some("600")));
}

#[test]
fn settings_that_cannot_be_used_are_refused() {
    let directory = tempdir().unwrap();
    let mut bad = serving("open");
    bad["node"]["network"] = json!("");
    for json in ["", "{}", &serving("ajar").to_string(), &bad.to_string()] {
        let error = serving::write(&Place::new(directory.path()), json).unwrap_err();
        assert!(error.to_string().contains("settings"), "{error}");
    }
    assert!(files(directory.path()).is_empty());
}

#[test]
fn who_knows_the_tag_is_told_that_nothing_changed() {
    let directory = joined();
    let first = ask(&directory, SNAPSHOT).unwrap();
    let tag = header(&first, "ETag").unwrap().to_owned();
    let again = ask(&directory, Request { if_none_match: &tag, ..SNAPSHOT }).unwrap();
    assert_eq!((again.status, again.body.len()), (304, 0));
    assert_eq!(header(&again, "ETag"), Some(tag.as_str()));
    catch_up(directory.path(), 2, &[site("d.example", SEQ)]);
    let changed = ask(&directory, Request { if_none_match: &tag, ..SNAPSHOT }).unwrap();
    assert_eq!(changed.status, 200);
    assert_ne!(header(&changed, "ETag"), Some(tag.as_str()));
    catch_up(directory.path(), 3, &[mark("a", 1)]);
    let tag = header(&changed, "ETag").unwrap();
    assert_eq!(
        ask(&directory, Request { if_none_match: tag, ..SNAPSHOT }).unwrap().status,
        304,
        "the same sites"
    );
}

#[test]
fn what_differs_at_each_request_has_no_tag() {
    let directory = joined();
    let answer = ask(&directory, DESCRIBE).unwrap();
    assert_eq!((header(&answer, "ETag"), header(&answer, "Cache-Control")), (None, Some("no-store")));
}

#[test]
fn a_packed_answer_unpacks_to_the_plain_one() {
    let directory = joined();
    let near = format!("operation=neighbours&node={}", "a".repeat(40));
    for request in [SNAPSHOT, Request { query: &near, ..DESCRIBE }] {
        let plain = ask(&directory, request).unwrap();
        assert_eq!(header(&plain, "Content-Encoding"), None);
        let packed = ask(&directory, Request { accept_encoding: "gzip, br", ..request }).unwrap();
        assert_eq!(header(&packed, "Content-Encoding"), Some("gzip"));
        assert_eq!(header(&packed, "Content-Length"), Some(packed.body.len().to_string().as_str()));
        let mut unpacked = Vec::new();
        GzDecoder::new(packed.body.as_slice()).read_to_end(&mut unpacked).unwrap();
        assert_eq!(unpacked, plain.body);
        assert_eq!(header(&packed, "Vary"), Some("Accept-Encoding"));
    }
}

#[test]
fn head_has_the_headers_of_get_and_no_body() {
    let directory = joined();
    for request in [DESCRIBE, SNAPSHOT, Request { query: "operation=dance", ..DESCRIBE }] {
        let get = ask(&directory, request).unwrap();
        let head = ask(&directory, Request { method: "HEAD", ..request }).unwrap();
        assert_eq!((head.status, head.body.len()), (get.status, 0));
        assert_eq!(head.headers, get.headers);
    }
}

#[test]
fn a_view_that_is_behind_is_caught_up_by_one_of_those_who_ask() {
    let directory = joined();
    let at = |seconds: i64| answer(directory.path(), ABI, DESCRIBE, millis(NOW + seconds)).unwrap();
    assert!(!at(60).catchup);
    assert!(at(61).catchup);
    assert!(!at(62).catchup && !at(80).catchup);
    assert!(at(81).catchup, "nobody came back from the first");
    catch_up(directory.path(), 80, &[]);
    assert!(!at(120).catchup);
}

#[test]
fn a_view_of_yesterday_is_left_to_moodle() {
    let directory = joined();
    let at = |seconds: i64| answer(directory.path(), ABI, DESCRIBE, millis(NOW + seconds));
    assert!(at(86_400).is_some());
    assert!(at(86_401).is_none());
}

#[test]
fn a_view_of_tomorrow_was_written_by_a_wrong_clock() {
    let directory = joined();
    assert!(answer(directory.path(), ABI, DESCRIBE, millis(NOW - 100)).unwrap().catchup);
}

#[test]
fn what_is_in_memory_is_answered_from_after_everything_was_deleted() {
    let directory = joined();
    assert_eq!(ask(&directory, DESCRIBE).unwrap().status, 200);
    fs::remove_dir_all(directory.path()).unwrap();
    let answer = ask(&directory, DESCRIBE).unwrap();
    assert_eq!((answer.status, answer.catchup), (200, true));
    assert!(!ask(&directory, DESCRIBE).unwrap().catchup);
    settle(directory.path(), &serving("closed"));
    assert_eq!(ask(&directory, DESCRIBE).unwrap().status, 503);
}

#[test]
fn who_asks_too_often_is_told_to_come_later_whatever_it_asks() {
    let directory = joined();
    let mut limited = serving("open");
    limited["limit"] = json!({"requests": 2, "seconds": 60});
    settle(directory.path(), &limited);
    let store = message("store", json!({"site": {"body": "", "sig": "", "vouchers": []}, "records": []}));
    let request = Request { source: "192.0.2.1", ..DESCRIBE };
    assert_eq!(ask(&directory, request).unwrap().status, 200);
    let _ = ask(&directory, Request { source: "192.0.2.1", ..post(&store) });
    for request in [request, Request { source: "192.0.2.1", ..post(&store) }] {
        let refused = ask(&directory, request).unwrap();
        assert_eq!((refused.status, code(&refused).as_str()), (429, "rate_limited"));
        assert_eq!(header(&refused, "Retry-After"), Some("30"));
    }
    assert_eq!(ask(&directory, Request { source: "192.0.2.2", ..DESCRIBE }).unwrap().status, 200);
    assert_eq!(ask(&directory, DESCRIBE).unwrap().status, 200, "who is not counted");
}
