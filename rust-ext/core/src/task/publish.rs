//! Publishing: each record goes to two homes of each of its terms, each withdrawal to all of them. Where a home is full, far or
//! silent, the next one is asked, up to the tenth.

use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};
use std::sync::Arc;

use courseglue_protocol::message::{
    Code, MAX_ITEM_BYTES, MAX_ITEM_TERMS, MAX_ITEMS, RefusedItem, SignedItem, Store, StoreAnswer, StoredItem,
};
use courseglue_protocol::record::Record;
use courseglue_protocol::{CheckedEntry, Entry, Id, ItemType, Loss, Millis, PublicKey, Sig, Tombstone};
use courseglue_table::{Peer, PeerTable, REPLICAS};
use serde::{Deserialize, Serialize};

use super::calls::{CallError, Calls, Seen, read_answer};
use super::join::own_entry_with_vouchers;
use super::trouble::Trouble;
use super::{Failure, Request, Response, Task, TaskError};
use crate::change::Change;
use crate::frequency::Frequencies;
use crate::intake::Intake;
use crate::placement::{ACCEPTING, MAX_CLOSER};
use crate::settings::Settings;
use crate::site::{ItemError, Site};

/// Copies of a posting that a publisher sees to; the homes see to the rest.
pub const COPIES: usize = 2;
/// How often a record is offered to further homes when the first do not take it: up to the tenth, two at a time.
const WAVES: u32 = 6;
/// The most sites that one run learns of from those it publishes to.
const MAX_LEARNT: usize = 200;

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
    /// The other sites that take in each term, the best to ask first.
    homes: BTreeMap<Id, Vec<Home>>,
    /// Which site has which term settled: stored, or nothing there to withdraw.
    stored: HashSet<(Id, Id)>,
    asked: HashSet<(Id, Id)>,
    /// Which homes say of a term that no home takes more of it.
    surplus: HashMap<Id, HashSet<Id>>,
    problem: Option<String>,
    newer: Option<SignedItem>,
}

#[derive(Clone, Copy, Debug)]
struct Home {
    node: Id,
    /// Whether it is one of the nearest, and not one that stands in for them.
    strict: bool,
}

impl Placing {
    /// Whether the item withdraws something from the homes of a term.
    fn withdraws(&self, term: &Id) -> bool {
        self.item.item != ItemType::Record || self.item.lost.contains(term)
    }

    /// To how many homes of a term it is sent. Whoever may hold a former version hears of a withdrawal; where there are no
    /// more sites than a term has homes, each searches its own records, so that all of them get it.
    fn wanted(&self, term: &Id, homes: &[Home]) -> usize {
        let all = self.withdraws(term) || homes.len() < REPLICAS;
        if all { homes.len() } else { homes.len().min(COPIES) }
    }

    fn stored_of<'h>(&self, term: &Id, homes: impl IntoIterator<Item = &'h Home>) -> usize {
        homes.into_iter().filter(|home| self.stored.contains(&(home.node, *term))).count()
    }

    /// Whether as many homes as there are to be copies say that there is no room for a term: one alone may be wrong.
    fn is_surplus(&self, term: &Id, homes: &[Home]) -> bool {
        self.surplus.get(term).is_some_and(|said| said.len() >= homes.len().min(COPIES))
    }

    /// The sites to ask next, each with the terms that it is asked for.
    fn next(&self) -> BTreeMap<Id, BTreeSet<Id>> {
        let mut asks: BTreeMap<Id, BTreeSet<Id>> = BTreeMap::new();
        for (term, homes) in self.homes.iter().filter(|(term, homes)| !self.is_surplus(term, homes)) {
            let missing = self.wanted(term, homes).saturating_sub(self.stored_of(term, homes));
            for home in homes.iter().filter(|home| !self.asked.contains(&(home.node, *term))).take(missing) {
                asks.entry(home.node).or_default().insert(*term);
            }
        }
        asks
    }

    fn is_placed(&self) -> bool {
        let settled = |(term, homes): (&Id, &Vec<Home>)| {
            let strict = || homes.iter().filter(|home| home.strict);
            let (stored, enough) = match (self.item.item, self.withdraws(term)) {
                (_, false) => (self.stored_of(term, homes), homes.len().min(COPIES)),
                // Of a lost term the homes hear from nobody else.
                (ItemType::Record, true) => (self.stored_of(term, strict()), strict().count()),
                // Homes pass a tombstone on to each other.
                (_, true) => (self.stored_of(term, homes), strict().count().min(COPIES)),
            };
            self.is_surplus(term, homes) || enough > 0 && stored >= enough
        };
        !self.homes.is_empty() && self.homes.iter().all(settled)
    }

    /// Notes that a site holds the item, for all of these terms.
    fn settle(&mut self, home: Id, terms: &BTreeSet<Id>) {
        self.stored.extend(terms.iter().map(|term| (home, *term)));
    }

    /// Takes a refusal in; whether it stands in the way.
    fn refused(&mut self, home: Id, asked: &BTreeSet<Id>, refused: &RefusedItem) -> bool {
        let mut terms: BTreeSet<Id> = if refused.terms.is_empty() {
            asked.iter().filter(|term| !self.stored.contains(&(home, **term))).copied().collect()
        } else {
            refused.terms.iter().filter(|term| asked.contains(term)).copied().collect()
        };
        for term in &terms {
            self.stored.remove(&(home, *term));
        }
        if refused.code == Code::Surplus {
            for term in terms {
                self.surplus.entry(term).or_default().insert(home);
            }
            return false;
        }
        if matches!(refused.code, Code::NotHome | Code::Full) {
            // Nothing is there to be withdrawn. Of a tombstone the homes that keep it count.
            let tells = self.item.item == ItemType::Record || refused.code == Code::Full;
            let nothing: BTreeSet<Id> =
                terms.iter().filter(|term| tells && self.withdraws(term)).copied().collect();
            self.settle(home, &nothing);
            terms.retain(|term| !nothing.contains(term));
        }
        !terms.is_empty()
    }
}

/// What a request sends: which items, for which terms.
type Sent = Vec<(usize, BTreeSet<Id>)>;

/// Publishing one batch.
#[derive(Debug)]
pub struct PublishTask {
    site: Arc<Site>,
    own: CheckedEntry,
    /// The site's table, with the sites learnt on the way.
    table: Arc<PeerTable>,
    learnt: BTreeMap<Id, Arc<CheckedEntry>>,
    placings: Vec<Placing>,
    calls: Calls<(Id, Sent)>,
    seen: Seen,
    frequencies: Frequencies,
    waves: u32,
}

impl PublishTask {
    /// Starts to publish a batch, JSON.
    ///
    /// # Errors
    /// A [`TaskError`] that says what cannot be read or signed.
    pub fn start(site: &Arc<Site>, batch: &str, now: Millis) -> Result<Self, TaskError> {
        let batch: Batch = serde_json::from_str(batch).map_err(TaskError::BatchUnreadable)?;
        let own = own_entry_with_vouchers(site, &batch.entry.to_string(), now)?;
        if site.settings.secret.is_none() && batch.records.iter().any(|item| !item.lost.is_empty()) {
            return Err(ItemError::NoSecret.into());
        }
        let mut cache = HashMap::new();
        let table = site.table.clone();
        let placings =
            batch.records.into_iter().map(|item| place(site, &table, item, now, &mut cache)).collect();
        Ok(Self {
            site: site.clone(),
            own,
            table,
            learnt: BTreeMap::new(),
            placings,
            calls: Calls::new(&site.settings.network),
            seen: Seen::default(),
            frequencies: Frequencies::default(),
            waves: 0,
        })
    }

    fn send_wave(&mut self) {
        let mut by_home: BTreeMap<Id, Sent> = BTreeMap::new();
        for (at, placing) in self.placings.iter_mut().enumerate() {
            for (home, terms) in placing.next() {
                placing.asked.extend(terms.iter().map(|term| (home, *term)));
                by_home.entry(home).or_default().push((at, terms));
            }
        }
        for (home, items) in by_home {
            let Some(endpoint) = self.table.get(&home).map(|p| p.site().endpoint()) else { continue };
            for chunk in chunks(&items, |(at, terms)| self.placings[*at].item.body.len() + 44 * terms.len()) {
                let records = chunk
                    .iter()
                    .map(|(at, terms)| self.placings[*at].item.stored(terms, &self.site.settings))
                    .collect();
                let body = Store { site: self.own.entry.clone(), records };
                self.calls.post(&endpoint, "store", &body, (home, chunk.to_vec()));
            }
        }
    }

    fn stored(&mut self, home: Id, sent: &Sent, answer: Result<StoreAnswer, CallError>, now: Millis) {
        self.seen.note(home, &answer);
        let url = self.table.get(&home).map(|p| p.site().url()).unwrap_or_default();
        let answer = match answer {
            Ok(answer) => answer,
            Err(e) => {
                for (at, _) in sent {
                    self.placings[*at].problem = Some(format!("{url} {e}"));
                }
                return;
            }
        };
        let stored: HashSet<Id> = answer.stored.into_iter().collect();
        let (own, network) = (&self.own.descriptor.key, &self.site.settings.network);
        for (at, terms) in sent {
            let placing = &mut self.placings[*at];
            let recordid = placing.item.recordid;
            if stored.contains(&recordid) {
                placing.settle(home, terms);
            }
            for refused in answer.refused.iter().filter(|refused| refused.recordid == Some(recordid)) {
                if placing.refused(home, terms, refused) {
                    placing.problem = Some(format!("{url} {}", Trouble::of_fault(Some(refused.code), None)));
                }
                let newer = refused.newer.clone().filter(|newer| outdoes(newer, &placing.item, own, network));
                placing.newer = newer.or(placing.newer.take());
            }
        }
        let asked: BTreeSet<&Id> = sent.iter().flat_map(|(_, terms)| terms).collect();
        let told: BTreeMap<Id, u64> = answer.frequencies.into_iter().collect();
        told.into_iter()
            .filter(|(term, _)| asked.contains(term))
            .for_each(|(term, n)| self.frequencies.note(term, n));
        if answer.refused.iter().any(|refused| refused.code == Code::NotHome) {
            self.learn(answer.closer, now);
        }
    }

    /// Takes in the sites that a home named as closer, checked like any other, and finds the homes anew.
    fn learn(&mut self, closer: Vec<Entry>, now: Millis) {
        let judge = self.site.judge(now);
        let told = closer.into_iter().take(MAX_CLOSER);
        let statements: Vec<_> = told.filter_map(|entry| judge.statement(&self.table, entry).ok()).collect();
        let mut news = judge.beside(&self.table, &statements).news;
        news.retain(|node, _| self.learnt.len() < MAX_LEARNT && *node != self.own.id);
        if !news.is_empty() {
            let table = Arc::make_mut(&mut self.table);
            news.values().for_each(|site| table.put(site.clone()));
            self.learnt.append(&mut news);
            let mut cache = HashMap::new();
            for placing in &mut self.placings {
                placing.homes = homes(&self.site, &self.table, &placing.item, now, &mut cache);
            }
        }
    }
}

/// Reads the answer to a `store`, which has another status than 200 where nothing was stored.
pub(super) fn read_stored(answer: Result<Response, Failure>) -> Result<StoreAnswer, CallError> {
    if let Ok(response) = &answer {
        let refused =
            serde_json::from_slice::<StoreAnswer>(&response.body).ok().filter(|a| !a.refused.is_empty());
        if let Some(refused) = refused {
            return Ok(refused);
        }
    }
    read_answer(answer)
}

impl Outgoing {
    fn stored(&self, terms: &BTreeSet<Id>, settings: &Settings) -> StoredItem {
        let is_lost = |term: &&Id| self.item == ItemType::Record && self.lost.contains(term);
        let (lost, kept): (Vec<&Id>, Vec<&Id>) = terms.iter().partition(is_lost);
        let most = |terms: Vec<&Id>| terms.into_iter().take(MAX_ITEM_TERMS).copied().collect::<Vec<Id>>();
        let (terms, lost) = (most(kept), most(lost));
        let secret = settings.secret.as_ref().filter(|_| !lost.is_empty());
        let lost = secret.zip(stated(&self.body)).map(|(secret, Stated { recordid, seq, .. })| {
            Loss::sign(secret, &settings.network, recordid, seq, lost)
        });
        StoredItem { item: self.item, body: self.body.clone(), sig: self.sig, terms, lost }
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

fn place(
    site: &Site,
    table: &PeerTable,
    item: Outgoing,
    now: Millis,
    cache: &mut HashMap<Id, Vec<Home>>,
) -> Placing {
    Placing {
        homes: homes(site, table, &item, now, cache),
        item,
        stored: HashSet::new(),
        asked: HashSet::new(),
        surplus: HashMap::new(),
        problem: None,
        newer: None,
    }
}

/// The sites that take in each term of an item, those worth asking first, nearer before farther.
fn homes(
    site: &Site,
    table: &PeerTable,
    item: &Outgoing,
    now: Millis,
    cache: &mut HashMap<Id, Vec<Home>>,
) -> BTreeMap<Id, Vec<Home>> {
    let of_term = |term: &Id| {
        let accepting = table.homes(term, ACCEPTING, now);
        let strict: HashSet<Id> = table.homes(term, REPLICAS, now).iter().map(|p| p.id()).collect();
        let mut others: Vec<Peer<'_>> =
            accepting.into_iter().filter(|p| p.id() != site.settings.node && !site.shuns(&p.id())).collect();
        others.sort_by_key(|p| (!p.is_usable(now), !strict.contains(&p.id())));
        others.iter().map(|p| Home { node: p.id(), strict: strict.contains(&p.id()) }).collect::<Vec<_>>()
    };
    let terms = item.terms.union(&item.lost);
    terms.map(|term| (*term, cache.entry(*term).or_insert_with(|| of_term(term)).clone())).collect()
}

/// Cuts a list so that no part has more items or bytes than one request may have.
pub(super) fn chunks<T>(items: &[T], bytes: impl Fn(&T) -> usize) -> Vec<&[T]> {
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

    fn receive(&mut self, now: Millis, id: u64, answer: Result<Response, Failure>) {
        if let Some((home, sent)) = self.calls.answered(id) {
            self.stored(home, &sent, read_stored(answer), now);
        }
    }

    fn finish(mut self, now: Millis) -> Published {
        let calls = std::mem::replace(&mut self.calls, Calls::new(""));
        for (_, sent) in calls.unanswered() {
            for (at, _) in sent {
                self.placings[at].problem = Some("there was no time left to send it".into());
            }
        }
        let mut changes: Vec<Change> = self.learnt.values().flat_map(|site| self.site.learn(site)).collect();
        changes.extend(self.site.grown_by(self.learnt.keys(), now));
        let mut intake = Intake::new(&self.site, self.site.held.clone(), now);
        let mut results = Vec::new();
        for mut placing in self.placings {
            // The publisher keeps those of its own items that it is a home of.
            match intake.take(
                Some(&self.own),
                placing.item.stored(&(&placing.item.terms | &placing.item.lost), &self.site.settings),
            ) {
                Err(refused) if refused.code != Code::NotHome => {
                    placing.problem = placing.problem.or(Some(refused.message));
                    placing.newer = placing.newer.or(refused.newer);
                }
                _ => {}
            }
            results.push(placing.result());
        }
        changes.extend(intake.changes());
        changes.extend(self.frequencies.changes(&self.site, now));
        changes.extend(self.seen.changes(&self.table, now));
        Published { results, changes }
    }
}

impl Placing {
    fn result(self) -> PublishedRecord {
        let placed = self.is_placed() && self.newer.is_none();
        let sites: HashSet<Id> = self.stored.iter().map(|(home, _)| *home).collect();
        let problem = if self.homes.is_empty() {
            Some("it has no terms to be published under".into())
        } else if self.homes.values().all(Vec::is_empty) && self.problem.is_none() {
            Some("no other site is known yet".into())
        } else {
            self.problem
        };
        PublishedRecord {
            recordid: self.item.recordid,
            state: if placed { State::Published } else { State::Pending },
            homes: sites.len(),
            problem: problem.filter(|_| !placed),
            newer: self.newer,
        }
    }
}
