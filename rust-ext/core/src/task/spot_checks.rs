//! Random checks of known sites: whether the one that says so is still at its address.
//!
//! There are three checks a day. A site that is found silent or changed on three different days is dropped, by this
//! site alone, until a later check succeeds. Sites for which the same neighbours vouched are checked sooner, and are
//! dropped together with the givers' good name.

use std::cmp::Reverse;
use std::collections::HashSet;
use std::sync::Arc;

use courseglue_protocol::{CheckedEntry, DAY_MS, Day, Id, Millis, day_of};
use courseglue_table::{NEIGHBOURHOOD, Peer};

use super::answer::{CallError, read_answer};
use super::calls::Calls;
use super::contact::DescribeAnswer;
use super::outcome::Outcome;
use super::{Failure, Request, Response};
use crate::change::{Change, SpotRow};
use crate::site::distrust;
use crate::site::{DROPPED_DAYS, Site};

/// The number of sites that are checked in a day.
const A_DAY: u64 = 3;
/// The number of nearest sites among which half of the random checks are: a false site there stands between this one
/// and its terms.
const NEAR: usize = 2 * NEIGHBOURHOOD;
/// When the last check was due.
const SPOTTED: &str = "spotted";

/// The checks that are due now.
#[derive(Debug)]
pub(crate) struct SpotChecks {
    site: Arc<Site>,
    calls: Calls<Arc<CheckedEntry>>,
    found: Vec<(Id, bool)>,
    outcome: Outcome,
}

impl SpotChecks {
    pub fn start(site: &Arc<Site>, now: Millis, random: u64) -> Self {
        let calls = Calls::new(&site.settings.network);
        let mut checks = Self { site: site.clone(), calls, found: Vec::new(), outcome: Outcome::default() };
        let last = site.noted(SPOTTED, now);
        let every = DAY_MS / A_DAY;
        // The first check of all is due a while after joining, like every other.
        let due = last.map_or(0, |last| now.saturating_sub(last) / every).min(A_DAY);
        if due > 0 || last.is_none() {
            let mark = Change::Mark { name: SPOTTED.to_owned(), value: Some(now.to_string()) };
            checks.outcome.changes.push(mark);
        }
        let mut rng = fastrand::Rng::with_seed(random);
        let mut chosen: HashSet<Id> = HashSet::new();
        for _ in 0..due {
            let Some(site) = choose(site, now, &chosen, &mut rng) else { break };
            chosen.insert(site.id);
            checks.calls.get(&site.endpoint(), "describe", site);
        }
        checks
    }

    pub fn poll(&mut self) -> Vec<Request> {
        self.calls.take()
    }

    pub fn receive(&mut self, now: Millis, id: u64, answer: Result<Response, Failure>) {
        let Some(checked) = self.calls.answered(id) else { return };
        let answer = read_answer::<DescribeAnswer>(answer);
        self.outcome.sightings.note(checked.id, &answer);
        match answer {
            Ok(described) => {
                let is_it = |site: CheckedEntry| {
                    site.id == checked.id && site.descriptor.key == checked.descriptor.key
                };
                let found = described.site.check(&self.site.settings.network, now);
                self.found.push((checked.id, found.is_ok_and(is_it)));
            }
            Err(CallError { alive: Some(false), .. }) => self.found.push((checked.id, false)),
            // In maintenance, or not asked: nothing is known.
            Err(_) => {}
        }
    }

    /// The outcome of the checks. Where no site at all answered this one, failed checks say nothing about others.
    pub fn finish(mut self, now: Millis, online: bool) -> Outcome {
        if self.found.is_empty() {
            return self.outcome;
        }
        let today = day_of(now);
        let mut after = Site::clone(&self.site);
        let suspects = givers_of_the_missing(&after);
        for (nodeid, is_there) in self.found {
            let before = after.spots.get(&nodeid);
            let days = match (is_there, before) {
                (false, _) if !online => continue,
                (false, Some(before)) if before.last == today => continue,
                (false, before) => before.map_or(0, |b| b.days).saturating_add(1),
                (true, _) => 0,
            };
            let mut changes = Vec::new();
            if is_there {
                let words: Vec<Id> =
                    after.table.get(&nodeid).map(|p| p.givers().collect()).unwrap_or_default();
                let suspected = words.iter().filter(|by| suspects.contains(by));
                changes.extend(suspected.map(|by| counted(&after, by)));
            }
            if days > 0 || before.is_some() {
                changes.push(Change::Spot(SpotRow { nodeid, days, last: today }));
            }
            changes.iter().cloned().for_each(|change| after.apply(change));
            self.outcome.changes.extend(changes);
        }
        self.outcome.changes.extend(unfounded(&self.site, &after, today));
        self.outcome.changes.extend(forgotten(&after));
        self.outcome
    }
}

/// The change that counts one more found site, for which this suspected giver vouched.
fn counted(site: &Site, giver: &Id) -> Change {
    let count = distrust::found(&site.marks, giver) + 1;
    Change::Mark { name: format!("{}{giver}", distrust::FOUND), value: Some(count.to_string()) }
}

/// Once a giver is not believed any more, the sites for which only such givers vouched are dropped, too, until a check
/// finds them.
fn unfounded(before: &Site, after: &Site, today: Day) -> Vec<Change> {
    let (known, distrusted) = (before.distrusted(), after.distrusted());
    if distrusted.is_subset(&known) {
        return Vec::new();
    }
    let is_unfounded = |p: &Peer<'_>| {
        p.givers().all(|by| distrusted.contains(&by)) && p.givers().any(|by| !known.contains(&by))
    };
    let unchecked = |p: &Peer<'_>| !after.spots.contains_key(&p.id()) && may_be_checked(after, p, today);
    let dropped = |p: Peer<'_>| Change::Spot(SpotRow { nodeid: p.id(), days: DROPPED_DAYS, last: today });
    after.table.iter().filter(|p| is_unfounded(p) && unchecked(p)).map(dropped).collect()
}

/// The changes that forget the counts of givers that are suspected no longer.
fn forgotten(site: &Site) -> Vec<Change> {
    let counts = site.marks.range(distrust::FOUND.to_owned()..).map(|(name, _)| name);
    let mut counts = counts.map_while(|name| Some((name, name.strip_prefix(distrust::FOUND)?))).peekable();
    if counts.peek().is_none() {
        return Vec::new();
    }
    let suspects = givers_of_the_missing(site);
    let is_suspect = |giver: &str| giver.parse().is_ok_and(|giver: Id| suspects.contains(&giver));
    counts
        .filter(|(_, giver)| !is_suspect(giver))
        .map(|(name, _)| Change::Mark { name: name.clone(), value: None })
        .collect()
}

/// The givers of vouchers for sites that checks did not find.
fn givers_of_the_missing(site: &Site) -> HashSet<Id> {
    let missing = site.spots.keys().filter_map(|id| site.table.get(id));
    missing.flat_map(courseglue_table::Peer::givers).collect()
}

/// The next site to check: one that failed on an earlier day, one that was silent for a day whenever this site asked,
/// one that shares a voucher giver with one that failed, one that was dropped; each kind in its turn by chance. Else one of the nearest, or any.
fn choose(
    site: &Site,
    now: Millis,
    chosen: &HashSet<Id>,
    rng: &mut fastrand::Rng,
) -> Option<Arc<CheckedEntry>> {
    let today = day_of(now);
    let may = |p: &Peer<'_>| may_be_checked(site, p, today) && !chosen.contains(&p.id());
    let pick = |list: Vec<Peer<'_>>, rng: &mut fastrand::Rng| {
        (!list.is_empty()).then(|| list[rng.usize(..list.len())].site().into_arc())
    };
    let failed = |dropped: bool| {
        let mut rows: Vec<&SpotRow> = site.spots.values().filter(|row| row.last != today).collect();
        rows.retain(|row| (row.days >= DROPPED_DAYS) == dropped);
        // Of the failed sites the one that failed most, so that some are dropped soon; of the dropped ones all in turn.
        rows.sort_unstable_by_key(|row| (Reverse(if dropped { 0 } else { row.days }), row.last, row.nodeid));
        let peers = rows.iter().filter_map(|row| site.table.get(&row.nodeid)).filter(may);
        peers.map(|p| p.site().into_arc()).next()
    };
    let silent = |rng: &mut fastrand::Rng| {
        let is_silent = |p: &Peer<'_>| p.liveness.is_gone(now) && !site.spots.contains_key(&p.id());
        pick(site.table.iter().filter(|p| may(p) && is_silent(p)).collect(), rng)
    };
    let found = match rng.u8(..4) {
        0 | 1 => failed(false).or_else(|| silent(rng)).or_else(|| pick(of_the_same_givers(site, may), rng)),
        2 => pick(of_the_same_givers(site, may), rng),
        _ => failed(true),
    };
    if found.is_some() {
        return found;
    }
    if rng.bool() {
        let unsuspected = |p: &Peer<'_>| may(p) && !site.spots.contains_key(&p.id());
        let near = site.table.nearest(&site.settings.node, NEAR, today);
        if let Some(found) = pick(near.into_iter().filter(unsuspected).collect(), rng) {
            return Some(found);
        }
    }
    let count = site.table.len();
    for _ in 0..32_usize.min(count * 4) {
        if let Some(peer) = site.table.at(rng.usize(..count)).filter(may) {
            return Some(peer.site().into_arc());
        }
    }
    None
}

fn may_be_checked(site: &Site, peer: &Peer<'_>, today: Day) -> bool {
    let id = peer.id();
    id != site.settings.node && !peer.moved() && peer.holds_on(today) && !site.shuns(&id)
}

/// The sites whose checks did not fail, for which givers vouched that also vouched for sites whose checks failed.
fn of_the_same_givers<'s>(site: &'s Site, may: impl Fn(&Peer<'s>) -> bool) -> Vec<Peer<'s>> {
    let givers = givers_of_the_missing(site);
    if givers.is_empty() {
        return Vec::new();
    }
    let shares = |p: &Peer<'_>| p.givers().any(|by| givers.contains(&by));
    let unsuspected = |p: &Peer<'_>| !site.spots.contains_key(&p.id());
    site.table.iter().filter(|p| may(p) && unsuspected(p) && shares(p)).collect()
}
