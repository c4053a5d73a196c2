//! `recall`: two words of a real course are typed; does the search reach a home that holds its record?
//!
//! Each query is drawn from one record: half of the queries take both words from its title, half from all of its text. In
//! Japanese, which has no spaces, a word is a piece of three to six neighbouring characters that begins anywhere. The
//! record is found where one of the (at most two) terms that the searcher asks for is among those that the record is
//! published under, and the record matches the whole query, by the code that a home runs.
//!
//! Publisher and searcher are different sites, and each knows the document frequencies only as counted in 1,000 records
//! drawn for it at random. That is less than a site of a large network knows, which holds tens of thousands of others'
//! records and learns from answers. The limit of 50,000 postings a term does not show at this size.

use std::collections::BTreeSet;
use std::sync::Arc;

use courseglue_index::{Index, rate};
use courseglue_protocol::record::MAX_TERMS;
use courseglue_protocol::record::{self, Field, Record};
use courseglue_protocol::terms;
use courseglue_protocol::{Id, Query};
use courseglue_text::{WordKind, fold, terms as terms_of, words};
use serde_json::{Value, json};

use crate::Failed;
use crate::data::{self, Course};
use crate::report::{Baseline, Report, Target};

const LANGUAGES: [&str; 5] = ["es", "en", "ja", "de", "ru"];
const QUERIES: usize = 3_000;
const SITES: usize = 12;
const KNOWN_RECORDS: usize = 1_000;
const PIECES: std::ops::RangeInclusive<usize> = 3..=6;

/// Runs the bench.
///
/// # Errors
/// Where the data is missing.
pub fn run(report: &mut Report) -> Result<(), Failed> {
    let mut random = fastrand::Rng::with_seed(3);
    let mut records = Vec::new();
    for course in data::courses()? {
        // What makes no record (a course without a title) would not be published either.
        if let Ok(body) = record::build(&content(&course), "a.example", 1, &terms::chosen) {
            records.push(Arc::new(Record::parse(&body)?));
        }
    }
    let sites: Vec<Index> = (0..SITES).map(|_| knowledge(&records, &mut random)).collect();
    for lang in LANGUAGES {
        let own: Vec<&Record> = records.iter().map(|r| &**r).filter(|r| r.lang == lang).collect();
        let found = measure(&own, lang, &sites, &mut random).ok_or(format!("no courses in '{lang}'"))?;
        let baseline = Baseline { name: "text order", value: found.in_text_order };
        let metric = format!("recall_two_words_{lang}");
        report.beside(&metric, found.chosen, "share", Target::AtLeast(0.97), baseline);
        report.figure(&format!("recall_all_text_{lang}"), found.of_all_text, "share", Target::None);
        report.figure(&format!("terms_a_record_{lang}"), found.terms, "terms", Target::None);
    }
    Ok(())
}

/// A course as PHP hands it over: its title, summary and subject are all the text it has.
pub fn content(course: &Course) -> Value {
    let Course { id, title, summary, lang, subject } = course;
    json!({"id": id, "lang": lang, "fullname": {lang: title}, "summary": {lang: summary}, "subject": subject,
        "access": "guest", "link": "course/view.php?id=1"})
}

/// What one site knows of how frequent terms are.
fn knowledge(records: &[Arc<Record>], random: &mut fastrand::Rng) -> Index {
    let mut index = Index::new();
    for _ in 0..KNOWN_RECORDS {
        if let Some(record) = random.choice(records) {
            index.put(record.record_id(), Id::digest(b"publisher"), record.seq, record);
        }
    }
    index
}

/// Shares of queries that found their record, and terms in the mean.
struct Found {
    chosen: f64,
    in_text_order: f64,
    /// Of the queries drawn from all of a record's text.
    of_all_text: f64,
    terms: f64,
}

fn measure(own: &[&Record], lang: &str, sites: &[Index], random: &mut fastrand::Rng) -> Option<Found> {
    let (mut chosen, mut in_text_order, mut of_all_text, mut terms) = (0_u32, 0_u32, 0_u32, 0_usize);
    let mut queries = 0;
    // Titles of a single word make no query.
    for _ in 0..QUERIES * 20 {
        if queries == QUERIES {
            break;
        }
        let of_title = queries % 2 == 0;
        let record = *random.choice(own)?;
        let Some(words) = two_words(record, of_title, random) else { continue };
        queries += 1;
        let (publisher, searcher) = (random.choice(sites)?, random.choice(sites)?);
        let query = Query { words, lang: lang.to_owned(), ..Query::default() };
        let published = terms::select(record, &|term| publisher.df(term), MAX_TERMS);
        let first: Vec<String> = record.words().into_iter().take(MAX_TERMS).collect();
        let asked = query.asked(&|term| searcher.df(term));
        let matches = rate(&query, record, Id::digest(b"publisher"), None).is_some();
        let reached = |stored: &[String]| matches && asked.iter().any(|asked| stored.contains(&asked.term));
        chosen += u32::from(reached(&published));
        of_all_text += u32::from(!of_title && reached(&published));
        in_text_order += u32::from(reached(&first));
        terms += published.len();
    }
    if queries < QUERIES {
        return None;
    }
    let share = |count: u32| f64::from(count) / QUERIES as f64;
    Some(Found {
        chosen: share(chosen),
        in_text_order: share(in_text_order),
        of_all_text: 2.0 * share(of_all_text),
        terms: terms as f64 / QUERIES as f64,
    })
}

/// Two different words of the record, as somebody would type them.
pub fn two_words(record: &Record, of_title: bool, random: &mut fastrand::Rng) -> Option<String> {
    let of_field = |field| !of_title || field == Field::Title;
    let texts: Vec<&str> =
        record.texts().filter(|(field, ..)| of_field(*field)).map(|(.., text)| text).collect();
    let from = if record.lang == "ja" { pieces_of(&texts, random) } else { words_of(&texts, &record.lang) };
    let first = random.choice(&from)?;
    let others: Vec<&String> = from.iter().filter(|word| *word != first).collect();
    Some(format!("{first} {}", random.choice(others)?))
}

/// Every different word that a search for it would count.
fn words_of(texts: &[&str], lang: &str) -> Vec<String> {
    let all: BTreeSet<String> = texts
        .iter()
        .flat_map(|text| words(text))
        .filter(|word| matches!(word.kind, WordKind::Whole | WordKind::Joined))
        .map(|word| word.text)
        .filter(|word| !terms_of(word, lang).is_empty())
        .collect();
    all.into_iter().collect()
}

/// From every place of the texts' runs of unspaced characters a piece that begins there.
fn pieces_of(texts: &[&str], random: &mut fastrand::Rng) -> Vec<String> {
    let unspaced = |c: &char| words(c.encode_utf8(&mut [0; 4])).iter().any(|word| word.gram().is_some());
    let mut pieces = Vec::new();
    for text in texts {
        let chars: Vec<char> = fold(text).chars().collect();
        for run in chars.chunk_by(|a, b| unspaced(a) == unspaced(b)).filter(|run| unspaced(&run[0])) {
            let places = (run.len() + 1).saturating_sub(*PIECES.start());
            pieces.extend((0..places).map(|at| {
                let end = (at + random.usize(PIECES)).min(run.len());
                run[at..end].iter().collect::<String>()
            }));
        }
    }
    pieces
}
