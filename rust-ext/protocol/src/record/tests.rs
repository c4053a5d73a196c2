//! Claims about what a record is.

use proptest::prelude::*;
use std::collections::BTreeMap;

use serde_json::{Value, json};

use super::{Access, MAX_BODY_BYTES, MAX_TERMS, Record, build};
use crate::id::Id;
use crate::term::Term;
use crate::terms::chosen;

fn content() -> Value {
    json!({
        "id": "course/12", "lang": "en", "fullname": {"en": "Biology", "es": "Biología"}, "shortname": {"": "BIO"},
        "summary": {"": "Plain\n text"}, "category": [{"en": "Science"}], "tags": ["x", "x"], "subject": null,
        "format": "topics", "start": 1_700_000_000, "end": null, "access": "guest", "backup": false,
        "link": "course/view.php?id=12",
        "contents": [{"type": "section", "name": {"": "Cells"}, "link": "course/view.php?id=12#section-1"}],
    })
}

fn built(content: &Value) -> Record {
    Record::parse(&build(content, "a.example", 5, &chosen).unwrap()).unwrap()
}

fn with(field: &str, value: Value) -> Value {
    let mut changed = content();
    changed[field] = value;
    changed
}

/// A body with one field replaced, as a stranger might sign it.
fn body_with(field: &str, value: Value) -> String {
    let mut body: Value = serde_json::from_str(&build(&content(), "a.example", 5, &chosen).unwrap()).unwrap();
    body[field] = value;
    body.to_string()
}

#[test]
fn what_is_built_can_be_read() {
    let record = built(&content());
    assert_eq!(record.site, "a.example");
    assert_eq!(record.seq, 5);
    assert_eq!(record.access, Access::Guest);
    assert_eq!(record.record_id(), Id::of_record("a.example", "course/12"));
}

#[test]
fn the_body_has_a_frozen_form() {
    let expected = concat!(
        r#"{"site":"a.example","id":"course/12","seq":5,"lang":"en","fullname":{"en":"Biology","es":"Biología"},"#,
        r#""shortname":{"en":"BIO"},"summary":{"en":"Plain text"},"category":[{"en":"Science"}],"tags":["x"],"#,
        r#""format":"topics","start":1700000000,"access":"guest","link":"course/view.php?id=12","#,
        r#""contents":[{"type":"section","name":{"en":"Cells"},"link":"course/view.php?id=12#section-1"}],"#,
        r#""until":366,"terms":"BpXMsHp8ExXeps7QNIWNrNZzbMslu3ylhAJR91hDpWtjehFq/nKLiq/P"}"#,
    );
    assert_eq!(build(&content(), "a.example", 5, &chosen).unwrap(), expected);
}

#[test]
fn a_text_without_a_language_is_in_the_courses_language() {
    assert_eq!(built(&with("lang", json!("es_mx"))).shortname["es"], "BIO");
}

#[test]
fn a_missing_language_is_detected_from_the_text() {
    let mut spanish = content();
    spanish["lang"] = Value::Null;
    spanish["fullname"] = json!({"": "Historia del arte"});
    spanish["summary"] = json!({"": "Este curso presenta a los estudiantes la historia de la pintura europea, desde \
        los primeros maestros hasta las vanguardias del siglo veinte, con visitas a los museos de la ciudad."});
    let record = built(&spanish);
    assert_eq!(record.lang, "es");
    assert_eq!(record.fullname["es"], "Historia del arte");
}

#[test]
fn a_title_in_two_languages_tells_which_the_rest_may_be_in() {
    let mut content = with("lang", Value::Null);
    content["fullname"] = json!({"ca": "Biologia", "en": "Biology"});
    content["summary"] = json!({"en": "Cells", "ca": "Cèl·lules"});
    content["contents"] = json!([{"type": "page", "name": {"": "Imatges per comparar"}, "link": "x"}]);
    assert_eq!(built(&content).lang, "ca");
    content["contents"] =
        json!([{"type": "page", "name": {"": "Pictures to compare with others"}, "link": "x"}]);
    assert_eq!(built(&content).lang, "en");
}

#[test]
fn a_language_that_nobody_can_tell_is_undetermined() {
    let record =
        built(&json!({"id": "1", "fullname": "Xq", "access": "open", "link": "course/view.php?id=1"}));
    assert_eq!(record.lang, "und");
    assert_eq!(record.fullname["und"], "Xq");
}

#[test]
fn text_shared_by_all_languages_is_kept_beside_the_courses_own() {
    assert_eq!(built(&with("fullname", json!({"": "BIO 1", "en": "Cells"}))).fullname["en"], "BIO 1 Cells");
}

#[test]
fn phps_empty_array_is_an_empty_map() {
    assert!(built(&with("summary", json!([]))).summary.is_empty());
}

#[test]
fn the_title_follows_the_reader_then_the_course() {
    let record = built(&content());
    assert_eq!(record.title("es_mx"), "Biología");
    assert_eq!(record.title("ja"), "Biology");
}

#[test]
fn terms_are_those_of_every_field_in_its_language() {
    let terms = built(&content()).words();
    for term in ["biolog", "bio", "cell", "scienc", "text"] {
        assert!(terms.iter().any(|t| t == term), "{term} in {terms:?}");
    }
}

#[test]
fn contents_go_first_then_summaries_and_the_beginning_stays() {
    let contents: Vec<Value> = (0..200)
        .map(|n| json!({"type": "page", "name": {"en": format!("Page number {n}")}, "link": format!("mod/page/view.php?id={n}")}))
        .collect();
    let mut large = with("contents", json!(contents));
    large["summary"] = json!({"en": "many words ".repeat(1000), "es": "corto"});
    let body = build(&large, "a.example", 5, &chosen).unwrap();
    assert!(body.len() <= MAX_BODY_BYTES && body.len() > MAX_BODY_BYTES - 8 * MAX_TERMS, "{}", body.len());
    let record = Record::parse(&body).unwrap();
    assert!(record.contents.len() > 10);
    assert_eq!(record.contents[0].name["en"], "Page number 0");
    assert!(record.summary["en"].ends_with("words…"));
    assert_eq!(record.summary["es"], "corto");
}

#[test]
fn a_course_with_any_number_of_long_labels_fits() {
    // Letters of four bytes, of a script without spaces, quotation marks that JSON escapes, and words of a script with spaces.
    for letters in ["\u{10330}", "\u{16A0}", "\"", "слово "] {
        let long =
            |n: usize, chars: usize| format!("{n} {}", letters.repeat(chars / letters.chars().count()));
        let each = |count: usize| (0..count).map(|n| long(n, 250)).collect::<Vec<_>>();
        let mut content = with("tags", json!(each(64)));
        content["category"] = json!(each(16).iter().map(|name| json!({"en": name})).collect::<Vec<_>>());
        let languages = ["en", "es", "ca", "fr", "de", "got"];
        let names: BTreeMap<_, _> = languages.iter().map(|lang| (*lang, long(1, 1_330))).collect();
        (content["fullname"], content["shortname"]) = (json!(names), json!(names));
        let record = built(&content);
        assert!(record.fullname["en"].starts_with("1 "), "{letters}");
        assert!(record.fullname["en"].len() > 1_000, "{letters}: {}", record.fullname["en"]);
    }
}

#[test]
fn what_is_cut_is_cut_in_the_order_of_its_worth() {
    let tags: Vec<String> = (0..60).map(|n| format!("{n} {}", "tag ".repeat(20))).collect();
    let mut content = with("tags", json!(tags));
    content["category"] = json!([{"en": "Outer"}, {"en": "Inner"}]);
    let record = built(&content);
    assert!(record.tags.len() < 60 && record.tags[0].starts_with("0 "));
    assert_eq!((record.category.len(), record.summary.len()), (2, 0));
}

#[test]
fn the_builder_names_what_is_wrong() {
    let error = |content: Value| build(&content, "a.example", 5, &chosen).unwrap_err().to_string();
    assert!(error(with("colour", json!("red"))).contains("colour"));
    assert!(error(with("fullname", json!({"en": " "}))).contains("fullname"));
    assert!(error(with("link", json!("https://b.example/"))).contains("without a scheme"));
    assert!(error(with("access", json!("everybody"))).contains("everybody"));
}

#[test]
fn words_that_are_no_codes_become_tags() {
    let mut course = with("subject", json!("Marine biology"));
    course["level"] = json!("cefr:b2");
    course["licence"] = json!("by nc");
    let record = built(&course);
    assert_eq!((record.subject, record.level.as_deref(), record.licence), (None, Some("cefr:b2"), None));
    assert_eq!(record.tags, ["x", "Marine biology", "by nc"]);
}

#[test]
fn subject_and_place_are_keys_and_others_may_be_named() {
    let mut course = with("subject", json!("0511"));
    course["place"] = json!({"lat": 41.12, "lon": 1.25});
    course["keys"] = json!(["type:quiz", "later:x"]);
    let record = built(&course);
    assert_eq!(record.keys, ["geo:sp2c", "later:x", "subject:0511", "type:quiz"]);
    assert!(record.keys.iter().all(|key| record.placed_under().contains(&Term::of_key(key))));
    assert!(record.placed_under().contains(&Term::of_word("biolog")));
}

#[test]
fn a_signed_list_is_no_record() {
    let fields: serde_json::Map<String, Value> =
        serde_json::from_str(&build(&content(), "a.example", 5, &chosen).unwrap()).unwrap();
    let list = Value::Array(fields.into_values().collect());
    assert!(Record::parse(&list.to_string()).is_err());
}

#[test]
fn unknown_fields_are_allowed_on_the_wire() {
    assert!(Record::parse(&body_with("colour", json!({"deep": [1, 2]}))).is_ok());
}

#[test]
fn a_stranger_cannot_break_the_bounds() {
    for (field, value) in [
        ("site", json!("")),
        ("id", json!("x".repeat(101))),
        ("seq", json!(-1)),
        ("seq", json!(u64::MAX)),
        ("lang", json!("EN")),
        ("fullname", json!({})),
        ("fullname", json!({"": "x"})),
        ("fullname", json!({"en": ""})),
        ("fullname", json!({"en": "a\u{0}b"})),
        ("fullname", json!({"en": "a\u{202E}b"})),
        ("fullname", json!("x")),
        ("access", json!("all")),
        ("start", json!(-5)),
        ("link", json!("//b.example")),
        ("contents", json!([{"type": "Page", "name": {}, "link": "x"}])),
        ("contents", json!([{"type": "page", "name": {}, "link": "javascript:x"}])),
        ("tags", json!(vec!["x"; 65])),
        ("format", json!("<b>")),
        ("subject", json!("Biology")),
        ("level", json!("beginner")),
        ("licence", json!("CC BY")),
        ("workload", json!(0)),
        ("place", json!({"lat": 41.123, "lon": 1})),
        ("place", json!({"lat": 91, "lon": 1})),
        ("place", json!([41.12, 1.25])),
        ("modified", json!(-1)),
        ("copy", json!({"size": 1, "version": "4.5", "sha256": "x"})),
        ("until", json!(367)),
        ("until", Value::Null),
        ("keys", json!(["type"])),
        ("keys", json!(vec!["a:b"; 33])),
        ("terms", json!(["069…"])),
        ("terms", Value::Null),
        ("contents", json!([["page", {}, "x"]])),
        ("unknown", json!([[[[[[[[[1]]]]]]]]])),
        ("unknown", json!("x".repeat(4096))),
    ] {
        let body = body_with(field, value);
        assert!(Record::parse(&body).is_err(), "{body}");
    }
}

proptest! {
    #[test]
    fn no_text_makes_the_reader_fail(body in "\\PC{0,200}") {
        let _ = Record::parse(&body);
    }

    #[test]
    fn whatever_people_write_is_built_and_fits(
        name in "\\PC{1,300}", summary in ".{0,3000}", names in prop::collection::vec(".{0,80}", 0..60)
    ) {
        let contents: Vec<Value> =
            names.iter().map(|name| json!({"type": "page", "name": {"": name}, "link": "x"})).collect();
        let content = json!({"id": "1", "fullname": {"": format!("x {name}")}, "summary": {"en": summary},
            "access": "open", "link": "x", "contents": contents});
        let body = build(&content, "a.example", 1, &chosen).unwrap();
        prop_assert!(body.len() <= MAX_BODY_BYTES);
        let record = Record::parse(&body);
        prop_assert!(record.is_ok(), "{:?}", record);
    }
}
