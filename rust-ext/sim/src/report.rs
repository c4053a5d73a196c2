//! The report of a simulation, as a table for people and as one JSON object for programs.

use std::collections::BTreeMap;
use std::fmt;

use courseglue_protocol::{DAY_MS, HOUR_MS, Millis, Term};
use courseglue_table::REPLICAS;
use courseglue_text as text;
use serde::Serialize;

use crate::course::Course;
use crate::invariant::{Invariant, Tally, forged_homes, popular};
use crate::node::Node;
use crate::scenario::Plan;
use crate::words;
use crate::world::World;

/// One invariant over the whole simulation.
#[derive(Clone, Debug, Serialize)]
pub struct Outcome {
    /// Its name.
    pub invariant: &'static str,
    /// Cases looked at, in all checks.
    pub checked: u64,
    /// Cases that did not hold, in checks in which all have to.
    pub violations: u64,
    /// Cases that did not hold while the disturbance lasted, or before it had to be over.
    pub while_disturbed: u64,
    /// Hours from the end of the disturbance until it held for good; none where it never failed after that.
    pub held_after_hours: Option<Millis>,
}

/// The report of a simulation.
#[derive(Clone, Debug, Serialize)]
pub struct Report {
    /// The scenario's name.
    pub scenario: &'static str,
    /// What happens to the network, in a sentence.
    pub about: &'static str,
    /// Sites at the beginning.
    pub sites: usize,
    /// Virtual days.
    pub days: u32,
    /// The seed.
    pub seed: u64,
    /// The hash of everything that happened.
    pub trace: String,
    /// Requests sent by sites.
    pub requests: u64,
    /// Megabytes of requests and answers, before compression.
    pub megabytes: u64,
    /// Exchanges between two sites.
    pub exchanges: u64,
    /// Searches that ended, those of checks.
    pub searches: u64,
    /// Further numbers of this scenario.
    pub figures: BTreeMap<&'static str, f64>,
    /// The invariants.
    pub invariants: Vec<Outcome>,
    /// Cases that did not hold in all.
    pub violations: u64,
    /// The first of them, with time and site.
    pub examples: Vec<String>,
    /// Seconds that it took.
    pub seconds: f64,
    /// The most memory that the process had, in megabytes; 0 where the system does not tell.
    pub peak_megabytes: u64,
}

impl Report {
    /// The report of a world at its end.
    #[must_use]
    pub fn new(plan: &Plan, world: &World, seed: u64, tallies: &[Tally]) -> Self {
        let mut invariants: BTreeMap<Invariant, Outcome> = BTreeMap::new();
        let mut examples = Vec::new();
        for tally in tallies {
            let outcome = invariants.entry(tally.invariant).or_insert_with(|| Outcome {
                invariant: tally.invariant.name(),
                checked: 0,
                violations: 0,
                while_disturbed: 0,
                held_after_hours: None,
            });
            outcome.checked += tally.checked;
            if plan.is_kept_by(tally) {
                continue;
            }
            if tally.at >= plan.disturbed.1 && plan.within > 0 {
                outcome.held_after_hours = Some((tally.at - plan.disturbed.1) / HOUR_MS + 1);
            }
            if plan.is_due(tally.at) {
                outcome.violations += tally.failed;
                let when = day_and_hour(tally.at);
                examples.extend(
                    tally.examples.iter().map(|e| format!("{when}: {}: {e}", tally.invariant.name())),
                );
            } else {
                outcome.while_disturbed += tally.failed;
            }
        }
        let invariants: Vec<Outcome> = invariants.into_values().collect();
        examples.truncate(20);
        Self {
            scenario: plan.name,
            about: plan.about,
            sites: plan.population.sites,
            days: plan.days,
            seed,
            trace: world.trace.hex(),
            requests: world.traffic.requests,
            megabytes: world.traffic.bytes >> 20,
            exchanges: world.traffic.exchanges,
            searches: world.traffic.searches,
            figures: figures(world),
            violations: invariants.iter().map(|outcome| outcome.violations).sum(),
            invariants,
            examples,
            seconds: 0.0,
            peak_megabytes: 0,
        }
    }
}

#[allow(clippy::cast_precision_loss, reason = "counts of sites and records are far below 2^52")]
fn figures(world: &World) -> BTreeMap<&'static str, f64> {
    let mut figures = BTreeMap::new();
    let held: Vec<usize> = world.nodes.iter().map(|node| node.site.holdings.len()).collect();
    let sites = held.len().max(1) as f64;
    figures.insert("held_mean", held.iter().sum::<usize>() as f64 / sites);
    figures.insert("held_most", held.iter().max().copied().unwrap_or(0) as f64);
    figures.insert("joins_failed", world.troubles.len() as f64);
    let overdue = |course: &&Course| course.waits() && course.since + DAY_MS <= world.now;
    let up = world.nodes.iter().filter(|node| node.is_up());
    figures.insert("overdue", up.flat_map(|node| &node.courses).filter(overdue).count() as f64);
    if let Some(topic) = world.popular {
        let kept = kept_by_homes(world, topic);
        figures.insert("popular_placed", popular(world, topic) as f64);
        figures.insert("popular_kept_least", kept.iter().min().copied().unwrap_or(0) as f64);
        figures.insert("popular_kept_most", kept.iter().max().copied().unwrap_or(0) as f64);
    }
    if world.replay.tried > 0 {
        figures.insert("replay_tried", world.replay.tried as f64);
        figures.insert("replay_taken", world.replay.taken as f64);
    }
    if let Some(attack) = &world.attack {
        if let Some(most) = attack.reached.iter().max() {
            figures.insert("victim_asked_an_hour_most", *most as f64);
        }
        let up: Vec<&Node> = world.nodes.iter().filter(|node| node.is_up()).collect();
        let count = up.len().max(1) as f64;
        let known =
            |node: &&Node| attack.entries().filter(|entry| node.site.table.get(&entry.id).is_some()).count();
        let keys = |node: &&Node| forged_homes(world, node, 100).filter(|forged| *forged > 0).count();
        figures.insert("keys_with_forged_home", up.iter().map(keys).sum::<usize>() as f64 / count / 100.0);
        figures.insert("forged", attack.entries().count() as f64);
        figures.insert("forged_known_mean", up.iter().map(known).sum::<usize>() as f64 / count);
    }
    figures
}

/// For each home of a topic, the number of its records that it keeps.
fn kept_by_homes(world: &World, topic: usize) -> Vec<usize> {
    let terms = text::terms(&words::topic(topic), "en");
    let (Some(term), Some(node)) = (terms.first(), world.nodes.first()) else { return Vec::new() };
    let term = Term::of_word(&term.term);
    let homes = node.site.table.homes(&term.place(), REPLICAS, world.now);
    homes.iter().filter_map(|home| Some(world.find(&home.id())?.site.holdings.postings(&term))).collect()
}

impl fmt::Display for Report {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { scenario, about, sites, days, seed, trace, .. } = self;
        writeln!(f, "{scenario}: {about}")?;
        writeln!(f, "  {sites} sites, {days} virtual days, seed {seed}, trace {trace}")?;
        writeln!(
            f,
            "  {} requests, {} MB, {} exchanges, {} searches; {:.0} s, peak {} MB",
            self.requests, self.megabytes, self.exchanges, self.searches, self.seconds, self.peak_megabytes
        )?;
        for (name, value) in &self.figures {
            writeln!(f, "  {name} {}", (value * 1e4).round() / 1e4)?;
        }
        writeln!(
            f,
            "\n  {:<12}{:>14}{:>12}{:>12}  held after",
            "invariant", "checked", "violations", "meanwhile"
        )?;
        for outcome in &self.invariants {
            let after = outcome.held_after_hours.map_or("at once".into(), |hours| format!("{hours} h"));
            let Outcome { invariant, checked, violations, while_disturbed, .. } = outcome;
            writeln!(f, "  {invariant:<12}{checked:>14}{violations:>12}{while_disturbed:>12}  {after}")?;
        }
        for example in &self.examples {
            writeln!(f, "  ! {example}")?;
        }
        Ok(())
    }
}

/// The most memory that this process ever had, in megabytes; 0 where the system does not tell.
#[must_use]
pub fn peak_megabytes() -> u64 {
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:"));
    line.and_then(|rest| rest.split_whitespace().next()?.parse::<u64>().ok())
        .map_or(0, |kilobytes| kilobytes >> 10)
}

/// Virtual days as text.
fn day_and_hour(at: Millis) -> String {
    format!("day {} {:02}:{:02}", at / DAY_MS, at % DAY_MS / HOUR_MS, at % HOUR_MS / 60_000)
}
