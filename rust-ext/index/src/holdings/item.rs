//! An item where it lies.

use std::collections::btree_set;
use std::slice::ChunksExact;
use std::sync::Arc;

use courseglue_frozen::u32_at;
use courseglue_protocol::{Id, Millis, Sig, Term};

use super::frozen::{FrozenHoldings, FrozenItem};
use super::holding::{self, Holding};

/// An item where it lies, on the heap or in a file: read as far as it is asked for.
#[derive(Clone, Copy, Debug)]
pub struct HoldingRef<'h> {
    /// Its record id.
    pub recordid: Id,
    /// Its publisher.
    pub node: Id,
    /// Its sequence number.
    pub seq: Millis,
    /// Whether this is a tombstone.
    pub withdrawn: bool,
    pub(super) place: Place<'h>,
}

/// The place of an item.
#[derive(Clone, Copy, Debug)]
pub(super) enum Place<'h> {
    Heap(&'h Arc<Holding>),
    File {
        frozen: &'h FrozenHoldings,
        /// Its place among the records.
        item: usize,
        /// The numbers of its terms, 4 bytes each.
        numbers: &'h [u8],
    },
}

impl<'h> HoldingRef<'h> {
    pub(super) fn on_heap(recordid: Id, held: &'h Arc<Holding>) -> Self {
        let Holding { node, seq, withdrawn, .. } = **held;
        Self { recordid, node, seq, withdrawn, place: Place::Heap(held) }
    }

    pub(super) fn in_file(frozen: &'h FrozenHoldings, item: usize) -> Option<Self> {
        let FrozenItem { recordid, node, seq, withdrawn, numbers } = frozen.get(item)?;
        Some(Self { recordid, node, seq, withdrawn, place: Place::File { frozen, item, numbers } })
    }

    /// The exact signed text; empty where the file is damaged, which no signature fits.
    #[must_use]
    pub fn body(&self) -> &'h str {
        match self.place {
            Place::Heap(held) => &held.body,
            Place::File { frozen, item, .. } => frozen.body(item),
        }
    }

    /// The signature.
    #[must_use]
    pub fn sig(&self) -> Sig {
        match self.place {
            Place::Heap(held) => held.sig,
            Place::File { frozen, item, .. } => frozen.sig(item),
        }
    }

    /// The terms it is held for, ascending.
    #[must_use]
    pub fn terms(&self) -> Terms<'h> {
        Terms(match self.place {
            Place::Heap(held) => Source::Heap(held.terms.iter()),
            Place::File { frozen, numbers, .. } => Source::File(frozen, numbers.chunks_exact(4)),
        })
    }

    /// The number of terms that it is held for.
    #[must_use]
    pub fn term_count(&self) -> usize {
        match self.place {
            Place::Heap(held) => held.terms.len(),
            Place::File { numbers, .. } => numbers.len() / 4,
        }
    }

    /// Whether it is held for a term.
    #[must_use]
    pub fn has(&self, term: &Term) -> bool {
        match self.place {
            Place::Heap(held) => held.terms.contains(term),
            Place::File { frozen, numbers, .. } => frozen.term_number(term).is_some_and(|number| {
                numbers.chunks_exact(4).any(|bytes| u32_at(bytes, 0) as usize == number)
            }),
        }
    }

    /// The bytes that count for the quota.
    #[must_use]
    pub fn bytes(&self) -> u64 {
        match self.place {
            Place::Heap(held) => held.bytes(),
            Place::File { frozen, item, .. } => holding::bytes(frozen.body_bytes(item), self.term_count()),
        }
    }

    /// The item itself.
    #[must_use]
    pub fn holding(&self) -> Arc<Holding> {
        match self.place {
            Place::Heap(held) => held.clone(),
            Place::File { .. } => Arc::new(Holding {
                node: self.node,
                seq: self.seq,
                withdrawn: self.withdrawn,
                body: self.body().to_owned(),
                sig: self.sig(),
                terms: self.terms().collect(),
            }),
        }
    }
}

/// The terms that an item is held for.
#[derive(Clone, Debug)]
pub struct Terms<'h>(Source<'h>);

#[derive(Clone, Debug)]
enum Source<'h> {
    Heap(btree_set::Iter<'h, Term>),
    File(&'h FrozenHoldings, ChunksExact<'h, u8>),
}

impl Iterator for Terms<'_> {
    type Item = Term;

    fn next(&mut self) -> Option<Term> {
        match &mut self.0 {
            Source::Heap(terms) => terms.next().copied(),
            Source::File(frozen, numbers) => {
                numbers.find_map(|number| frozen.term(u32_at(number, 0) as usize))
            }
        }
    }
}
