//! The records and tombstones that a site holds, with what has to be known of them at every write: how many there are of a
//! term and of a publisher, and how many bytes they take. All of it is kept as items come and go.
//!
//! What was held when a file was written lies there ([`FrozenHoldings`]), what came since on the heap; counts on the
//! heap are differences to those in the file. Without a file everything is on the heap.

mod base;
mod freeze;
mod frozen;
mod holding;
mod item;
mod parts;
mod row;
mod share;
#[cfg(test)]
mod tests;

use std::collections::BTreeSet;
use std::sync::Arc;

use courseglue_protocol::{Id, Term};

use base::Base;
use parts::Parts;
use share::{Counts, Share};

pub use frozen::FrozenHoldings;
pub use holding::Holding;
pub use item::HoldingRef;
pub use row::RecordRow;
pub use share::MAX_POSTINGS_OF_ONE_SITE;

/// The most records and tombstones of one publisher that a site holds.
pub const MAX_OF_ONE_SITE: usize = 50_000;

/// Everything that a site holds. Clones are cheap, and stay so while one of them changes.
#[derive(Clone, Debug, Default)]
pub struct Holdings {
    base: Option<Base>,
    /// The items that are not in the base.
    items: Parts<Id, Arc<Holding>>,
    /// The difference to the number of postings in the base.
    postings: Parts<Term, isize>,
    publishers: Parts<Id, Share>,
    bytes: u64,
}

impl Holdings {
    /// Holdings that begin with what lies in a file.
    #[must_use]
    pub fn over(frozen: FrozenHoldings) -> Self {
        Self { bytes: frozen.bytes(), base: Some(Base::new(frozen)), ..Self::default() }
    }

    /// The item with this record id.
    #[must_use]
    pub fn get(&self, recordid: &Id) -> Option<HoldingRef<'_>> {
        let on_heap = self.items.get(recordid).map(|held| HoldingRef::on_heap(*recordid, held));
        on_heap.or_else(|| self.base.as_ref()?.get(recordid))
    }

    /// Every item, in no order.
    pub fn iter(&self) -> impl Iterator<Item = HoldingRef<'_>> {
        let on_heap = self.items.iter().map(|(recordid, held)| HoldingRef::on_heap(*recordid, held));
        self.base.iter().flat_map(Base::iter).chain(on_heap)
    }

    /// Every item after this record, by record id.
    pub fn after(&self, recordid: Option<Id>) -> impl Iterator<Item = HoldingRef<'_>> {
        let mut on_heap: Vec<HoldingRef<'_>> = self
            .items
            .iter()
            .filter(|(id, _)| recordid.is_none_or(|recordid| **id > recordid))
            .map(|(id, held)| HoldingRef::on_heap(*id, held))
            .collect();
        on_heap.sort_unstable_by_key(|item| item.recordid);
        let mut on_heap = on_heap.into_iter().peekable();
        let mut in_file = self.base.iter().flat_map(move |base| base.after(recordid)).peekable();
        std::iter::from_fn(move || {
            let Some(next) = in_file.peek() else { return on_heap.next() };
            on_heap.next_if(|item| item.recordid < next.recordid).or_else(|| in_file.next())
        })
    }

    /// The number of items, tombstones included.
    #[must_use]
    pub fn len(&self) -> usize {
        self.items.len() + self.base.as_ref().map_or(0, Base::len)
    }

    /// Whether nothing is held.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// The number of records that are held for a term.
    #[must_use]
    pub fn postings(&self, term: &Term) -> usize {
        self.postings_since(term, self.frozen().map_or(0, |frozen| frozen.postings(term)))
    }

    /// The number of records that are held for a term with `in_file` postings in the file.
    fn postings_since(&self, term: &Term, in_file: usize) -> usize {
        in_file.saturating_add_signed(self.postings.get(term).copied().unwrap_or(0))
    }

    fn frozen(&self) -> Option<&FrozenHoldings> {
        self.base.as_ref().map(|base| &*base.frozen)
    }

    /// Every term that a record is held for, in no order.
    pub fn terms(&self) -> impl Iterator<Item = Term> {
        let in_file = self.frozen().into_iter().flat_map(FrozenHoldings::terms);
        let on_heap = self.postings.iter().map(|(term, _)| *term).filter(|term| self.is_new(term));
        in_file
            .filter(|(term, count)| self.postings_since(term, *count) > 0)
            .map(|(term, _)| term)
            .chain(on_heap)
    }

    /// Whether the file does not name a term.
    fn is_new(&self, term: &Term) -> bool {
        self.frozen().is_none_or(|frozen| frozen.term_number(term).is_none())
    }

    /// At least `count` of the terms, where there are as many: which ones depends on `random` alone.
    #[must_use]
    pub fn some_terms(&self, count: usize, random: u64) -> Vec<Term> {
        let mut terms = Vec::new();
        for part in parts::from(random) {
            if terms.len() >= count {
                break;
            }
            let in_file = self.frozen().into_iter().flat_map(FrozenHoldings::terms);
            let in_file = in_file.filter(|(term, _)| parts::of(term) == part);
            terms.extend(
                in_file.filter(|(term, count)| self.postings_since(term, *count) > 0).map(|(term, _)| term),
            );
            let on_heap = self.postings.part(part).map(|(term, _)| *term);
            terms.extend(on_heap.filter(|term| self.is_new(term)));
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
        self.bytes.saturating_sub(self.bytes_of(node))
    }

    /// The bytes that the items of one publisher take.
    #[must_use]
    pub fn bytes_of(&self, publisher: &Id) -> u64 {
        self.share_of(publisher).1
    }

    /// Every publisher of something held, in no order.
    pub fn publishers(&self) -> impl Iterator<Item = Id> {
        let in_file = self.frozen().into_iter().flat_map(FrozenHoldings::publishers);
        let is_new = |node: &Id| self.frozen().is_none_or(|frozen| frozen.share(node).is_none());
        let on_heap = self.publishers.iter().map(|(node, _)| *node).filter(is_new);
        in_file.chain(on_heap).filter(|node| self.items_of(node) > 0)
    }

    /// The number of items of one publisher that are held.
    #[must_use]
    pub fn items_of(&self, publisher: &Id) -> usize {
        self.share_of(publisher).0
    }

    /// The number of items of one publisher that are held, and the bytes that they take.
    fn share_of(&self, publisher: &Id) -> (usize, u64) {
        let (items, bytes) = self.frozen().and_then(|frozen| frozen.share(publisher)).unwrap_or_default();
        let since = self.publishers.get(publisher).map_or((0, 0), |share| (share.items, share.bytes));
        (items.saturating_add_signed(since.0), bytes.saturating_add_signed(since.1))
    }

    /// Whether this publisher has used up its postings of this term ([`MAX_POSTINGS_OF_ONE_SITE`]).
    #[must_use]
    pub fn has_enough_of(&self, publisher: &Id, term: &Term) -> bool {
        if self.items_of(publisher) < MAX_POSTINGS_OF_ONE_SITE {
            return false;
        }
        match self.publishers.get(publisher).and_then(|share| share.terms.as_ref()) {
            Some(counts) => counts.get(term, self.frozen()) >= MAX_POSTINGS_OF_ONE_SITE,
            None => self.frozen().is_some_and(|frozen| frozen.has_enough_of(publisher, term)),
        }
    }

    /// Puts in an item, in place of any other version of it.
    pub fn put(&mut self, recordid: Id, held: Arc<Holding>) {
        self.remove(&recordid);
        self.count(&HoldingRef::on_heap(recordid, &held), 1);
        let node = held.node;
        self.items.insert(recordid, held);
        self.count_terms_of(node);
    }

    /// Forgets an item.
    pub fn remove(&mut self, recordid: &Id) {
        if let Some(held) = self.items.remove(recordid) {
            self.count(&HoldingRef::on_heap(*recordid, &held), -1);
            return;
        }
        let Some(base) = &mut self.base else { return };
        let frozen = base.frozen.clone();
        let Some(item) = frozen.find(recordid).ok().and_then(|item| HoldingRef::in_file(&frozen, item))
        else {
            return;
        };
        if base.remove(recordid) {
            self.count(&item, -1);
            self.count_terms_of(item.node);
        }
    }

    /// An item is no longer held for these terms; one that is left with none is forgotten.
    pub fn drop_terms(&mut self, recordid: &Id, terms: &[Term]) {
        let Some(item) = self.get(recordid).filter(|item| terms.iter().any(|term| item.has(term))) else {
            return;
        };
        let left: BTreeSet<Term> = item.terms().filter(|term| !terms.contains(term)).collect();
        if left.is_empty() {
            self.remove(recordid);
        } else {
            let held = Holding { terms: left, ..Holding::clone(&item.holding()) };
            self.put(*recordid, Arc::new(held));
        }
    }

    /// Counts an item that came, or with `by` as -1 one that went.
    fn count(&mut self, item: &HoldingRef<'_>, by: isize) {
        let bytes = i64::try_from(item.bytes()).unwrap_or(i64::MAX).saturating_mul(by as i64);
        self.bytes = self.bytes.saturating_add_signed(bytes);
        if !item.withdrawn {
            item.terms().for_each(|term| self.postings.alter(term, |count| *count += by));
        }
        let items = self.items_of(&item.node).saturating_add_signed(by);
        self.publishers.alter(item.node, |share| {
            share.items += by;
            share.bytes += bytes;
            share.count(item, by, items);
        });
    }

    fn count_terms_of(&mut self, node: Id) {
        let is_counted = self.publishers.get(&node).is_some_and(|share| share.terms.is_some());
        if is_counted || self.items_of(&node) < MAX_POSTINGS_OF_ONE_SITE {
            return;
        }
        let counts = Counts::of(self.iter().filter(|item| item.node == node && !item.withdrawn));
        self.publishers.alter(node, |share| share.terms = Some(Arc::new(counts)));
    }
}
