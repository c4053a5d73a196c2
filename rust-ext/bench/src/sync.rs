//! `sync`: two sites that know 180,000 sites each find out what the one lacks of the other's, beside negentropy with the
//! same sets.
//!
//! A difference is an entry that only one of the two has; half of them are on either side. Bytes are the bodies of
//! answers as they are sent, compressed, and for negentropy its messages both ways, which are binary. Both sides find
//! the differing ids; fetching the entries behind them is the same for both and not counted.

use std::collections::HashSet;
use std::io::Write;
use std::sync::Arc;
use std::time::Instant;

use courseglue_core::{Handling, Site, sketch_item};
use courseglue_protocol::CheckedEntry;
use courseglue_protocol::message::SketchAnswer;
use courseglue_sketch::Decoder;
use courseglue_table::PeerTable;
use flate2::Compression;
use flate2::write::GzEncoder;
use negentropy::{Negentropy, NegentropyStorageVector};

use crate::Failed;
use crate::report::{Baseline, Report, Target};
use crate::sites;
use crate::world::{self, DOMAINS, NOW, SITES};

/// What reconciling took.
#[derive(Clone, Copy, Debug, Default)]
struct Outcome {
    rounds: u32,
    bytes: usize,
    /// Both sides' work before the first message: what each of them makes of its set once.
    encode_ms: f64,
    /// The asking side's work until it knows the differences.
    decode_ms: f64,
}

/// Runs the bench.
///
/// # Errors
/// Where the data is missing, or one of the two does not find the true differences.
pub fn run(report: &mut Report) -> Result<(), Failed> {
    let places = world::places(SITES + 1_000, DOMAINS)?;
    let entries = world::entries(&places)?;
    let site = sites::site(&places[0])?;
    for (differences, most_rounds, most_bytes) in [(100, Some(1.0), 8_192.0), (1_000, None, 61_440.0)] {
        let (mine, theirs) = sets(&entries, differences);
        let ours = sketched(site.clone(), &mine, &theirs, differences)?;
        let rival = negentropy(&mine, &theirs, differences)?;
        let beside = |value| Baseline { name: "negentropy", value };
        let metric = |name: &str| format!("{name}_{differences}");
        let rounds = most_rounds.map_or(Target::None, Target::AtMost);
        report.beside(&metric("rounds"), ours.rounds.into(), "", rounds, beside(rival.rounds.into()));
        let (bytes, rival_bytes) = (ours.bytes as f64, rival.bytes as f64);
        let most = Target::AtMost(most_bytes);
        report.beside(&metric("sketch_bytes"), bytes, "B", most, beside(rival_bytes));
        let encode = beside(rival.encode_ms);
        report.beside(&metric("encode_ms"), ours.encode_ms, "ms", Target::None, encode);
        let decode = beside(rival.decode_ms);
        report.beside(&metric("decode_ms"), ours.decode_ms, "ms", Target::None, decode);
    }
    Ok(())
}

/// Two sets of 180,000 entries with a given number of differences.
fn sets(
    entries: &[Arc<CheckedEntry>],
    differences: usize,
) -> (Vec<Arc<CheckedEntry>>, Vec<Arc<CheckedEntry>>) {
    let mut order: Vec<usize> = (0..entries.len()).collect();
    fastrand::Rng::with_seed(differences as u64).shuffle(&mut order);
    let half = differences / 2;
    let common = SITES - half;
    let picked = |range: std::ops::Range<usize>| order[range].iter().map(|at| entries[*at].clone());
    let with = |only: std::ops::Range<usize>| {
        let mut set: Vec<_> = picked(0..common).chain(picked(only)).collect();
        set.sort_unstable_by_key(|entry| entry.id);
        set
    };
    (with(common..common + half), with(common + half..common + differences))
}

fn table(entries: &[Arc<CheckedEntry>]) -> Arc<PeerTable> {
    let mut table = PeerTable::default();
    entries.iter().for_each(|entry| table.put(entry.clone()));
    Arc::new(table)
}

/// The engine: a real site answers with its sketch, of which more is asked for until it is enough. Nothing is known of
/// how many differences there will be.
fn sketched(
    mut site: Site,
    mine: &[Arc<CheckedEntry>],
    theirs: &[Arc<CheckedEntry>],
    differences: usize,
) -> Result<Outcome, Failed> {
    site.table = table(theirs);
    let site = Arc::new(site);
    let mut outcome = Outcome::default();
    let mut asked = (0, Decoder::new([]).step().unwrap_or(1));
    let mut decoder: Option<Decoder> = None;
    loop {
        let began = Instant::now();
        let query = format!("operation=sketch&from={}&count={}", asked.0, asked.1);
        let Handling::Reply(reply) = site.handle("GET", &query, b"", NOW) else {
            return Err("the site did not answer with its sketch".into());
        };
        outcome.encode_ms += began.elapsed().as_secs_f64() * 1e3;
        outcome.rounds += 1;
        outcome.bytes += compressed(reply.body.as_bytes())?;
        let began = Instant::now();
        let answer: SketchAnswer = serde_json::from_str(&reply.body)?;
        let decoder = decoder
            .get_or_insert_with(|| Decoder::new(mine.iter().map(|entry| sketch_item(answer.salt, entry))));
        let found = decoder.add(&answer.symbols)?;
        outcome.decode_ms += began.elapsed().as_secs_f64() * 1e3;
        if let Some(found) = found {
            let right = found.missing.len() + found.extra.len() == differences;
            return if right { Ok(outcome) } else { Err("the sketch led to other differences".into()) };
        }
        let more = decoder.step().ok_or("the sketch ended before the differences were found")?;
        asked = (decoder.position(), more);
    }
}

/// The bytes of a body as a web server sends it.
///
/// # Errors
/// Never: it is written to memory.
pub fn compressed(body: &[u8]) -> Result<usize, Failed> {
    let mut encoder = GzEncoder::new(Vec::new(), Compression::default());
    encoder.write_all(body)?;
    Ok(encoder.finish()?.len())
}

/// The rival: range-based reconciliation over timestamps and ids.
fn negentropy(
    mine: &[Arc<CheckedEntry>],
    theirs: &[Arc<CheckedEntry>],
    differences: usize,
) -> Result<Outcome, Failed> {
    let began = Instant::now();
    let (own, other) = (storage(mine)?, storage(theirs)?);
    let mut outcome = Outcome { encode_ms: began.elapsed().as_secs_f64() * 1e3, ..Outcome::default() };
    let mut client = Negentropy::borrowed(&own, 0)?;
    let mut server = Negentropy::borrowed(&other, 0)?;
    let (mut have, mut need) = (Vec::new(), Vec::new());
    let began = Instant::now();
    let mut message = client.initiate()?;
    loop {
        let answer = server.reconcile(&message)?;
        outcome.rounds += 1;
        outcome.bytes += message.len() + answer.len();
        match client.reconcile_with_ids(&answer, &mut have, &mut need)? {
            Some(next) => message = next,
            None => break,
        }
    }
    outcome.decode_ms = began.elapsed().as_secs_f64() * 1e3;
    let found: HashSet<_> = have.into_iter().chain(need).collect();
    let right = found.len() == differences;
    if right { Ok(outcome) } else { Err("negentropy found other differences".into()) }
}

fn storage(entries: &[Arc<CheckedEntry>]) -> Result<NegentropyStorageVector, Failed> {
    let mut storage = NegentropyStorageVector::with_capacity(entries.len());
    for entry in entries {
        // Its ids have 32 bytes.
        let mut id = [0; 32];
        id[..20].copy_from_slice(&entry.digest);
        storage.insert(entry.descriptor.seq, negentropy::Id::from_byte_array(id))?;
    }
    storage.seal()?;
    Ok(storage)
}
