//! The records that hold one term.

use courseglue_text::Stemming;

/// The most postings of one term that a site holds.
pub const MAX_POSTINGS: usize = 50_000;

/// A record that holds the term, in texts stemmed in one way.
#[derive(Clone, Copy, Debug)]
pub(super) struct Posting {
    /// The record's slot in the index.
    pub slot: u32,
    /// The term's weighted frequency, see [`super::score::impacts`].
    pub impact: u16,
    /// The stemming of the text.
    pub stemming: Stemming,
}

/// Postings sorted by slot.
#[derive(Clone, Debug, Default)]
pub(super) struct PostingList(Vec<Posting>);

impl<'l> IntoIterator for &'l PostingList {
    type Item = &'l Posting;
    type IntoIter = std::slice::Iter<'l, Posting>;

    fn into_iter(self) -> Self::IntoIter {
        self.0.iter()
    }
}

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

    /// The postings of one record.
    pub fn of(&self, slot: u32) -> &[Posting] {
        let start = self.0.partition_point(|p| p.slot < slot);
        let rest = self.0.get(start..).unwrap_or_default();
        rest.chunk_by(|a, b| a.slot == b.slot).next().filter(|run| run[0].slot == slot).unwrap_or_default()
    }

    pub fn len(&self) -> usize {
        self.0.len()
    }

    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// The number of records: a record with two languages counts once.
    pub fn records(&self) -> usize {
        self.0.chunk_by(|a, b| a.slot == b.slot).count()
    }
}
