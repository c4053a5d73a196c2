//! An index in a file and what came since answer as one index does that holds all of it.

use courseglue_frozen::{Bytes, SectionWriter, Sections};
use courseglue_protocol::Id;
use courseglue_protocol::record::{Access, Record, build};
use courseglue_protocol::terms::chosen;
use courseglue_protocol::{Filters, Query};
use proptest::prelude::*;
use serde_json::{Value, json};

use crate::search::{BlockList, Context, Country, FrozenIndex, Index, IndexedRecord, Publisher};

const WORDS: [&str; 8] = ["marine", "biology", "taller", "matemáticas", "学習", "plankton", "die", "course"];
const LANGS: [&str; 3] = ["en", "es", "ja"];
const KINDS: [&str; 3] = ["page", "quiz", "section"];

fn id(name: impl ToString) -> Id {
    Id::digest(name.to_string().as_bytes())
}

fn file(index: &Index) -> Vec<u8> {
    let mut out = SectionWriter::new(Vec::new());
    index.write(&mut out).unwrap();
    out.finish().unwrap()
}

fn read(bytes: Vec<u8>) -> Option<Index> {
    FrozenIndex::read(&Sections::read(&Bytes::new(bytes))?).map(Index::over)
}

/// A record made of few words, so that many are alike.
fn record() -> impl Strategy<Value = Record> {
    let text = || prop::collection::vec(prop::sample::select(&WORDS[..]), 1..5).prop_map(|w| w.join(" "));
    let texts = move || prop::collection::btree_map(prop::sample::select(&LANGS[..]), text(), 1..3);
    let contents = prop::collection::vec((prop::sample::select(&KINDS[..]), texts()), 0..4);
    (prop::sample::select(&LANGS[..]), texts(), text(), prop::sample::select(&Access::ALL[..]), contents)
        .prop_map(|(lang, fullname, summary, access, contents)| {
            let content = |(kind, name)| json!({"type": kind, "name": name, "link": "x"});
            let contents: Vec<Value> = contents.into_iter().map(content).collect();
            let content = json!({"id": "1", "lang": lang, "fullname": fullname, "summary": {lang: summary},
                "access": access.as_str(), "link": "x", "contents": contents});
            Record::parse(&build(&content, "a.example", 1, &chosen).unwrap()).unwrap()
        })
}

#[derive(Clone, Debug)]
enum Step {
    Put { record: Box<Record>, name: u8, node: u8, seq: u64 },
    Remove(u8),
    Freeze,
}

fn step() -> impl Strategy<Value = Step> {
    let put = (record(), 0..12_u8, 0..4_u8, 0..6_u64);
    let put =
        put.prop_map(|(record, name, node, seq)| Step::Put { record: Box::new(record), name, node, seq });
    prop_oneof![6 => put, 2 => (0..12_u8).prop_map(Step::Remove), 1 => Just(Step::Freeze)]
}

fn query() -> impl Strategy<Value = Query> {
    let words = prop::collection::vec(prop::sample::select(&WORDS[..]), 0..4).prop_map(|w| w.join(" "));
    let some = |values: &'static [&str]| {
        let values: Vec<String> = values.iter().map(ToString::to_string).collect();
        prop_oneof![3 => Just(Vec::new()), 1 => prop::sample::subsequence(values, 1..=2)]
    };
    let access = prop_oneof![3 => Just(Vec::new()), 1 => prop::sample::subsequence(Access::ALL.to_vec(), 2)];
    let site = prop_oneof![3 => Just(Vec::new()), 1 => Just(vec![id("n1"), id("n2")])];
    let filters = (some(&LANGS), access, some(&["ES", "de"]), site, some(&KINDS));
    let filters =
        filters.prop_map(|(lang, access, country, site, kind)| Filters { lang, access, country, site, kind });
    (words, prop::sample::select(&LANGS[..]), filters, 0..3_usize, 0..8_usize).prop_map(
        |(words, lang, filters, offset, limit)| Query { words, lang: lang.into(), filters, offset, limit },
    )
}

/// The third publisher is not shown.
fn publisher(node: &Id) -> Option<Publisher> {
    let country = |code| Some(Publisher { country: Country::read(code) });
    [("n0", country("ES")), ("n1", country("DE")), ("n2", country("-"))]
        .into_iter()
        .find(|(name, _)| *node == id(name))
        .and_then(|(_, publisher)| publisher)
}

fn take(index: &mut Index, step: &Step) {
    match step {
        Step::Put { record, name, node, seq } => index.put(id(name), id(format!("n{node}")), *seq, record),
        Step::Remove(name) => index.remove(&id(name)),
        Step::Freeze => {}
    }
}

proptest! {
    #[test]
    fn parts_answer_as_the_whole(
        steps in prop::collection::vec(step(), 1..30),
        queries in prop::collection::vec(query(), 1..8),
        blocked in prop::sample::subsequence(vec!["plankton".to_owned(), "biology course".into()], 0..=2),
        most in prop_oneof![Just(None), (1..6_usize).prop_map(Some)],
    ) {
        let mut whole = Index::new().looking_at(most);
        let mut parts = whole.clone();
        for step in &steps {
            take(&mut whole, step);
            take(&mut parts, step);
            if let Step::Freeze = step {
                parts = read(file(&parts)).unwrap().looking_at(most);
            }
        }
        let blocked = BlockList::new(&blocked);
        let context = Context { publisher: &publisher, blocked: &blocked };
        for query in &queries {
            prop_assert_eq!(whole.search(query, &context), parts.search(query, &context));
        }
        prop_assert_eq!((whole.len(), whole.distinct_terms()), (parts.len(), parts.distinct_terms()));
        for term in ["marin", "matemat", "matematicas", "学習", "die", "nothing"] {
            let ranked = |index: &Index| {
                let mut ranked = index.ranked(term);
                ranked.sort_unstable();
                ranked
            };
            prop_assert_eq!((whole.df(term), ranked(&whole)), (parts.df(term), ranked(&parts)));
        }
        // However it came about, the same is written.
        prop_assert_eq!(file(&whole), file(&parts));
    }

    #[test]
    fn damaged_bytes_find_something_else_and_no_more(
        records in prop::collection::vec(record(), 1..6),
        damage in prop::collection::vec((any::<prop::sample::Index>(), any::<u8>()), 1..8),
        query in query(),
    ) {
        let mut index = Index::new();
        (0..).zip(&records).for_each(|(n, record)| index.put(id(n), id("n0"), n, record));
        let mut bytes = file(&index);
        for (at, byte) in damage {
            let at = at.index(bytes.len());
            bytes[at] = byte;
        }
        if let Some(mut index) = read(bytes) {
            let blocked = BlockList::new(&["plankton".to_owned()]);
            let context = Context { publisher: &publisher, blocked: &blocked };
            let _ = (index.search(&query, &context), index.df("marin"), index.ranked("die"), index.distinct_terms());
            index.remove(&id(0));
            index.put(id(1), id("n1"), 9, &records[0]);
            let _ = (index.search(&query, &context), index.df("marin"));
            let mut out = SectionWriter::new(Vec::new());
            let _ = index.write(&mut out);
        }
    }

    #[test]
    fn the_ready_made_form_goes_both_ways(record in record()) {
        let indexed = IndexedRecord::of(&record);
        let text = serde_json::to_string(&indexed).unwrap();
        prop_assert_eq!(serde_json::from_str::<IndexedRecord>(&text).unwrap(), indexed);
    }
}
