//! What falls to one of 180,000 sites when each publishes 250 courses.
//!
//! 45 million records are too many to make. Their terms follow from those of the real courses: the number of different
//! terms grows with the number of records by Heaps' law, its exponent measured between a quarter of the courses and all of
//! them; how often each occurs follows Zipf's law, so that the rarest occurs once and all together as often as
//! there are postings. Each term is a key; its homes are those that the real table gives. A term has 50,000 postings at most.

use std::collections::{HashMap, HashSet};

use courseglue_core::{COPIES, Site};
use courseglue_protocol::{Id, Term};
use courseglue_table::{PeerTable, REPLICAS};

use crate::Failed;
use crate::data;
use crate::sites;
use crate::world::{NOW, SITES};

/// Courses that every site publishes.
const COURSES: f64 = 250.0;
/// Courses that every site changes in a day.
const CHANGED: f64 = 10.0;
/// The most postings of one term at a home.
const MOST_POSTINGS: f64 = 50_000.0;
/// A rank and a stride: beyond the rank only each term of this stride is looked at, and counts for the others.
const EVERY: (u64, u64) = (1_000_000, 20);
/// What a held record takes beside its body: ids, signature, term, and their places in memory and database.
const BESIDE_BODY: f64 = 200.0;

/// What a site of the world holds and receives.
pub struct Load {
    /// Megabytes of records held, in the mean.
    pub held_mb: f64,
    /// The same at the hundredth of the sites that hold most.
    pub held_mb_p99: f64,
    /// How many times the mean of all sites the hundredth receives to which most is sent.
    pub received_p99: f64,
}

/// Works the load out.
///
/// # Errors
/// Where the data is missing.
pub fn of_the_world(table: &PeerTable, publisher: &Site) -> Result<Load, Failed> {
    let sample = Sample::new(publisher)?;
    let records = SITES as f64 * COURSES;
    let vocabulary = sample.vocabulary * (records / sample.records).powf(sample.heaps);
    let postings = records * sample.terms_a_record;
    let exponent = zipf_exponent(vocabulary, postings);
    let mut held: HashMap<Id, f64> = HashMap::new();
    let mut received: HashMap<Id, f64> = HashMap::new();
    let mut rank = 1;
    while (rank as f64) < vocabulary {
        let step = if rank < EVERY.0 { 1 } else { EVERY.1 };
        let records_with_it = (vocabulary / rank as f64).powf(exponent).min(records);
        let weight = step as f64;
        let share = records_with_it / records;
        let changing_sites = SITES as f64 * (1.0 - (1.0 - share).powf(CHANGED));
        // Terms beyond the first ranks stand for others with keys of their own: one after the other, not the same home.
        let homes = table.homes(&Id::digest(&rank.to_be_bytes()), REPLICAS, NOW);
        for (at, home) in homes.iter().enumerate() {
            *held.entry(home.id()).or_default() += weight * records_with_it.min(MOST_POSTINGS);
            if at < COPIES {
                *received.entry(home.id()).or_default() += weight * changing_sites;
            }
        }
        rank += step;
    }
    let mb = (sample.body_bytes + BESIDE_BODY) / 1e6;
    let (mean, p99) = mean_and_p99(held);
    let (received_mean, received_p99) = mean_and_p99(received);
    Ok(Load { held_mb: mean * mb, held_mb_p99: p99 * mb, received_p99: received_p99 / received_mean })
}

/// What the real courses show.
struct Sample {
    records: f64,
    terms_a_record: f64,
    body_bytes: f64,
    vocabulary: f64,
    heaps: f64,
}

impl Sample {
    fn new(publisher: &Site) -> Result<Self, Failed> {
        let mut courses = data::courses()?;
        fastrand::Rng::with_seed(7).shuffle(&mut courses);
        let (mut records, mut postings, mut bytes) = (0, 0, 0);
        let mut known: HashSet<Term> = HashSet::new();
        let (quarter, mut at_quarter) = (courses.len() / 4, 0);
        for course in &courses {
            let Ok(built) = publisher.record(&sites::content(course), NOW) else { continue };
            records += 1;
            postings += built.terms.len();
            bytes += built.body.len();
            known.extend(built.terms);
            if records == quarter {
                at_quarter = known.len();
            }
        }
        let heaps = (known.len() as f64 / at_quarter as f64).ln() / (records as f64 / quarter as f64).ln();
        Ok(Self {
            records: records as f64,
            terms_a_record: postings as f64 / records as f64,
            body_bytes: bytes as f64 / records as f64,
            vocabulary: known.len() as f64,
            heaps,
        })
    }
}

/// The exponent of Zipf's law with which `vocabulary` terms, the rarest of which occurs once, have `postings` postings.
fn zipf_exponent(vocabulary: f64, postings: f64) -> f64 {
    // The sum over all ranks, as an integral.
    let total = |s: f64| {
        if (s - 1.0).abs() < 1e-9 {
            vocabulary * vocabulary.ln()
        } else {
            (vocabulary - vocabulary.powf(s)) / (1.0 - s)
        }
    };
    let (mut low, mut high) = (0.0, 2.0);
    for _ in 0..60 {
        let middle = f64::midpoint(low, high);
        if total(middle) < postings { low = middle } else { high = middle }
    }
    low
}

/// Over all sites, those included to which nothing falls.
fn mean_and_p99(of_site: HashMap<Id, f64>) -> (f64, f64) {
    let mut values: Vec<f64> = of_site.into_values().collect();
    values.resize(SITES.max(values.len()), 0.0);
    values.sort_unstable_by(f64::total_cmp);
    (values.iter().sum::<f64>() / values.len() as f64, values[values.len() * 99 / 100])
}
