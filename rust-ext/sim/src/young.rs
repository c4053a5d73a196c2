//! Young networks, which are only being set up: the sites join one after the other, each through any that is there. Two
//! runs of every site's cron later each site has to know all others and find every course.

use std::collections::BTreeMap;
use std::fmt;
use std::ops::RangeInclusive;
use std::time::Instant;

use courseglue_protocol::{HOUR_MS, Id, Millis};

use crate::invariant::{Invariant, Tally};
use crate::node::Node;
use crate::report::{Outcome, Report, peak_megabytes};
use crate::world::{Purpose, SearchOutcome, World};

/// The scenario's name.
pub const NAME: &str = "young-network";

/// The numbers of sites in the end.
pub const SIZES: [usize; 7] = [2, 3, 5, 6, 7, 10, 30];
/// Topics in the world: few, so that words are shared.
const TOPICS: usize = 10;
/// The time that the work of a run may take.
const WORK_MS: Millis = 30_000;
/// One member in this many is down while others join.
const DOWN: usize = 5;
/// The fewest sites with one that is down: among fewer, it may be the only one that could vouch for a newcomer.
const FEWEST_ABSENT: usize = 5;

/// The seeds of the networks that are set up for each size and upbringing, unless told otherwise.
pub const SEEDS: RangeInclusive<u64> = 1..=100;

/// The period of cron, and whether members are down while others join.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Upbringing {
    /// The period of every site's cron.
    pub cron: Millis,
    /// Whether one member of five is down from half of the joining on to its end.
    pub absent: bool,
}

impl fmt::Display for Upbringing {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let absent = if self.absent { ", one member of five away meanwhile" } else { "" };
        write!(f, "cron every {} min{absent}", self.cron / 60_000)
    }
}

/// The ways in which networks are set up.
pub const UPBRINGINGS: [Upbringing; 4] = [
    Upbringing { cron: 60_000, absent: false },
    Upbringing { cron: 60_000, absent: true },
    Upbringing { cron: HOUR_MS, absent: false },
    Upbringing { cron: HOUR_MS, absent: true },
];

/// Sets up networks of each of these sizes in every way, once for each seed; `progress` is called with what was looked
/// at so far.
#[must_use]
pub fn play(sizes: &[usize], seeds: RangeInclusive<u64>, mut progress: impl FnMut(&str)) -> Report {
    let begun = Instant::now();
    let mut report = Report {
        scenario: NAME,
        about: "sites join one after the other; two runs of cron later each knows all and finds every course",
        sites: sizes.iter().max().copied().unwrap_or(0),
        days: 0,
        seed: *seeds.start(),
        trace: String::new(),
        requests: 0,
        megabytes: 0,
        exchanges: 0,
        searches: 0,
        figures: BTreeMap::new(),
        invariants: [Invariant::Found, Invariant::Converged].map(outcome).into(),
        violations: 0,
        examples: Vec::new(),
        seconds: 0.0,
        peak_megabytes: 0,
    };
    let (mut networks, mut bytes) = (0, 0);
    for sites in sizes {
        for upbringing in UPBRINGINGS.iter().filter(|way| !way.absent || *sites >= FEWEST_ABSENT) {
            for seed in seeds.clone() {
                let (world, tallies) = grow(*sites, *upbringing, seed);
                networks += 1;
                bytes += world.traffic.bytes;
                report.requests += world.traffic.requests;
                report.exchanges += world.traffic.exchanges;
                report.searches += world.traffic.searches;
                report.trace = world.trace.hex();
                let of = format!("{sites} sites, {upbringing}, seed {seed}");
                tallies.into_iter().for_each(|tally| add(&mut report, tally, &of));
            }
            progress(&format!("{sites} sites, {upbringing}: {} missed so far", report.violations));
        }
    }
    report.figures.insert("networks", f64::from(networks));
    report.megabytes = bytes >> 20;
    report.seconds = begun.elapsed().as_secs_f64();
    report.peak_megabytes = peak_megabytes();
    report
}

fn outcome(invariant: Invariant) -> Outcome {
    Outcome {
        invariant: invariant.name(),
        checked: 0,
        violations: 0,
        while_disturbed: 0,
        held_after_hours: None,
    }
}

fn add(report: &mut Report, tally: Tally, of: &str) {
    for outcome in report.invariants.iter_mut().filter(|outcome| outcome.invariant == tally.invariant.name())
    {
        outcome.checked += tally.checked;
        outcome.violations += tally.failed;
    }
    report.violations += tally.failed;
    if report.examples.len() < 20 {
        report.examples.extend(tally.examples.into_iter().map(|example| format!("{of}: {example}")));
    }
}

/// Sets up a network of this many sites, and checks whether every site knows all others and finds every course: two
/// runs of cron after the last site joined, and two runs after the absent are back.
#[must_use]
pub fn grow(sites: usize, upbringing: Upbringing, seed: u64) -> (World, Vec<Tally>) {
    let Upbringing { cron, absent } = upbringing;
    let mut world = World::empty(TOPICS, cron, seed);
    world.own_domains = absent;
    let mut away = Vec::new();
    world.newcomer();
    for number in 1..sites {
        let pause = world.random(1_000..cron * 3);
        world.run_until(world.now + pause);
        if absent && number == DOWN.min(sites - 1).max(sites / 2) {
            away = world.leave_for_a_while((number / DOWN).max(1));
        }
        world.newcomer();
        // Most sites have joined within seconds; a message may have been lost. A site that never joins is known to no
        // other: a miss.
        let patience = world.now + 2 * cron;
        while !world.nodes[number].joined && world.now < patience {
            world.run_until(world.now + 1_000);
        }
    }
    let mut tallies = Vec::new();
    check(&mut world, &mut tallies);
    if !away.is_empty() {
        let pause = world.random(1_000..cron * 3);
        world.run_until(world.now + pause);
        away.into_iter().for_each(|node| world.come_up(node));
        check(&mut world, &mut tallies);
    }
    (world, tallies)
}

fn check(world: &mut World, tallies: &mut Vec<Tally>) {
    world.run_until(world.now + 2 * world.cron + WORK_MS);
    tallies.push(known(world));
    tallies.push(found(world));
}

/// Whether every site that is up knows every site.
fn known(world: &World) -> Tally {
    let mut tally = Tally::new(Invariant::Converged, world.now);
    for by in world.nodes.iter().filter(|node| node.is_up()) {
        for of in &world.nodes {
            let holds = by.site.table.get(&of.site.settings.node).is_some();
            tally.count(holds, || format!("{} does not know {}", by.address, of.address));
        }
    }
    tally
}

/// Whether every site that is up finds every course, of those that are away, too.
fn found(world: &mut World) -> Tally {
    world.looked.clear();
    let at = world.now;
    let up: Vec<usize> = (0..world.nodes.len()).filter(|node| world.nodes[*node].is_up()).collect();
    let joined: Vec<usize> = (0..world.nodes.len()).filter(|node| world.nodes[*node].joined).collect();
    for by in &up {
        for of in &joined {
            for number in 0..world.nodes[*of].courses.len() {
                let Node { address, courses, .. } = &world.nodes[*of];
                let course = &courses[number];
                let purpose = Purpose::Course {
                    record: Id::of_record(address, &course.local()),
                    course: (*of, number),
                    expected: true,
                    stage: (course.stage, course.since),
                };
                let words = course.words();
                let (own_word, _) = words.split_once(' ').unwrap_or((&words, ""));
                let words = if (by + of) % 2 == 0 { own_word.to_owned() } else { words };
                world.search(*by, &words, purpose);
            }
        }
    }
    world.run_until(at + 10_000);
    let mut tally = Tally::new(Invariant::Found, at);
    for SearchOutcome { purpose, by, hits, asked, lost, .. } in std::mem::take(&mut world.looked) {
        let Purpose::Course { record, course: (of, number), .. } = purpose else { continue };
        if lost {
            continue;
        }
        let (by, of) = (&world.nodes[by].address, &world.nodes[of]);
        tally.count(hits.iter().any(|(id, _)| *id == record), || {
            let course = &of.courses[number];
            format!(
                "{by} does not find {} of {} ({:?}), {asked} asked",
                course.local(),
                of.address,
                course.stage
            )
        });
    }
    tally
}
