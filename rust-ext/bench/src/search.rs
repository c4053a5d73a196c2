//! `search`: two words of a real course are looked for among 50,000 records, the courses repeated under other ids, of 500
//! publishers; what is found is counted by language, access, country and site.
//!
//! The index lies ready in a file, as every worker of a web server reads it; the last 2,000 records came since. A query's
//! time is the median of five, on one core: its words are found, matches filtered, counted and ranked, and of the first 20
//! the sections and activities named that hold the words. *Heap* is the same index without a file.

use std::time::Instant;

use courseglue_frozen::{Bytes, SectionWriter, Sections};
use courseglue_index::{BlockList, Context, Country, FrozenIndex, Index, IndexedRecord, Publisher};
use courseglue_protocol::record::{self, Record};
use courseglue_protocol::{Id, Query};

use crate::Failed;
use crate::data::{self, Course};
use crate::recall::{content, two_words};
use crate::report::{Baseline, Report, Target};

const RECORDS: usize = 50_000;
const RECENT: usize = 2_000;
const PUBLISHERS: usize = 500;
const QUERIES: usize = 200;
const RUNS: usize = 5;

/// Runs the bench.
///
/// # Errors
/// Where the data is missing.
pub fn run(report: &mut Report) -> Result<(), Failed> {
    let records = records()?;
    let began = Instant::now();
    let prepared: Vec<IndexedRecord> = records.iter().map(|(_, record)| IndexedRecord::of(record)).collect();
    report.figure("prepare_us", micros(began) / RECORDS as f64, "µs", Target::None);
    let mut heap = Index::new();
    let put = |range: std::ops::Range<usize>, into: &mut Index| {
        for ((node, record), indexed) in records[range.clone()].iter().zip(&prepared[range]) {
            into.put_indexed(record.record_id(), *node, record.seq, indexed);
        }
    };
    put(0..RECORDS - RECENT, &mut heap);
    let began = Instant::now();
    let mut out = SectionWriter::new(Vec::new());
    heap.write(&mut out)?;
    let file = out.finish()?;
    report.figure("write_s", began.elapsed().as_secs_f64(), "s", Target::None);
    report.figure("megabytes", file.len() as f64 / 1e6, "MB", Target::None);
    let sections = Sections::read(&Bytes::new(file)).ok_or("the file cannot be read")?;
    let mut index = Index::over(FrozenIndex::read(&sections).ok_or("the file holds no index")?);
    put(RECORDS - RECENT..RECORDS, &mut heap);
    put(RECORDS - RECENT..RECORDS, &mut index);
    let all: Vec<&Record> = records.iter().map(|(_, record)| record).collect();
    let queries = queries(&all)?;
    let (ours, on_heap) = (times(&index, &queries), times(&heap, &queries));
    let figures = [("search_us", 50, 150.0), ("search_us_p99", 99, 1_000.0)];
    for (metric, percent, target) in figures {
        let of = |times: &[f64]| times[times.len() * percent / 100];
        let baseline = Baseline { name: "heap", value: of(&on_heap) };
        report.beside(metric, of(&ours), "µs", Target::AtMost(target), baseline);
    }
    Ok(())
}

fn micros(began: Instant) -> f64 {
    began.elapsed().as_secs_f64() * 1e6
}

/// The publisher's node id and the record of every course, from the first on again until there are enough.
fn records() -> Result<Vec<(Id, Record)>, Failed> {
    let courses = data::courses()?;
    let mut records = Vec::with_capacity(RECORDS);
    for (n, course) in courses.iter().cycle().enumerate() {
        let host = format!("moodle{}.example", n % PUBLISHERS);
        let course = Course { id: format!("{}-{n}", course.id), ..course.clone() };
        // What makes no record (a course without a title) would not be published either.
        if let Ok(body) =
            record::build(&content(&course), &host, n as u64 + 1, &courseglue_protocol::terms::chosen)
        {
            records.push((Id::digest(host.as_bytes()), Record::parse(&body)?));
        }
        if records.len() == RECORDS {
            return Ok(records);
        }
    }
    Err("there are no courses".into())
}

/// Pairs of words that are drawn from records: the same every time.
///
/// # Errors
/// Where there are no records.
pub fn queries(records: &[&Record]) -> Result<Vec<Query>, Failed> {
    let mut random = fastrand::Rng::with_seed(4);
    let mut queries = Vec::with_capacity(QUERIES);
    while queries.len() < QUERIES {
        let record = random.choice(records).ok_or("there are no records")?;
        if let Some(words) = two_words(record, false, &mut random) {
            queries.push(Query { words, lang: record.lang.clone(), ..Query::default() });
        }
    }
    Ok(queries)
}

/// The time of each query in microseconds, sorted.
fn times(index: &Index, queries: &[Query]) -> Vec<f64> {
    let country = |node: &Id| Country::read(if node.0[0] % 2 == 0 { "ES" } else { "JP" });
    let publisher = |node: &Id| Some(Publisher { country: country(node) });
    let context = Context { publisher: &publisher, blocked: &BlockList::default() };
    let once = |query: &Query| {
        let began = Instant::now();
        std::hint::black_box(index.search(query, &context));
        micros(began)
    };
    let median = |query: &Query| {
        let mut runs: Vec<f64> = (0..RUNS).map(|_| once(query)).collect();
        runs.sort_unstable_by(f64::total_cmp);
        runs[RUNS / 2]
    };
    let mut times: Vec<f64> = queries.iter().map(median).collect();
    times.sort_unstable_by(f64::total_cmp);
    times
}
