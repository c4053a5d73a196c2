//! The records and tombstones that a site holds, with what has to be known of them at every write: how many there are of a
//! term and of a publisher, and how many bytes they take. All of it is kept as items come and go.

mod parts;
#[cfg(test)]
mod tests;

use std::collections::{BTreeSet, HashMap};
use std::sync::Arc;

use serde::Deserialize;

use crate::change::{Change, RecordRow};
use crate::id::Id;
use crate::sign::Sig;
use crate::time::Millis;
use parts::Parts;

/// The most records and tombstones of one publisher that a site holds.
pub const MAX_OF_ONE_SITE: usize = 50_000;
/// The most postings of one term by one publisher that a site holds.
pub const MAX_POSTINGS_OF_ONE_SITE: usize = 1_000;
/// The most postings of one term that a site holds.
pub const MAX_POSTINGS: usize = 50_000;

/// What an item takes beside its text: the signature, and each of its terms.
const SIG_BYTES: usize = 64;
const TERM_BYTES: usize = 20;

/// A record or tombstone that this site holds.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Held {
    /// Its publisher.
    pub node: Id,
    /// Its sequence number.
    pub seq: Millis,
    /// Whether this is a tombstone.
    pub withdrawn: bool,
    /// The exact signed text.
    pub body: String,
    /// The signature.
    pub sig: Sig,
    /// The terms it is held for. None where only the newest version of a record is remembered, so that older ones do not
    /// come back.
    pub terms: BTreeSet<Id>,
}

impl Held {
    /// The bytes that count for the quota.
    #[must_use]
    pub fn bytes(&self) -> u64 {
        (self.body.len() + SIG_BYTES + TERM_BYTES * self.terms.len()) as u64
    }

    /// The item as a row; `None` where the text names no id, which nothing that was stored does.
    #[must_use]
    pub fn row(&self, recordid: Id) -> Option<RecordRow> {
        #[derive(Deserialize)]
        struct Local {
            id: String,
        }
        let Local { id } = serde_json::from_str(&self.body).ok()?;
        Some(RecordRow {
            recordid,
            nodeid: self.node,
            localid: id,
            seq: self.seq,
            withdrawn: self.withdrawn,
            body: self.body.clone(),
            sig: self.sig,
            terms: self.terms.iter().copied().collect(),
            indexed: None,
        })
    }
}

impl From<RecordRow> for Held {
    fn from(row: RecordRow) -> Self {
        let RecordRow { nodeid, seq, withdrawn, body, sig, terms, .. } = row;
        Self { node: nodeid, seq, withdrawn, body, sig, terms: terms.into_iter().collect() }
    }
}

/// What is held of one publisher.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
struct Share {
    items: usize,
    bytes: u64,
    /// Postings by term, counted once there are so many items that one term could have too many.
    terms: Option<Arc<HashMap<Id, usize>>>,
}

/// Everything that a site holds. Clones are cheap, and stay so while one of them changes.
#[derive(Clone, Debug, Default)]
pub struct Holdings {
    items: Parts<Arc<Held>>,
    postings: Parts<usize>,
    publishers: Parts<Share>,
    bytes: u64,
}

impl Holdings {
    /// The item with this record id.
    #[must_use]
    pub fn get(&self, recordid: &Id) -> Option<&Arc<Held>> {
        self.items.get(recordid)
    }

    /// Every item with its record id, in no order.
    pub fn iter(&self) -> impl Iterator<Item = (&Id, &Arc<Held>)> {
        self.items.iter()
    }

    /// Every item, in no order.
    pub fn values(&self) -> impl Iterator<Item = &Arc<Held>> {
        self.iter().map(|(_, held)| held)
    }

    /// How many items there are, tombstones included.
    #[must_use]
    pub fn len(&self) -> usize {
        self.items.len()
    }

    /// Whether nothing is held.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// How many records are held for a term.
    #[must_use]
    pub fn postings(&self, term: &Id) -> usize {
        self.postings.get(term).copied().unwrap_or(0)
    }

    /// Every term that a record is held for, in no order.
    pub fn terms(&self) -> impl Iterator<Item = &Id> {
        self.postings.iter().map(|(term, _)| term)
    }

    /// At least `count` of the terms, where there are as many: which ones depends on `random` alone.
    #[must_use]
    pub fn some_terms(&self, count: usize, random: u64) -> Vec<Id> {
        let mut terms = Vec::new();
        for part in self.postings.iter_from(random) {
            if terms.len() >= count {
                break;
            }
            terms.extend(part.map(|(term, _)| *term));
        }
        terms
    }

    /// The bytes that everything held takes.
    #[must_use]
    pub fn bytes(&self) -> u64 {
        self.bytes
    }

    /// The bytes that the items of all publishers but `node` take.
    #[must_use]
    pub fn bytes_of_others(&self, node: &Id) -> u64 {
        self.bytes - self.bytes_of(node)
    }

    /// The bytes that the items of one publisher take.
    #[must_use]
    pub fn bytes_of(&self, publisher: &Id) -> u64 {
        self.publishers.get(publisher).map_or(0, |share| share.bytes)
    }

    /// Every publisher of something held, in no order.
    pub fn publishers(&self) -> impl Iterator<Item = &Id> {
        self.publishers.iter().map(|(node, _)| node)
    }

    /// How many items of one publisher are held.
    #[must_use]
    pub fn items_of(&self, publisher: &Id) -> usize {
        self.publishers.get(publisher).map_or(0, |share| share.items)
    }

    /// Whether so many postings of one publisher are held for a term that no more are taken.
    #[must_use]
    pub fn has_enough_of(&self, publisher: &Id, term: &Id) -> bool {
        let counts = self.publishers.get(publisher).and_then(|share| share.terms.as_ref());
        counts.and_then(|counts| counts.get(term)).is_some_and(|count| *count >= MAX_POSTINGS_OF_ONE_SITE)
    }

    /// Takes an item in, in place of any other version of it.
    pub fn put(&mut self, recordid: Id, held: Arc<Held>) {
        self.remove(&recordid);
        self.bytes += held.bytes();
        if !held.withdrawn {
            held.terms.iter().for_each(|term| self.postings.alter(*term, |count| *count += 1));
        }
        self.publishers.alter(held.node, |share| {
            share.items += 1;
            share.bytes += held.bytes();
            share.count(&held, |count| count + 1);
        });
        let node = held.node;
        self.items.insert(recordid, held);
        self.count_terms_of(node);
    }

    /// Forgets an item.
    pub fn remove(&mut self, recordid: &Id) -> Option<Arc<Held>> {
        let held = self.items.remove(recordid)?;
        self.bytes -= held.bytes();
        if !held.withdrawn {
            held.terms.iter().for_each(|term| self.postings.alter(*term, |count| *count -= 1));
        }
        self.publishers.alter(held.node, |share| {
            share.items -= 1;
            share.bytes -= held.bytes();
            share.count(&held, |count| count - 1);
        });
        Some(held)
    }

    /// An item is no longer held for a term; one that is left with none is forgotten.
    pub fn drop_term(&mut self, recordid: &Id, term: &Id) {
        let Some(held) = self.get(recordid).filter(|held| held.terms.contains(term)) else { return };
        let mut held = Held::clone(held);
        held.terms.remove(term);
        if held.terms.is_empty() {
            self.remove(recordid);
        } else {
            self.put(*recordid, Arc::new(held));
        }
    }

    fn count_terms_of(&mut self, node: Id) {
        let uncounted = |share: &Share| share.items >= MAX_POSTINGS_OF_ONE_SITE && share.terms.is_none();
        if !self.publishers.get(&node).is_some_and(uncounted) {
            return;
        }
        let mut counts: HashMap<Id, usize> = HashMap::new();
        for held in
            self.items.iter().map(|(_, held)| held).filter(|held| held.node == node && !held.withdrawn)
        {
            held.terms.iter().for_each(|term| *counts.entry(*term).or_default() += 1);
        }
        self.publishers.alter(node, |share| share.terms = Some(Arc::new(counts)));
    }

    /// What makes `before` into this, for the items named: told so that what somebody else stored meanwhile stays.
    #[must_use]
    pub fn changes_since(&self, before: &Self, recordids: &BTreeSet<Id>) -> Vec<Change> {
        let mut changes = Vec::new();
        for recordid in recordids {
            let (old, new) = (before.get(recordid), self.get(recordid));
            if old == new {
                continue;
            }
            if let Some(old) = old {
                let stays = |term: &Id| new.is_some_and(|new| new.seq > old.seq || new.terms.contains(term));
                let lost: Vec<Id> = old.terms.iter().filter(|term| !stays(term)).copied().collect();
                if new.is_none() || !lost.is_empty() {
                    changes.push(Change::TermsGone { recordid: *recordid, seq: old.seq, terms: lost });
                }
            }
            let is_news = |new: &&Arc<Held>| {
                old.is_none_or(|old| new.seq > old.seq || !new.terms.is_subset(&old.terms))
            };
            if let Some(new) = new.filter(is_news) {
                changes.extend(new.row(*recordid).map(Change::Record));
            }
        }
        changes
    }
}

impl Share {
    fn count(&mut self, held: &Held, change: impl Fn(usize) -> usize) {
        let Some(counts) = self.terms.as_mut().filter(|_| !held.withdrawn) else { return };
        let counts = Arc::make_mut(counts);
        for term in &held.terms {
            let count = change(counts.get(term).copied().unwrap_or(0));
            if count == 0 {
                counts.remove(term);
            } else {
                counts.insert(*term, count);
            }
        }
        if self.items < MAX_POSTINGS_OF_ONE_SITE / 2 {
            self.terms = None;
        }
    }
}
