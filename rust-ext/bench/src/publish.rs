//! `publish`: a site with 1,000 courses of a real university joins a network of 180,000 sites, changes 10 of them the next
//! day, and what a receiving site pays when every site publishes 250 courses and changes 10 a day.
//!
//! The real publishing task is driven in virtual time: 32 requests at once, each answered after 100 ms by a real site that
//! checks and stores what it is sent. Courses go out in batches as the plugin cuts them. Megabytes are bodies both ways,
//! answers compressed, with [`HEADER_BYTES`] a request and [`TLS_BYTES`] a connection; each site is connected to once a batch.

mod load;

use std::collections::{BTreeSet, HashMap, HashSet};
use std::sync::Arc;
use std::time::{Duration, Instant};

use courseglue_core::{Barrier, BuiltItem, Failure, PublishReport, PublishState, PublishTask, Site};
use courseglue_protocol::{CheckedEntry, Term};
use courseglue_protocol::{DAY_MS, Millis};
use courseglue_table::PeerTable;
use serde_json::{Value, json};

use crate::Failed;
use crate::data::{self, Course};
use crate::drive::{Answered, drive};
use crate::report::{Report, Target};
use crate::sites;
use crate::sync::compressed;
use crate::wire::{HEADER_BYTES, TLS_BYTES};
use crate::world::{self, DOMAINS, NOW, Place, SITES};

const COURSES: usize = 1_000;
const CHANGED: usize = 10;
/// How many courses the plugin hands over at once.
const BATCH: usize = 1_000;
/// How many it would where memory were short.
const SMALL_BATCH: usize = 50;
const PARALLEL: usize = 32;
const ANSWER_MS: Millis = 100;

/// What publishing some courses took.
#[derive(Debug, Default)]
struct Cost {
    requests: usize,
    bytes: usize,
    took: Millis,
    sites: HashSet<usize>,
    /// Time that the receiving sites' engines worked.
    received: Duration,
    pending: usize,
}

/// Runs the bench.
///
/// # Errors
/// Where the data is missing, or a course is not published.
pub fn run(report: &mut Report) -> Result<(), Failed> {
    let mut network = Network::new(world::places(SITES, DOMAINS)?)?;
    let mut courses: Vec<Course> = data::courses()?;
    courses.retain(|course| course.id.starts_with("puc:"));
    fastrand::Rng::with_seed(6).shuffle(&mut courses);
    if courses.len() < COURSES + CHANGED {
        return Err("courses/courses-puc-chile.jsonl holds too few courses".into());
    }
    let mut items = network.build(&courses[..COURSES], NOW)?;
    let small = network.publish(&items, SMALL_BATCH, NOW)?;
    network.forget();
    let first = network.publish(&items, BATCH, NOW)?;
    let changed: Vec<Course> =
        courses[..CHANGED].iter().zip(&courses[COURSES..]).map(|(old, new)| rewritten(old, new)).collect();
    let tomorrow = NOW + DAY_MS;
    let before: Vec<BTreeSet<Term>> = items.drain(..CHANGED).map(|item| item.terms).collect();
    let mut again = network.build(&changed, tomorrow)?;
    for (item, before) in again.iter_mut().zip(before) {
        item.lost = before.difference(&item.terms).copied().collect();
    }
    let update = network.publish(&again, BATCH, tomorrow)?;
    for (cost, suffix) in [(&first, ""), (&update, "_update")] {
        let metric = |name: &str| format!("{name}{suffix}");
        report.figure(&metric("requests"), cost.requests as f64, "", Target::None);
        report.figure(&metric("distinct_sites"), cost.sites.len() as f64, "", Target::None);
        report.figure(&metric("megabytes"), cost.bytes as f64 / 1e6, "MB", Target::None);
        report.figure(&metric("seconds"), cost.took as f64 / 1e3, "s", Target::None);
        report.figure(&metric("pending"), cost.pending as f64, "", Target::AtMost(0.0));
    }
    report.figure("requests_50_a_batch", small.requests as f64, "", Target::None);
    report.figure("megabytes_50_a_batch", small.bytes as f64 / 1e6, "MB", Target::None);
    report.figure("seconds_50_a_batch", small.took as f64 / 1e3, "s", Target::None);
    let load = load::of_the_world(&network.table, &network.own)?;
    let a_batch = update.received.as_secs_f64() / update.requests as f64;
    let mean = update.requests as f64;
    report.figure("received_per_day", mean, "", Target::None);
    report.figure("received_per_day_p99", mean * load.received_p99, "", Target::None);
    report.figure("received_cpu_ms_a_batch", a_batch * 1e3, "ms", Target::None);
    report.figure("received_cpu_s_per_day", mean * a_batch, "s", Target::None);
    report.figure("received_cpu_s_per_day_p99", mean * a_batch * load.received_p99, "s", Target::None);
    report.figure("held_mb", load.held_mb, "MB", Target::AtMost(28.0));
    report.figure("held_mb_p99", load.held_mb_p99, "MB", Target::AtMost(84.0));
    Ok(())
}

/// A course whose summary's second half is another's.
fn rewritten(old: &Course, new: &Course) -> Course {
    let half = |text: &str| text.chars().count() / 2;
    let begin = old.summary.chars().take(half(&old.summary));
    let end = new.summary.chars().skip(half(&new.summary));
    Course { summary: begin.chain(end).collect(), ..old.clone() }
}

/// A record with the terms it has and had.
struct Item {
    built: BuiltItem,
    terms: BTreeSet<Term>,
    lost: BTreeSet<Term>,
}

impl Item {
    fn outgoing(&self) -> Value {
        let BuiltItem { recordid, body, sig, .. } = &self.built;
        json!({"type": "record", "recordid": recordid, "body": body, "sig": sig, "terms": self.terms, "lost": self.lost})
    }
}

/// Everybody's table, the publisher, and the sites that have been asked to store something.
struct Network {
    places: Vec<Place>,
    table: Arc<PeerTable>,
    own: Arc<Site>,
    entry: CheckedEntry,
    by_endpoint: HashMap<String, usize>,
    receivers: HashMap<usize, Arc<Site>>,
}

impl Network {
    fn new(places: Vec<Place>) -> Result<Self, Failed> {
        let entry = places[0].signed(&sites::secret(&places[0])?, NOW)?;
        let mut table = PeerTable::default();
        world::entries(&places)?.into_iter().for_each(|site| table.put(site));
        table.put(entry.clone());
        let table = Arc::new(table);
        let at: HashMap<&str, usize> =
            places.iter().enumerate().map(|(at, p)| (p.address.as_str(), at)).collect();
        let by_endpoint =
            table.iter().map(|p| (p.site().endpoint(), at[p.site().address.as_str()])).collect();
        let mut own = sites::site(&places[0])?;
        own.table = table.clone();
        Ok(Self { table, own: Arc::new(own), entry, by_endpoint, receivers: HashMap::new(), places })
    }

    fn build(&self, courses: &[Course], seq: Millis) -> Result<Vec<Item>, Failed> {
        let build = |course: &Course| {
            let built = self.own.record(&sites::content(course), seq)?;
            let terms = built.terms.iter().copied().collect();
            Ok(Item { built, terms, lost: BTreeSet::new() })
        };
        courses.iter().map(build).collect()
    }

    /// All receivers begin anew.
    fn forget(&mut self) {
        self.receivers.clear();
    }

    /// Publishes items in batches of `batch`, and counts requests, sites and bytes.
    fn publish(&mut self, items: &[Item], batch: usize, began: Millis) -> Result<Cost, Failed> {
        let mut cost = Cost::default();
        for items in items.chunks(batch) {
            let records: Vec<Value> = items.iter().map(Item::outgoing).collect();
            let handed = json!({"entry": self.entry.entry, "records": records}).to_string();
            let task = PublishTask::start(&self.own, &handed, began)?;
            let mut connected = HashSet::new();
            let mut failed: Result<(), Failed> = Ok(());
            let driven = drive(task, began + cost.took, PARALLEL, |request, _, now| {
                let Some(home) = self.by_endpoint.get(&request.url) else {
                    return Answered { answer: Err(Failure::Unreachable(Barrier::NoName)), after: ANSWER_MS };
                };
                connected.insert(*home);
                if !self.receivers.contains_key(home) {
                    match self.receiver(*home) {
                        Ok(site) => drop(self.receivers.insert(*home, site)),
                        Err(e) => failed = Err(e),
                    }
                }
                let Some(site) = self.receivers.get_mut(home) else {
                    return Answered { answer: Err(Failure::NoTimeLeft), after: ANSWER_MS };
                };
                let start = Instant::now();
                let given = sites::answer(site, request, now);
                cost.received += start.elapsed();
                let changes = given.changes().to_vec();
                if let Some(site) = Arc::get_mut(site) {
                    changes.into_iter().for_each(|change| site.apply(change));
                }
                let answer = given.response();
                cost.bytes +=
                    request.body.len() + HEADER_BYTES + compressed(&answer.body).unwrap_or(answer.body.len());
                Answered { answer: Ok(answer), after: ANSWER_MS }
            });
            failed?;
            let PublishReport { results, .. } = driven.output;
            cost.pending += results.iter().filter(|result| result.state == PublishState::Pending).count();
            cost.requests += driven.requests;
            cost.took += driven.took;
            cost.bytes += connected.len() * TLS_BYTES;
            cost.sites.extend(connected);
        }
        Ok(cost)
    }

    fn receiver(&self, at: usize) -> Result<Arc<Site>, Failed> {
        let mut site = sites::site(&self.places[at])?;
        site.table = self.table.clone();
        Ok(Arc::new(site))
    }
}
