//! Claims about matches, their order, and merged answers.

use std::collections::BTreeMap;

use courseglue_protocol::Id;
use courseglue_protocol::record::{Access, Record, build};
use courseglue_protocol::terms::chosen;
use courseglue_protocol::{Filters, Query};
use proptest::prelude::*;
use serde_json::{Value, json};

use super::{Answer, BlockList, Context, Country, Index, Publisher, rate};

fn id(name: &str) -> Id {
    Id::digest(name.as_bytes())
}

fn record(name: &str, seq: u64, fields: &Value) -> Record {
    let mut content = json!({"id": name, "lang": "en", "access": "open", "link": "course/view.php?id=1"});
    for (field, value) in fields.as_object().unwrap() {
        content[field] = value.clone();
    }
    Record::parse(&build(&content, "a.example", seq, &chosen).unwrap()).unwrap()
}

fn put(index: &mut Index, name: &str, node: &str, seq: u64, fields: &Value) {
    index.put(id(name), id(node), seq, &record(name, seq, fields));
}

/// A small library of courses of two sites.
fn library() -> Index {
    let mut index = Index::new();
    put(
        &mut index,
        "bio",
        "A",
        1,
        &json!({
        "fullname": {"en": "Marine Biology", "es": "Biología marina"}, "tags": ["ocean"], "access": "guest",
        "summary": {"en": "Life in the seas."},
        "contents": [
            {"type": "section", "name": {"en": "Cells and plankton of the sea"}, "link": "x#1"},
            {"type": "page", "name": {"en": "Plankton"}, "link": "x#2"},
            {"type": "quiz", "name": {"en": "Whales"}, "link": "x#3"},
        ]}),
    );
    put(
        &mut index,
        "prog",
        "A",
        2,
        &json!({"fullname": {"en": "Programming in Python"}, "summary": {"en": "Marine data."}}),
    );
    put(
        &mut index,
        "mat",
        "B",
        3,
        &json!({"fullname": {"es": "Matemáticas"}, "lang": "es", "subject": "Biología"}),
    );
    put(&mut index, "mat2", "B", 4, &json!({"fullname": {"es": "Taller de matematicas"}, "lang": "es"}));
    put(&mut index, "ja", "B", 5, &json!({"fullname": {"ja": "機械学習の基礎"}, "lang": "ja"}));
    index
}

fn found_with(index: &Index, query: &Query, blocked: &[&str]) -> Answer {
    let words: Vec<String> = blocked.iter().map(ToString::to_string).collect();
    let publisher = |node: &Id| Some(Publisher { country: Country::read("ES").filter(|_| *node == id("A")) });
    index.search(query, &Context { publisher: &publisher, blocked: &BlockList::new(&words) })
}

fn query(words: &str, lang: &str) -> Query {
    Query { words: words.into(), lang: lang.into(), ..Query::default() }
}

fn ids(answer: &Answer) -> Vec<Id> {
    answer.hits.iter().map(|hit| hit.recordid).collect()
}

fn found(words: &str, lang: &str) -> Vec<Id> {
    ids(&found_with(&library(), &query(words, lang), &[]))
}

fn filtered(filters: Filters) -> Vec<Id> {
    ids(&found_with(&library(), &Query { filters, ..Query::default() }, &[]))
}

#[test]
fn every_word_has_to_be_in_the_record_in_any_field() {
    assert_eq!(found("marine plankton", "en"), [id("bio")]);
    assert_eq!(found("python plankton", "en"), []);
}

#[test]
fn a_title_outranks_a_summary() {
    assert_eq!(found("marine", "en"), [id("bio"), id("prog")]);
}

#[test]
fn accents_and_inflection_do_not_matter() {
    assert_eq!(found("matematica", "es"), [id("mat"), id("mat2")]);
    assert_eq!(found("MATEMÁTICAS", "es"), [id("mat"), id("mat2")]);
    assert_eq!(found("programs", "en"), [id("prog")]);
}

#[test]
fn a_word_is_found_in_another_language_than_the_searchers() {
    assert_eq!(found("matemáticas", "en"), [id("mat"), id("mat2")]);
    assert_eq!(found("programming", "ja"), [id("prog")]);
    assert_eq!(found("学習", "en"), [id("ja")]);
}

#[test]
fn a_stem_counts_only_in_texts_of_its_language() {
    let mut index = Index::new();
    // The Spanish stem of "histórica" is "histor", and so is the French one of "histoire"; neither is an English word.
    put(&mut index, "en", "A", 1, &json!({"fullname": {"en": "Histor"}}));
    assert_eq!(ids(&found_with(&index, &query("histórica", "es"), &[])), []);
}

#[test]
fn a_query_that_is_the_title_comes_first() {
    assert_eq!(found("Taller de matemáticas", "es"), [id("mat2")]);
    assert_eq!(found("matematicas", "es")[0], id("mat"));
}

#[test]
fn the_searchers_language_decides_between_equals() {
    let mut index = Index::new();
    put(&mut index, "en", "A", 1, &json!({"fullname": {"en": "Machine Learning"}}));
    put(&mut index, "es", "A", 1, &json!({"fullname": {"es": "Machine Learning"}, "lang": "es"}));
    assert_eq!(ids(&found_with(&index, &query("machine learning", "es"), &[]))[0], id("es"));
    assert_eq!(ids(&found_with(&index, &query("machine learning", "en"), &[]))[0], id("en"));
}

#[test]
fn ties_are_broken_by_record_id() {
    let mut index = Index::new();
    for name in ["a", "b", "c", "d"] {
        put(&mut index, name, "A", 1, &json!({"fullname": {"en": "Chemistry"}}));
    }
    let mut expected = ["a", "b", "c", "d"].map(id);
    expected.sort_unstable();
    assert_eq!(ids(&found_with(&index, &query("chemistry", "en"), &[])), expected);
}

#[test]
fn words_that_are_no_words_find_nothing() {
    assert_eq!(found("!!!", "en"), []);
    assert_eq!(found("the", "en"), []);
}

#[test]
fn without_words_the_newest_come_first() {
    assert_eq!(found("  ", "en"), ["ja", "mat2", "mat", "prog", "bio"].map(id));
}

#[test]
fn filters_narrow() {
    let none = Filters::default;
    assert_eq!(filtered(Filters { lang: vec!["es_mx".into()], ..none() }), ["mat2", "mat", "bio"].map(id));
    assert_eq!(filtered(Filters { access: vec![Access::Guest], ..none() }), [id("bio")]);
    assert_eq!(filtered(Filters { country: vec!["es".into()], ..none() }), ["prog", "bio"].map(id));
    assert_eq!(filtered(Filters { site: vec![id("A")], ..none() }), ["prog", "bio"].map(id));
    assert_eq!(filtered(Filters { kind: vec!["quiz".into()], ..none() }), [id("bio")]);
    assert_eq!(filtered(Filters { access: vec![Access::Guest], country: vec!["FR".into()], ..none() }), []);
}

#[test]
fn facets_count_all_matches_and_not_the_page() {
    let answer = found_with(&library(), &Query { limit: 1, ..Query::default() }, &[]);
    assert_eq!((answer.total, answer.hits.len()), (5, 1));
    let counts =
        |pairs: &[(&str, u64)]| pairs.iter().map(|(k, n)| ((*k).to_owned(), *n)).collect::<BTreeMap<_, _>>();
    assert_eq!(answer.facets.lang, counts(&[("en", 2), ("es", 3), ("ja", 1)]));
    assert_eq!(answer.facets.access, counts(&[("guest", 1), ("open", 4)]));
    assert_eq!(answer.facets.country, counts(&[("ES", 2)]));
    assert_eq!(answer.facets.site[&id("B").to_string()], 3);
}

#[test]
fn contents_that_match_are_named_best_first() {
    let answer = found_with(&library(), &query("plankton", "en"), &[]);
    assert_eq!(answer.hits[0].matched, [1, 0]);
    let answer = found_with(&library(), &query("plankton sea", "en"), &[]);
    assert_eq!(answer.hits[0].matched, [0, 1]);
    let filters = Filters { kind: vec!["page".into()], ..Filters::default() };
    let answer = found_with(&library(), &Query { filters, ..query("plankton sea", "en") }, &[]);
    assert_eq!(answer.hits[0].matched, [1]);
}

#[test]
fn a_blocked_word_hides_its_records() {
    assert_eq!(ids(&found_with(&library(), &query("marine", "en"), &["Whale"])), [id("prog")]);
    assert_eq!(found_with(&library(), &Query::default(), &["matemática", "???"]).total, 3);
    let bio = record("bio", 1, &json!({"fullname": {"en": "Marine Biology"}}));
    let blocks = |words: &[&str]| {
        BlockList::new(&words.iter().map(ToString::to_string).collect::<Vec<_>>()).blocks(&bio)
    };
    assert!(blocks(&["biologies"]) && blocks(&["marine biology"]));
    assert!(!blocks(&["marine chemistry"]) && !blocks(&[]) && !blocks(&["!"]));
}

#[test]
fn invisible_publishers_are_in_no_count() {
    let publisher = |node: &Id| (*node == id("B")).then(Publisher::default);
    let context = Context { publisher: &publisher, blocked: &BlockList::default() };
    let answer = library().search(&Query::default(), &context);
    assert_eq!(answer.total, 3);
    assert_eq!(answer.facets.site.len(), 1);
}

#[test]
fn a_newer_version_replaces_and_removal_forgets() {
    let mut index = library();
    assert_eq!(index.df("marin"), 2);
    put(&mut index, "bio", "A", 9, &json!({"fullname": {"en": "Geology"}}));
    assert_eq!((index.len(), index.df("marin"), index.df("geolog")), (5, 1, 1));
    index.remove(&id("bio"));
    index.remove(&id("bio"));
    assert_eq!((index.len(), index.df("geolog")), (4, 0));
}

#[test]
fn an_emptied_index_holds_no_term() {
    let mut index = library();
    for name in ["bio", "prog", "mat", "mat2", "ja"] {
        index.remove(&id(name));
    }
    assert!(index.is_empty());
    assert_eq!(index.distinct_terms(), 0);
}

#[test]
fn a_score_does_not_depend_on_what_else_is_held() {
    let all = found_with(&library(), &query("marine", "en"), &[]);
    let fields = json!({"fullname": {"en": "Programming in Python"}, "summary": {"en": "Marine data."}});
    assert_eq!(
        rate(&query("marine", "en"), &record("prog", 2, &fields), Id::digest(b"B"), None),
        Some((all.hits[1].score, vec![]))
    );
    assert_eq!(rate(&query("chemistry", "en"), &record("prog", 2, &fields), Id::digest(b"B"), None), None);
}

#[test]
fn an_answer_says_when_not_all_postings_of_a_word_were_looked_at() {
    let mut index = Index::new().looking_at(Some(2));
    put(&mut index, "a", "A", 1, &json!({"fullname": {"en": "Chemistry of life"}}));
    put(&mut index, "b", "A", 2, &json!({"fullname": {"en": "Chemistry"}}));
    assert!(!found_with(&index, &query("chemistry", "en"), &[]).cut);
    put(&mut index, "c", "A", 3, &json!({"fullname": {"en": "Chemistry"}}));
    let answer = found_with(&index, &query("chemistry", "en"), &[]);
    assert!(answer.cut && answer.total == 2 && !ids(&answer).contains(&id("a")));
}

proptest! {
    #[test]
    fn a_record_is_found_by_every_word_of_its_title(
        title in "[a-zñáéA-Z]{3,9}( [a-zäß]{3,9}){0,3}|[а-я]{3,9}|[一-十ぁ-ん]{2,6}|[ก-ฮ]{2,6}",
        lang in prop::sample::select(vec!["en", "es", "fr", "de", "ru", "ja", "th", "ca"]),
        searcher in prop::sample::select(vec!["en", "es", "it", "ru", "zh", "fi", ""]),
    ) {
        let mut index = library();
        put(&mut index, "x", "A", 1, &json!({"fullname": {lang: title.clone()}, "lang": lang}));
        let query = Query { words: title.clone(), lang: searcher.into(), limit: 100, ..Query::default() };
        // Stop words of the text's language are in no index, and stop words of the searcher's are not looked for.
        let held = record("x", 1, &json!({"fullname": {lang: title}, "lang": lang})).words().len();
        let words = query.parsed_words();
        if !words.is_empty() && held >= words.iter().filter(|word| word.required).count() && held > 0 {
            prop_assert!(ids(&found_with(&index, &query, &[])).contains(&id("x")));
        }
    }

    #[test]
    fn pages_follow_one_another(limit in 1_usize..4) {
        let index = library();
        let all = ids(&found_with(&index, &Query::default(), &[]));
        let pages: Vec<Id> = (0..5)
            .flat_map(|page| ids(&found_with(&index, &Query { offset: page * limit, limit, ..Query::default() }, &[])))
            .collect();
        prop_assert_eq!(&pages, &all[..all.len().min(5 * limit)]);
    }
}

#[test]
fn a_clone_keeps_what_it_was_made_of() {
    let mut index = library();
    let before = index.clone();
    put(&mut index, "bio2", "A", 6, &json!({"fullname": {"en": "Marine Zoology"}}));
    index.remove(&id("prog"));
    assert_eq!(ids(&found_with(&before, &query("marine", "en"), &[])), [id("bio"), id("prog")]);
    assert_eq!((before.df("marin"), index.df("marin"), before.df("zoolog")), (2, 2, 0));
}
