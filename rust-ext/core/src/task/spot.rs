//! Random checks of known sites: whether the one that says so is still at its address.
//!
//! Three a day. Whoever is found silent or changed on three different days is dropped, here alone, until a later check
//! succeeds; sites for which the same neighbours vouched are looked at sooner.

use std::collections::HashSet;
use std::sync::Arc;

use super::calls::{CallError, Calls, read_answer};
use super::outcome::Outcome;
use super::vouch::Described;
use super::{Failure, Request, Response};
use crate::change::{Change, SpotRow};
use crate::entry::CheckedEntry;
use crate::id::Id;
use crate::site::{DROPPED_DAYS, Site};
use crate::table::Peer;
use crate::time::{DAY_MS, Day, Millis, day_of};

/// How many sites are checked in a day.
const A_DAY: u64 = 3;
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
        let answer = read_answer::<Described>(answer);
        self.outcome.seen.note(checked.id, &answer);
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

    /// What came of the checks. Where nobody at all answered this site, what failed says nothing about others.
    pub fn finish(mut self, now: Millis, online: bool) -> Outcome {
        let today = day_of(now);
        for (nodeid, is_there) in self.found {
            let before = self.site.spots.get(&nodeid);
            let row = match (is_there, before) {
                (true, None) => continue,
                (true, Some(_)) => SpotRow { nodeid, days: 0, last: today },
                (false, _) if !online => continue,
                (false, Some(before)) if before.last >= today => continue,
                (false, before) => {
                    SpotRow { nodeid, days: before.map_or(0, |b| b.days).saturating_add(1), last: today }
                }
            };
            self.outcome.changes.push(Change::Spot(row));
        }
        self.outcome
    }
}

/// The next site to check: one that failed on an earlier day, one that shares a voucher giver with such a site, one that
/// was dropped, or any; each kind in its turn by chance.
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
    if !site.spots.is_empty() {
        let failed = |dropped: bool| {
            let mut rows: Vec<&SpotRow> = site.spots.values().filter(|row| row.last < today).collect();
            rows.retain(|row| (row.days >= DROPPED_DAYS) == dropped);
            rows.sort_unstable_by_key(|row| (row.last, row.nodeid));
            let peers = rows.iter().filter_map(|row| site.table.get(&row.nodeid)).filter(may);
            peers.map(|p| p.site().into_arc()).next()
        };
        let found = match rng.u8(..4) {
            0 | 1 => failed(false).or_else(|| pick(of_the_same_givers(site, may), rng)),
            2 => pick(of_the_same_givers(site, may), rng),
            _ => failed(true),
        };
        if found.is_some() {
            return found;
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

/// Sites that were not found wanting yet, for which those vouched who vouched for some that were.
fn of_the_same_givers<'s>(site: &'s Site, may: impl Fn(&Peer<'s>) -> bool) -> Vec<Peer<'s>> {
    let failed = site.spots.keys().filter_map(|id| site.table.get(id));
    let givers: HashSet<Id> = failed.flat_map(|p| p.givers()).collect();
    let shares = |p: &Peer<'_>| p.givers().any(|by| givers.contains(&by));
    let unsuspected = |p: &Peer<'_>| !site.spots.contains_key(&p.id());
    site.table.iter().filter(|p| may(p) && unsuspected(p) && shares(p)).collect()
}
