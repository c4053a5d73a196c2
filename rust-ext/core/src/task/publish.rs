//! Publishing: each record goes to two homes of each of its terms, each withdrawal to all of them.

use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};
use std::sync::Arc;

use serde::{Deserialize, Serialize};

use super::calls::{CallError, Calls, Seen, read_answer};
use super::join::own_entry_with_vouchers;
use super::problems::plain;
use super::{Failure, Request, Response, Task, TaskError};
use crate::change::Change;
use crate::entry::CheckedEntry;
use crate::id::Id;
use crate::intake;
use crate::message::{Code, MAX_ITEM_BYTES, MAX_ITEMS, SignedItem, Store, StoreAnswer, StoredItem};
use crate::record::Record;
use crate::sign::{ItemType, PublicKey, Sig};
use crate::site::Site;
use crate::table::REPLICAS;
use crate::time::Millis;
use crate::tombstone::Tombstone;

/// Copies of a posting that a publisher sees to; the homes see to the rest.
pub const COPIES: usize = 2;
/// How often a record is offered to further homes when the first do not take it.
const WAVES: u32 = 3;

/// What PHP hands over.
#[derive(Debug, Deserialize)]
pub struct Batch {
    /// This site's own entry.
    pub entry: serde_json::Value,
    /// What to publish.
    pub records: Vec<Outgoing>,
}

/// A record or tombstone to publish.
#[derive(Clone, Debug, Deserialize)]
pub struct Outgoing {
    /// Record or tombstone.
    #[serde(rename = "type")]
    pub item: ItemType,
    /// Its id.
    pub recordid: Id,
    /// The exact signed text.
    pub body: String,
    /// The signature.
    pub sig: Sig,
    /// The terms to publish it under.
    pub terms: BTreeSet<Id>,
    /// Terms it was published under before and lost.
    #[serde(default)]
    pub lost: BTreeSet<Id>,
}

/// What came of publishing.
#[derive(Debug, Serialize)]
pub struct Published {
    /// One result a record, in the order given.
    pub results: Vec<PublishedRecord>,
    /// What to store.
    pub changes: Vec<Change>,
}

/// What came of publishing one record.
#[derive(Debug, Serialize)]
pub struct PublishedRecord {
    /// The record.
    pub recordid: Id,
    /// Whether every term has its copies.
    pub state: State,
    /// Other sites that store it now.
    pub homes: usize,
    /// What stands in the way.
    pub problem: Option<String>,
    /// What the network holds already, where that is newer.
    pub newer: Option<SignedItem>,
}

/// Whether a record is where it should be.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum State {
    /// Every term has its copies.
    Published,
    /// Not yet: try again later.
    Pending,
}

#[derive(Debug)]
struct Placing {
    item: Outgoing,
    /// The other homes of each term, the best to ask first.
    homes: BTreeMap<Id, Vec<Id>>,
    stored: HashSet<Id>,
    asked: HashSet<Id>,
    problem: Option<String>,
    newer: Option<SignedItem>,
}

impl Placing {
    /// To how many homes of a term it is sent. All homes of a lost one hold the former version.
    fn wanted(&self, term: &Id, homes: &[Id]) -> usize {
        match self.item.item {
            ItemType::Record if !self.item.lost.contains(term) => homes.len().min(COPIES),
            _ => homes.len(),
        }
    }

    /// Whether `home` has the item only to withdraw something from it.
    fn only_loses(&self, home: &Id) -> bool {
        self.homes.iter().all(|(term, homes)| self.item.lost.contains(term) || !homes.contains(home))
    }

    fn stored_of(&self, homes: &[Id]) -> usize {
        homes.iter().filter(|home| self.stored.contains(home)).count()
    }

    /// The sites to ask next, each with the terms it is a home of.
    fn next(&self) -> BTreeMap<Id, BTreeSet<Id>> {
        let mut asks: BTreeMap<Id, BTreeSet<Id>> = BTreeMap::new();
        for (term, homes) in &self.homes {
            let missing = self.wanted(term, homes).saturating_sub(self.stored_of(homes));
            for home in homes.iter().filter(|home| !self.asked.contains(home)).take(missing) {
                asks.entry(*home).or_default().insert(*term);
            }
        }
        asks
    }

    fn is_placed(&self) -> bool {
        !self.homes.is_empty()
            && self.homes.iter().all(|(term, homes)| {
                let enough = match self.item.item {
                    ItemType::Record => self.wanted(term, homes),
                    // Homes pass a tombstone on to each other; of a lost term they do not hear.
                    _ => homes.len().min(COPIES),
                };
                enough > 0 && self.stored_of(homes) >= enough
            })
    }
}

/// Publishing one batch.
#[derive(Debug)]
pub struct PublishTask {
    site: Arc<Site>,
    own: CheckedEntry,
    placings: Vec<Placing>,
    calls: Calls<(Id, Vec<usize>)>,
    seen: Seen,
    waves: u32,
}

impl PublishTask {
    /// Starts to publish a batch, JSON.
    ///
    /// # Errors
    /// A sentence on what cannot be read.
    pub fn start(site: &Arc<Site>, batch: &str, now: Millis) -> Result<Self, TaskError> {
        let batch: Batch = serde_json::from_str(batch)
            .map_err(|e| TaskError(format!("the batch to publish cannot be read: {e}")))?;
        let own = own_entry_with_vouchers(site, &batch.entry.to_string(), now)?;
        let mut cache = HashMap::new();
        let placings = batch.records.into_iter().map(|item| place(site, item, now, &mut cache)).collect();
        let calls = Calls::new(&site.settings.network);
        Ok(Self { site: site.clone(), own, placings, calls, seen: Seen::default(), waves: 0 })
    }

    fn send_wave(&mut self) {
        let mut by_home: BTreeMap<Id, Vec<(usize, BTreeSet<Id>)>> = BTreeMap::new();
        for (at, placing) in self.placings.iter_mut().enumerate() {
            for (home, terms) in placing.next() {
                placing.asked.insert(home);
                by_home.entry(home).or_default().push((at, terms));
            }
        }
        for (home, items) in by_home {
            let Some(endpoint) = self.site.table.get(&home).map(|p| p.site.endpoint()) else { continue };
            for chunk in chunks(&items, |(at, terms)| self.placings[*at].item.body.len() + 44 * terms.len()) {
                let records = chunk
                    .iter()
                    .map(|(at, terms)| {
                        let item = &self.placings[*at].item;
                        StoredItem {
                            item: item.item,
                            body: item.body.clone(),
                            sig: item.sig,
                            terms: terms.difference(&item.lost).copied().collect(),
                        }
                    })
                    .collect();
                let body = Store { site: self.own.entry.clone(), records };
                let ats = chunk.iter().map(|(at, _)| *at).collect();
                self.calls.post(&endpoint, "store", &body, (home, ats));
            }
        }
    }

    fn stored(&mut self, home: Id, ats: &[usize], answer: Result<StoreAnswer, CallError>) {
        self.seen.note(home, &answer);
        let url = self.site.table.get(&home).map(|p| p.site.url()).unwrap_or_default();
        let (own, network) = (&self.own.descriptor.key, &self.site.settings.network);
        match answer {
            Ok(answer) => {
                let stored: HashSet<Id> = answer.stored.into_iter().collect();
                for at in ats {
                    let placing = &mut self.placings[*at];
                    if stored.contains(&placing.item.recordid) {
                        placing.stored.insert(home);
                    }
                }
                for refused in answer.refused {
                    for at in ats {
                        let placing = &mut self.placings[*at];
                        if Some(placing.item.recordid) != refused.recordid {
                            continue;
                        }
                        if refused.code == Code::NotHome && placing.only_loses(&home) {
                            // Nothing is there to be withdrawn.
                            placing.stored.insert(home);
                            continue;
                        }
                        placing.problem = Some(format!("{url} refused it: {}", plain(&refused.message)));
                        let newer =
                            refused.newer.clone().filter(|newer| outdoes(newer, &placing.item, own, network));
                        placing.newer = newer.or(placing.newer.take());
                    }
                }
            }
            Err(e) => {
                for at in ats {
                    self.placings[*at].problem = Some(format!("{url} {e}"));
                }
            }
        }
    }
}

/// Whether what a home says to hold is newer than `item`, and signed by this site. Without that, any home could keep a
/// record from being published, and drive up its sequence number.
fn outdoes(newer: &SignedItem, item: &Outgoing, own: &PublicKey, network: &str) -> bool {
    let (Some(newer_states), Some(states)) = (stated(&newer.body), stated(&item.body)) else { return false };
    newer.body != item.body
        && newer_states.recordid == states.recordid
        && newer_states.seq >= states.seq
        && own.verify(network, newer_states.item, &newer.body, &newer.sig).is_ok()
}

struct Stated {
    item: ItemType,
    recordid: Id,
    seq: Millis,
}

fn stated(body: &str) -> Option<Stated> {
    if let Ok(record) = Record::parse(body) {
        return Some(Stated { item: ItemType::Record, recordid: record.record_id(), seq: record.seq });
    }
    let tombstone = Tombstone::parse(body).ok()?;
    Some(Stated { item: ItemType::Tombstone, recordid: tombstone.record_id(), seq: tombstone.seq })
}

/// Finds the homes of every term of an item, those worth asking first.
fn place(site: &Site, item: Outgoing, now: Millis, cache: &mut HashMap<Id, Vec<Id>>) -> Placing {
    let homes = item
        .terms
        .union(&item.lost)
        .map(|term| {
            let homes = cache.entry(*term).or_insert_with(|| {
                let mut homes = site.table.homes(term, REPLICAS, now);
                homes.retain(|p| p.site.id != site.settings.node && !site.shuns(p.site));
                homes.sort_by_key(|p| !p.is_usable(now));
                homes.iter().map(|p| p.site.id).collect()
            });
            (*term, homes.clone())
        })
        .collect();
    Placing { item, homes, stored: HashSet::new(), asked: HashSet::new(), problem: None, newer: None }
}

/// Cuts a list so that no part has more items or bytes than one request may have.
fn chunks<T>(items: &[T], bytes: impl Fn(&T) -> usize) -> Vec<&[T]> {
    let mut parts = Vec::new();
    let (mut start, mut size) = (0, 0);
    for (at, item) in items.iter().enumerate() {
        let more = bytes(item);
        if at > start && (at - start == MAX_ITEMS || size + more > MAX_ITEM_BYTES) {
            parts.push(&items[start..at]);
            (start, size) = (at, 0);
        }
        size += more;
    }
    if start < items.len() {
        parts.push(&items[start..]);
    }
    parts
}

impl Task for PublishTask {
    type Output = Published;

    fn poll(&mut self, _now: Millis) -> Vec<Request> {
        if self.calls.is_idle() && self.waves < WAVES {
            self.waves += 1;
            self.send_wave();
        }
        self.calls.take()
    }

    fn receive(&mut self, _now: Millis, id: u64, answer: Result<Response, Failure>) {
        if let Some((home, ats)) = self.calls.answered(id) {
            self.stored(home, &ats, read_answer(answer));
        }
    }

    fn finish(mut self, now: Millis) -> Published {
        let calls = std::mem::replace(&mut self.calls, Calls::new(""));
        for (_, ats) in calls.unanswered() {
            for at in ats {
                self.placings[at].problem = Some("there was no time left to send it".into());
            }
        }
        let mut changes = Vec::new();
        let mut results = Vec::new();
        for placing in self.placings {
            let Placing { ref item, .. } = placing;
            // The publisher keeps those of its own items that it is a home of.
            let own = StoredItem {
                item: item.item,
                body: item.body.clone(),
                sig: item.sig,
                terms: item.terms.iter().copied().collect(),
            };
            let (mut problem, mut newer) = (placing.problem.clone(), placing.newer.clone());
            match intake::item(&self.site, Some(&self.own), own, now) {
                Ok(change) => changes.push(change),
                Err(refused) if refused.code == Code::NotHome => {}
                Err(refused) => {
                    problem = problem.or(Some(refused.message));
                    newer = newer.or(refused.newer);
                }
            }
            let placed = placing.is_placed() && newer.is_none();
            if placing.homes.is_empty() {
                problem = Some("it has no terms to be published under".into());
            } else if placing.homes.values().all(Vec::is_empty) && problem.is_none() {
                problem = Some("no other site is known yet".into());
            }
            results.push(PublishedRecord {
                recordid: item.recordid,
                state: if placed { State::Published } else { State::Pending },
                homes: placing.stored.len(),
                problem: if placed { None } else { problem },
                newer,
            });
        }
        changes.extend(self.seen.changes(&self.site.table, now));
        Published { results, changes }
    }
}
