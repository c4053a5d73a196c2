//! Invariants: what has to hold in every network, whatever happens to it, and how it is checked.

use std::collections::BTreeMap;

use courseglue_core::OF_ONE_SITE;
use courseglue_index::MAX_POSTINGS;
use courseglue_protocol::{DAY_MS, HOUR_MS, Id, Millis, PublicKey, day_of};
use courseglue_table::REPLICAS;

use crate::course::{Course, Stage};
use crate::manner::Manner;
use crate::node::{Node, Presence};
use crate::words;
use crate::world::{Purpose, START, SearchOutcome, World};

/// An invariant.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, serde::Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Invariant {
    /// A record of a living publisher that was placed an hour ago or longer is found, from any site, by one search.
    Found,
    /// Every entry that a living site signed 36 hours ago or longer is known to every site that was up as long.
    Converged,
    /// No site holds more for others than its quota, nor more for one of them than that one's part of it.
    Quota,
    /// A record that was withdrawn 24 hours ago or longer is not found, from any site.
    Withdrawn,
    /// A victim that addresses name is asked by others at most 16 times an hour.
    Victim,
    /// No key has two homes in one registrable domain, while there are enough domains.
    Homes,
    /// A text that its publisher ended an hour ago or longer is not found, whoever stored it again.
    Replayed,
    /// Every site knows the sites that an attack, or a loss of keys, is about with the keys that they have.
    Keys,
    /// Newcomers are let in within six hours, and known sites get new vouchers within three.
    Admitted,
    /// A record is found by one of its words alone.
    Alone,
    /// A search for a popular word alone counts four fifths or more of its records, or of the most that homes keep, and
    /// says that it is cut exactly where there are more than these.
    Popular,
}

impl Invariant {
    /// Its name in reports.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Found => "found",
            Self::Converged => "converged",
            Self::Quota => "quota",
            Self::Withdrawn => "withdrawn",
            Self::Victim => "victim",
            Self::Homes => "homes",
            Self::Replayed => "replayed",
            Self::Keys => "keys",
            Self::Admitted => "admitted",
            Self::Alone => "alone",
            Self::Popular => "popular",
        }
    }
}

/// The time after which an entry has to be known everywhere.
pub const SETTLED_MS: Millis = 36 * HOUR_MS;
/// The time after which a placed record has to be found.
const PLACED_MS: Millis = HOUR_MS;
/// The time after which a withdrawn record must not be found.
const WITHDRAWN_MS: Millis = DAY_MS;
/// Searches for a popular word alone in a check.
const SEARCHED_ALONE: usize = 10;

/// One check of one invariant.
#[derive(Clone, Debug)]
pub struct Tally {
    /// The invariant.
    pub invariant: Invariant,
    /// When, ms since the start.
    pub at: Millis,
    /// The number of cases that were looked at.
    pub checked: u64,
    /// The number of cases in which it did not hold.
    pub failed: u64,
    /// The first of those, each with its site.
    pub examples: Vec<String>,
}

impl Tally {
    pub(crate) fn new(invariant: Invariant, at: Millis) -> Self {
        Self { invariant, at: at - START, checked: 0, failed: 0, examples: Vec::new() }
    }

    pub(crate) fn count(&mut self, holds: bool, example: impl FnOnce() -> String) {
        self.checked += 1;
        if !holds {
            self.failed += 1;
            if self.examples.len() < 3 {
                self.examples.push(example());
            }
        }
    }
}

/// Compares every living site's table with what living sites have signed.
#[must_use]
pub fn converged(world: &World) -> Tally {
    let mut tally = Tally::new(Invariant::Converged, world.now);
    let settled = |node: &&Node| node.is_up() && node.joined && node.since + SETTLED_MS <= world.now;
    let mut signed: Vec<(Id, Millis, &str)> = world
        .nodes
        .iter()
        .filter(|node| {
            node.presence != Presence::Left && node.joined && node.described + SETTLED_MS <= world.now
        })
        .filter_map(|node| {
            let own = node.site.own()?;
            Some((own.id, own.descriptor.seq, node.address.as_str()))
        })
        .collect();
    signed.sort_unstable();
    for node in world.nodes.iter().filter(settled) {
        let mut known = node.site.table.iter().peekable();
        for (id, seq, address) in &signed {
            while known.next_if(|peer| peer.id() < *id).is_some() {}
            let holds = known.peek().is_some_and(|p| p.id() == *id && p.seq() >= *seq);
            tally.count(holds, || format!("{} does not know {address} as it is", node.address));
        }
    }
    tally
}

/// Adds up what every site holds for others, in all and for each of them, as the protocol counts it.
#[must_use]
pub fn quota(world: &World) -> Tally {
    let mut tally = Tally::new(Invariant::Quota, world.now);
    for node in &world.nodes {
        let (site, own) = (&node.site, node.site.settings.node);
        let mut shares: BTreeMap<Id, u64> = BTreeMap::new();
        for held in site.holdings.iter().filter(|held| held.node != own) {
            *shares.entry(held.node).or_default() += held.bytes();
        }
        let (bytes, quota) = (shares.values().sum::<u64>(), site.settings.quota);
        tally.count(bytes <= quota, || format!("{} holds {bytes} of {quota} bytes", node.address));
        if site.holds_everything(day_of(node.clock(world.now))) {
            continue;
        }
        let (most, share) = (shares.values().max().copied().unwrap_or(0), quota / OF_ONE_SITE);
        tally.count(most <= share, || {
            format!("{} holds {most} bytes of one publisher, of {share} at the most", node.address)
        });
    }
    tally
}

/// Looks at the homes of random keys.
#[must_use]
pub fn homes(world: &mut World) -> Tally {
    let mut tally = Tally::new(Invariant::Homes, world.now);
    let Some(by) = world.somebody() else { return tally };
    let node = &world.nodes[by];
    for key in 0..1_000_u32 {
        let homes = node.site.table.homes(&Id::digest(&key.to_be_bytes()), REPLICAS, world.now);
        let mut domains: Vec<String> = homes.iter().map(|p| p.site().domain.clone()).collect();
        domains.sort_unstable();
        domains.dedup();
        tally.count(domains.len() == homes.len(), || format!("{}: {domains:?}", node.address));
    }
    tally
}

/// For each of some random keys, the number of its homes that an attack has made up, as a site sees them.
pub fn forged_homes<'w>(world: &'w World, node: &'w Node, keys: u32) -> impl Iterator<Item = usize> + 'w {
    (0..keys).map(move |key| {
        let homes = node.site.table.homes(&Id::digest(&key.to_be_bytes()), REPLICAS, world.now);
        let attack = world.attack.as_ref();
        homes.iter().filter(|p| attack.is_some_and(|attack| attack.forged(&p.id()))).count()
    })
}

/// Compares the keys that sites know of the victims with those that they have.
#[must_use]
pub fn keys(world: &World) -> Tally {
    let mut tally = Tally::new(Invariant::Keys, world.now);
    let victims = world.victims.iter().filter_map(|at| world.nodes.get(*at));
    let victims: Vec<(&str, Id, PublicKey)> = victims
        .filter_map(|node| {
            let secret = node.site.settings.secret.as_ref()?;
            Some((node.address.as_str(), node.site.settings.node, secret.public()))
        })
        .collect();
    for node in world.nodes.iter().filter(|node| node.is_up() && node.joined && node.manner == Manner::Honest)
    {
        for (address, id, key) in &victims {
            let known = node.site.table.get(id).map(|known| known.key());
            tally.count(known == Some(*key), || format!("{} knows {address} with another key", node.address));
        }
    }
    tally
}

/// Counts the newcomers that were let in in time, and the sites that got new vouchers.
#[must_use]
pub fn admitted(world: &mut World) -> Tally {
    let mut tally = Tally::new(Invariant::Admitted, world.now);
    for (address, in_time) in world.late() {
        tally.count(in_time, || format!("{address} waits for vouchers"));
    }
    tally
}

/// Lets random sites search for the victims' courses, by two words and by one.
pub fn look_for_victims(world: &mut World, times: usize) {
    for at in world.victims.clone() {
        for number in 0..world.nodes[at].courses.len() {
            let publisher = &world.nodes[at];
            let wanted = &publisher.courses[number];
            if wanted.stage != Stage::Placed || wanted.since + PLACED_MS > world.now {
                continue;
            }
            let words = wanted.words();
            let stage = (wanted.stage, wanted.since);
            let record = Id::of_record(&publisher.address, &wanted.local());
            for _ in 0..times {
                let Some(by) = world.somebody().filter(|by| world.nodes[*by].manner == Manner::Honest) else {
                    continue;
                };
                let course = (at, number);
                world.search(by, &words, Purpose::Course { record, course, expected: true, stage });
                let alone = words.split(' ').next().unwrap_or_default().to_owned();
                world.search(by, &alone, Purpose::Alone { record, course, stage });
            }
        }
    }
}

/// Counts what reached the victim, by the hour.
#[must_use]
pub fn victim(world: &World) -> Tally {
    let mut tally = Tally::new(Invariant::Victim, world.now);
    for (hour, reached) in world.attack.iter().flat_map(|attack| attack.reached.iter().enumerate()) {
        tally.count(*reached <= 16, || format!("{reached} requests reached the victim in hour {hour}"));
    }
    tally
}

/// Lets random sites search for up to `count` random records that should be found, and as many that should not.
pub fn look(world: &mut World, count: usize) {
    let mut cases = cases(world);
    world.rng.shuffle(&mut cases);
    let (mut present, mut absent) = (0, 0);
    for (node, course, expected) in cases {
        let so_far = if expected { &mut present } else { &mut absent };
        if *so_far == count {
            continue;
        }
        *so_far += 1;
        let Some(by) = world.somebody() else { return };
        let publisher = &world.nodes[node];
        let wanted = &publisher.courses[course];
        let purpose = Purpose::Course {
            record: Id::of_record(&publisher.address, &wanted.local()),
            course: (node, course),
            expected,
            stage: (wanted.stage, wanted.since),
        };
        let words = wanted.words();
        world.search(by, &words, purpose);
    }
}

fn cases(world: &World) -> Vec<(usize, usize, bool)> {
    let mut cases = Vec::new();
    for (at, node) in world.nodes.iter().enumerate() {
        if node.presence == Presence::Left || !node.joined {
            continue;
        }
        for (number, course) in node.courses.iter().enumerate() {
            let age = world.now - course.since;
            if course.stage == Stage::Placed && age >= PLACED_MS {
                cases.push((at, number, true));
            } else if course.stage == Stage::Withdrawn && age >= WITHDRAWN_MS {
                cases.push((at, number, false));
            }
        }
    }
    cases
}

/// Lets random sites search for the popular word alone, where there is one that has been placed.
pub fn look_for_popular(world: &mut World) {
    let Some(topic) = world.popular else { return };
    if popular(world, topic) == 0 {
        return;
    }
    for _ in 0..SEARCHED_ALONE {
        let Some(by) = world.somebody() else { return };
        world.search(by, &words::topic(topic), Purpose::Popular);
    }
}

/// The number of records of a topic that were placed an hour ago or longer.
#[must_use]
pub fn popular(world: &World, topic: usize) -> usize {
    let courses = world.nodes.iter().filter(|n| n.presence != Presence::Left).flat_map(|n| &n.courses);
    let placed = |c: &&Course| c.stage == Stage::Placed && c.since + PLACED_MS <= world.now;
    courses.filter(placed).filter(|course| course.topics.first() == Some(&topic)).count()
}

/// The tallies of a check's searches: for records that should be found, for records that should not, and for the
/// popular word.
#[must_use]
pub fn looked(world: &World, at: Millis, results: &[SearchOutcome]) -> Vec<Tally> {
    let of = |invariant| Tally::new(invariant, at);
    let (mut found, mut withdrawn) = (of(Invariant::Found), of(Invariant::Withdrawn));
    let (mut popular_alone, mut replayed) = (of(Invariant::Popular), of(Invariant::Replayed));
    let mut alone = of(Invariant::Alone);
    let placed = world.popular.map_or(0, |topic| popular(world, topic));
    for SearchOutcome { purpose, by, hits, total, cut, asked, .. } in results.iter().filter(|one| !one.lost) {
        let by = &world.nodes[*by].address;
        match purpose {
            Purpose::Course { record, course: (node, number), expected, stage } => {
                let course = &world.nodes[*node].courses[*number];
                if (course.stage, course.since) != *stage {
                    continue;
                }
                let tally = if *expected { &mut found } else { &mut withdrawn };
                tally.count(hits.iter().any(|(id, _)| id == record) == *expected, || {
                    let of = &world.nodes[*node].address;
                    let what = if *expected { "does not find" } else { "finds withdrawn" };
                    format!("{by} {what} {} of {of}, {asked} asked", course.local())
                });
            }
            Purpose::Ended { record, seq } => {
                let is_dead = hits.iter().all(|(id, found)| id != record || found > seq);
                replayed.count(is_dead, || format!("{by} finds version {seq} of {record}, {asked} asked"));
            }
            Purpose::Alone { record, course: (node, number), stage } => {
                let course = &world.nodes[*node].courses[*number];
                if (course.stage, course.since) == *stage {
                    let of = &world.nodes[*node].address;
                    let example = || format!("{by} does not find {} of {of} by one word", course.local());
                    alone.count(hits.iter().any(|(id, _)| id == record), example);
                }
            }
            Purpose::Popular => {
                let is_cut = placed > MAX_POSTINGS;
                let least = placed.min(MAX_POSTINGS) as u64 * 4 / 5;
                popular_alone.count(*cut == is_cut && *total >= least && !hits.is_empty(), || {
                    format!("{by} finds {total} of {placed}, {} on the page, cut: {cut}", hits.len())
                });
            }
        }
    }
    let mut tallies = vec![found, withdrawn];
    tallies.extend([popular_alone, replayed, alone].into_iter().filter(|tally| tally.checked > 0));
    tallies
}
