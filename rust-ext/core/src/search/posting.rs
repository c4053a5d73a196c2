//! The records that hold one term.

use crate::text::Stemming;

/// A record that holds the term, in texts stemmed in one way.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Posting {
    /// The record's slot in the index.
    pub slot: u32,
    /// The term's weighted frequency, see [`super::score::impacts`].
    pub impact: u16,
    /// How the text was stemmed.
    pub stemming: Stemming,
}

/// Postings sorted by slot.
#[derive(Clone, Debug, Default)]
pub(super) struct PostingList(Vec<Posting>);

impl PostingList {
    pub fn insert(&mut self, posting: Posting) {
        let at = self.0.partition_point(|p| p.slot <= posting.slot);
        self.0.insert(at, posting);
    }

    pub fn remove(&mut self, slot: u32) {
        let start = self.0.partition_point(|p| p.slot < slot);
        let end = self.0.partition_point(|p| p.slot <= slot);
        self.0.drain(start..end);
    }

    pub fn iter(&self) -> impl Iterator<Item = &Posting> {
        self.0.iter()
    }

    /// The `most` postings with the highest impact, by slot.
    pub fn best(&self, most: usize) -> impl Iterator<Item = &Posting> {
        let mut impacts: Vec<u16> = Vec::new();
        if self.0.len() > most {
            impacts.extend(self.0.iter().map(|posting| posting.impact));
            impacts.select_nth_unstable_by(most, |a, b| b.cmp(a));
        }
        let bar = impacts.get(most).copied();
        // Of those at the bar as many as there is room for.
        let above = impacts.iter().take(most).filter(|impact| bar.is_some_and(|bar| **impact > bar)).count();
        let mut room = most.saturating_sub(above);
        self.0.iter().filter(move |posting| match bar {
            Some(bar) if posting.impact == bar => {
                let taken = room > 0;
                room = room.saturating_sub(1);
                taken
            }
            Some(bar) => posting.impact > bar,
            None => true,
        })
    }

    pub fn len(&self) -> usize {
        self.0.len()
    }

    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// How many records there are: a record with two languages counts once.
    pub fn records(&self) -> usize {
        self.0.chunk_by(|a, b| a.slot == b.slot).count()
    }

    pub fn bytes(&self) -> usize {
        self.0.capacity() * size_of::<Posting>()
    }
}

#[cfg(test)]
mod tests {
    use super::{Posting, PostingList};
    use crate::text::Stemming;

    #[test]
    fn of_too_many_postings_the_best_are_kept() {
        let mut list = PostingList::default();
        for (slot, impact) in [5, 9, 7, 7, 1, 7, 8].into_iter().enumerate() {
            list.insert(Posting { slot: u32::try_from(slot).unwrap(), impact, stemming: Stemming::NONE });
        }
        let best = |most: usize| list.best(most).map(|posting| posting.slot).collect::<Vec<_>>();
        assert_eq!(best(7), [0, 1, 2, 3, 4, 5, 6]);
        assert_eq!(best(4), [1, 2, 3, 6]);
        assert_eq!(best(2), [1, 6]);
        assert!(best(0).is_empty());
    }
}
