//! The holdings of one publisher.

use std::collections::HashMap;
use std::sync::Arc;

use courseglue_frozen::u32_at;
use courseglue_protocol::Term;

use super::FrozenHoldings;
use super::item::{HoldingRef, Place};

/// The most postings of one term by one publisher that a site holds.
pub const MAX_POSTINGS_OF_ONE_SITE: usize = 1_000;

/// The difference between a publisher's holdings and those in the file.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Share {
    pub items: isize,
    pub bytes: i64,
    /// Postings by term: counted once there are enough items for one term to have too many.
    pub terms: Option<Arc<Counts>>,
}

impl Share {
    /// Adds an item (`by` = 1) or removes it (`by` = -1). `items` is the publisher's total afterwards.
    pub fn count(&mut self, item: &HoldingRef<'_>, by: isize, items: usize) {
        if items < MAX_POSTINGS_OF_ONE_SITE / 2 {
            self.terms = None;
        }
        if let Some(counts) = self.terms.as_mut().filter(|_| !item.withdrawn) {
            Arc::make_mut(counts).change(item, by);
        }
    }
}

/// Postings of one publisher by term.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Counts {
    /// The postings that were left in the file when this was counted: numbers of terms, sorted, and counts.
    in_file: Arc<[(u32, u32)]>,
    /// The postings that came and went since.
    since: HashMap<Term, isize>,
}

impl Counts {
    /// Counts these items.
    pub fn of<'h>(items: impl Iterator<Item = HoldingRef<'h>>) -> Self {
        let mut counts = Self::default();
        let mut in_file: Vec<u32> = Vec::new();
        for item in items {
            let Place::File { frozen, numbers, .. } = item.place else {
                counts.change(&item, 1);
                continue;
            };
            in_file.resize(frozen.term_count(), 0);
            for number in numbers.chunks_exact(4) {
                if let Some(count) = in_file.get_mut(u32_at(number, 0) as usize) {
                    *count += 1;
                }
            }
        }
        let numbered = (0..).zip(in_file);
        counts.in_file = numbered.filter(|(_, count)| *count > 0).collect();
        counts
    }

    fn change(&mut self, item: &HoldingRef<'_>, by: isize) {
        item.terms().for_each(|term| *self.since.entry(term).or_default() += by);
    }

    /// The number of postings of a term.
    pub fn get(&self, term: &Term, frozen: Option<&FrozenHoldings>) -> usize {
        let number = || u32::try_from(frozen?.term_number(term)?).ok();
        let place = || self.in_file.binary_search_by_key(&number()?, |(number, _)| *number).ok();
        let in_file = place().map_or(0, |place| self.in_file[place].1);
        (in_file as usize).saturating_add_signed(self.since.get(term).copied().unwrap_or(0))
    }
}
