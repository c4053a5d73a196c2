//! What has to hold in every network, whatever befalls it, and how it is checked.

use courseglue_core::id::Id;
use courseglue_core::time::{DAY_MS, HOUR_MS, Millis};

use crate::course::Stage;
use crate::node::{Node, Presence};
use crate::world::{Looked, Purpose, START, World};

/// An invariant.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, serde::Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Invariant {
    /// A record of a living publisher that was placed an hour ago or longer is found, from any site, by one search.
    Found,
    /// Every entry that a living site signed 36 hours ago or longer is known to every site that was up as long.
    Converged,
    /// No site holds more for others than its quota.
    Quota,
    /// What was withdrawn 24 hours ago or longer is not found, from any site.
    Withdrawn,
    /// A victim that addresses name is asked by others at most 16 times an hour.
    Victim,
    /// No key has two homes in one registrable domain, while there are enough domains.
    Homes,
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
        }
    }
}

/// After how long an entry has to be known everywhere.
pub const SETTLED_MS: Millis = 36 * HOUR_MS;
/// After how long a placed record has to be found.
const PLACED_MS: Millis = HOUR_MS;
/// After how long a withdrawn record must not be found.
const WITHDRAWN_MS: Millis = DAY_MS;

/// One check of one invariant.
#[derive(Clone, Debug)]
pub struct Tally {
    /// Which.
    pub invariant: Invariant,
    /// When, ms since the start.
    pub at: Millis,
    /// How many cases were looked at.
    pub checked: u64,
    /// How many did not hold.
    pub failed: u64,
    /// The first of those, each with its site.
    pub examples: Vec<String>,
}

impl Tally {
    fn new(invariant: Invariant, at: Millis) -> Self {
        Self { invariant, at: at - START, checked: 0, failed: 0, examples: Vec::new() }
    }

    fn count(&mut self, holds: bool, example: impl FnOnce() -> String) {
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

/// Adds up what every site holds for others.
#[must_use]
pub fn quota(world: &World) -> Tally {
    let mut tally = Tally::new(Invariant::Quota, world.now);
    for node in &world.nodes {
        let own = node.site.settings.node;
        let held = node.site.held.iter().filter(|held| held.node != own);
        let bytes: usize = held.map(|held| held.body().len()).sum();
        let quota = node.site.settings.quota;
        tally.count(bytes as u64 <= quota, || format!("{} holds {bytes} of {quota} bytes", node.address));
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
        let homes = node.site.table.homes(&Id::digest(&key.to_be_bytes()), 5, world.now);
        let mut domains: Vec<String> = homes.iter().map(|p| p.site().domain.clone()).collect();
        domains.sort_unstable();
        domains.dedup();
        tally.count(domains.len() == homes.len(), || format!("{}: {domains:?}", node.address));
    }
    tally
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
pub fn look(world: &mut World, count: usize, check: u64) {
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
        let purpose = Purpose {
            record: Id::of_record(&publisher.address, &wanted.local()),
            course: (node, course),
            expected,
            stage: (wanted.stage, wanted.since),
            check,
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

/// What the searches of a check came to, as one tally for what should be found and one for what should not.
#[must_use]
pub fn looked(world: &World, at: Millis, results: &[Looked]) -> [Tally; 2] {
    let mut found = Tally::new(Invariant::Found, at);
    let mut withdrawn = Tally::new(Invariant::Withdrawn, at);
    for Looked { purpose, by, found: hit, asked, lost } in results {
        let (node, number) = purpose.course;
        let course = &world.nodes[node].courses[number];
        if *lost || (course.stage, course.since) != purpose.stage {
            continue;
        }
        let tally = if purpose.expected { &mut found } else { &mut withdrawn };
        tally.count(*hit == purpose.expected, || {
            let (by, of) = (&world.nodes[*by].address, &world.nodes[node].address);
            let what = if purpose.expected { "does not find" } else { "finds withdrawn" };
            format!("{by} {what} {} of {of}, {asked} asked", course.local())
        });
    }
    [found, withdrawn]
}
