//! The items of a file, without those that were changed or forgotten since.

use std::ops::Range;
use std::sync::Arc;

use courseglue_protocol::Id;

use super::{FrozenHoldings, HoldingRef};

/// The items of a file that still hold. Clones are cheap.
#[derive(Clone, Debug)]
pub(super) struct Base {
    pub frozen: Arc<FrozenHoldings>,
    /// A bit for each item that is gone; empty while all are there.
    gone: Arc<Vec<u64>>,
    /// The number of items that are not gone.
    left: usize,
}

impl Base {
    pub fn new(frozen: FrozenHoldings) -> Self {
        let left = frozen.len();
        Self { frozen: Arc::new(frozen), gone: Arc::default(), left }
    }

    pub fn len(&self) -> usize {
        self.left
    }

    pub fn get(&self, recordid: &Id) -> Option<HoldingRef<'_>> {
        self.frozen
            .find(recordid)
            .ok()
            .filter(|item| !self.is_gone(*item))
            .and_then(|item| HoldingRef::in_file(&self.frozen, item))
    }

    /// Forgets an item; says whether it was there.
    pub fn remove(&mut self, recordid: &Id) -> bool {
        let Some(item) = self.frozen.find(recordid).ok().filter(|item| !self.is_gone(*item)) else {
            return false;
        };
        let gone = Arc::make_mut(&mut self.gone);
        gone.resize(self.frozen.len().div_ceil(64), 0);
        if let Some(word) = gone.get_mut(item / 64) {
            *word |= 1 << (item % 64);
            self.left -= 1;
        }
        true
    }

    /// Every item, by record id.
    pub fn iter(&self) -> impl Iterator<Item = HoldingRef<'_>> {
        self.range(0..self.frozen.len())
    }

    /// The items after this record, by record id.
    pub fn after(&self, recordid: Option<Id>) -> impl Iterator<Item = HoldingRef<'_>> {
        let first =
            recordid.map_or(0, |recordid| self.frozen.find(&recordid).map_or_else(|at| at, |at| at + 1));
        self.range(first..self.frozen.len())
    }

    fn range(&self, items: Range<usize>) -> impl Iterator<Item = HoldingRef<'_>> {
        items.filter(|item| !self.is_gone(*item)).filter_map(|item| HoldingRef::in_file(&self.frozen, item))
    }

    fn is_gone(&self, item: usize) -> bool {
        self.gone.get(item / 64).is_some_and(|word| word >> (item % 64) & 1 == 1)
    }
}
