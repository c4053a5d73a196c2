//! Handing over: what a site took in for homes that were gone or full goes to the homes once they are back, and is dropped
//! here when two of them have it.

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::sync::Arc;

use courseglue_protocol::message::{SignedItem, Store, StoredItem};
use courseglue_protocol::{CheckedEntry, Entry, Id, ItemType, Millis, Term, Terms, day_of};
use courseglue_table::REPLICAS;

use super::calls::Calls;
use super::outcome::Outcome;
use super::publish::COPIES;
use super::store::{chunks, read_stored};
use super::{Failure, Request, Response};
use crate::change::Change;
use crate::handle::storage::stored_item;
use crate::intake::Intake;
use crate::site::Site;

/// The most records handed over in one run; the next day goes on.
const MAX_RECORDS: usize = 500;
/// The UTC day of the last time.
const HANDOVER: &str = "handover";

/// Records and the terms of each.
type Postings = Vec<(Id, Vec<Term>)>;

/// The handover of one run.
#[derive(Debug)]
pub(crate) struct Handover {
    site: Arc<Site>,
    own: Entry,
    /// The number of homes that each posting still lacks.
    lacking: BTreeMap<(Id, Term), usize>,
    /// Newer versions than those offered, which homes hold.
    newer: Vec<SignedItem>,
    calls: Calls<(Id, Postings)>,
    outcome: Outcome,
}

impl Handover {
    /// Collects the postings of which this site is no longer a home: once a day, or in every run while sites are joining.
    pub fn start(site: &Arc<Site>, own: &CheckedEntry, now: Millis, random: u64) -> Self {
        let mut task = Self {
            site: site.clone(),
            own: own.entry.clone(),
            lacking: BTreeMap::new(),
            newer: Vec::new(),
            calls: Calls::new(&site.settings.network),
            outcome: Outcome::default(),
        };
        let today = day_of(now).to_string();
        let is_due = site.marks.get(HANDOVER) != Some(&today) || site.is_settling(now);
        if is_due && !site.holds_everything(day_of(now)) {
            task.send(now, random);
            task.outcome.changes.push(Change::Mark { name: HANDOVER.into(), value: Some(today) });
        }
        task
    }

    fn send(&mut self, now: Millis, random: u64) {
        let mut homes: HashMap<Term, Option<Vec<Id>>> = HashMap::new();
        let mut found: BTreeMap<Id, Vec<Term>> = BTreeMap::new();
        for held in self.site.holdings.iter() {
            if held.withdrawn || held.node == self.site.settings.node {
                continue;
            }
            let is_foreign =
                |term: &Term| homes.entry(*term).or_insert_with(|| takers(&self.site, *term, now)).is_some();
            let terms: Vec<Term> = held.terms().filter(is_foreign).collect();
            if !terms.is_empty() {
                found.insert(held.recordid, terms);
            }
        }
        let mut by_home: BTreeMap<Id, BTreeMap<Id, Vec<Term>>> = BTreeMap::new();
        for (recordid, terms) in beginning_at(Id::digest(&random.to_be_bytes()), found).take(MAX_RECORDS) {
            for term in terms {
                let takers = homes.get(&term).and_then(Option::as_ref).into_iter().flatten();
                for home in takers {
                    by_home.entry(*home).or_default().entry(recordid).or_default().push(term);
                }
                self.lacking.insert((recordid, term), COPIES);
            }
        }
        for (home, postings) in by_home {
            let Some(endpoint) = self.site.table.get(&home).map(|peer| peer.site().endpoint()) else {
                continue;
            };
            let postings: Postings = postings.into_iter().collect();
            let bytes = |(recordid, terms): &(Id, Vec<Term>)| {
                self.site.holdings.get(recordid).map_or(0, |held| held.body().len()) + 8 * terms.len()
            };
            for part in chunks(&postings, bytes) {
                let item = |(recordid, terms): &(Id, Vec<Term>)| {
                    let terms = || terms.iter().copied().collect();
                    self.site.holdings.get(recordid).map(|held| stored_item(&held, terms()))
                };
                let body = Store { site: self.own.clone(), records: part.iter().filter_map(item).collect() };
                self.calls.post(&endpoint, "store", &body, (home, part.to_vec()));
            }
        }
    }

    pub fn poll(&mut self) -> Vec<Request> {
        self.calls.take()
    }

    pub fn receive(&mut self, id: u64, answer: Result<Response, Failure>) {
        let Some((home, postings)) = self.calls.answered(id) else { return };
        let answer = read_stored(answer);
        self.outcome.sightings.note(home, &answer);
        let Ok(answer) = answer else { return };
        let stored: BTreeSet<Id> = answer.stored.into_iter().collect();
        let refused = |recordid: &Id, term: &Term| {
            answer
                .refused
                .iter()
                .any(|refused| refused.recordid == Some(*recordid) && refused.terms.0.contains(term))
        };
        for (recordid, terms) in postings.iter().filter(|(recordid, _)| stored.contains(recordid)) {
            for term in terms.iter().filter(|term| !refused(recordid, term)) {
                if let Some(lacking) = self.lacking.get_mut(&(*recordid, *term)) {
                    *lacking = lacking.saturating_sub(1);
                }
            }
        }
        // A site that was away while something was withdrawn, and is no home of it, hears of it in no other way.
        self.newer.extend(answer.refused.into_iter().filter_map(|refused| refused.newer));
    }

    /// Takes in versions that are newer than what this site holds, and signed by their publishers.
    fn take_newer(&mut self, now: Millis) {
        let mut intake = Intake::new(&self.site, self.site.holdings.clone(), now);
        for SignedItem { body, sig } in std::mem::take(&mut self.newer) {
            // The signature says which of the two it is.
            for item in [ItemType::Record, ItemType::Tombstone] {
                let offered = StoredItem { item, body: body.clone(), sig, terms: Terms::default() };
                if intake.take(None, offered).is_ok() {
                    break;
                }
            }
        }
        self.outcome.changes.extend(intake.changes());
    }

    pub fn finish(mut self, now: Millis) -> Outcome {
        self.take_newer(now);
        let mut done: BTreeMap<Id, Vec<Term>> = BTreeMap::new();
        for ((recordid, term), _) in self.lacking.iter().filter(|(_, lacking)| **lacking == 0) {
            done.entry(*recordid).or_default().push(*term);
        }
        let gone = done.into_iter().filter_map(|(recordid, terms)| {
            let seq = self.site.holdings.get(&recordid)?.seq;
            Some(Change::TermsGone { recordid, seq, terms })
        });
        self.outcome.changes.extend(gone);
        self.outcome
    }
}

/// All items in order, starting at `first` and wrapping around: an item that no home takes must not block the others.
fn beginning_at(first: Id, mut found: BTreeMap<Id, Vec<Term>>) -> impl Iterator<Item = (Id, Vec<Term>)> {
    let later = found.split_off(&first);
    later.into_iter().chain(found)
}

/// The two homes to give a term's postings to, where this site is none itself and as many are there.
fn takers(site: &Site, term: Term, now: Millis) -> Option<Vec<Id>> {
    let homes = site.table.homes(&term.place(), REPLICAS, now);
    if homes.iter().any(|home| home.id() == site.settings.node) {
        return None;
    }
    let there = homes.iter().filter(|home| home.liveness.failures == 0 && !site.shuns(&home.id()));
    let takers: Vec<Id> = there.take(COPIES).map(courseglue_table::Peer::id).collect();
    (takers.len() == COPIES).then_some(takers)
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use courseglue_protocol::{Id, Term};

    use super::beginning_at;

    #[test]
    fn a_run_begins_anywhere_and_comes_around_to_all() {
        let found: BTreeMap<Id, Vec<Term>> = (0..5).map(|n| (Id([n; 20]), Vec::new())).collect();
        let order: Vec<u8> = beginning_at(Id([3; 20]), found).map(|(id, _)| id.0[0]).collect();
        assert_eq!(order, [3, 4, 0, 1, 2]);
    }
}
