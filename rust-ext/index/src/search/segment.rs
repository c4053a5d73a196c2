//! Segments: a query is evaluated over the two segments of an index, one frozen and one that grows, in the same way.

use std::cmp::Ordering;

use courseglue_protocol::Id;
use courseglue_protocol::record::Access;
use courseglue_text::Stemmings;

/// The facts about a record that filters, facets and ranking need.
#[derive(Clone, Copy, Debug)]
pub(super) struct Row {
    /// The number of the publisher.
    pub node: u32,
    pub seq: u64,
    /// The number of the set of its languages.
    pub langs: u32,
    /// The number of the set of its contents' types.
    pub kinds: u32,
    pub access: Access,
}

/// The name of a section or activity.
pub(super) struct Name<'n> {
    /// The place of the section or activity in the record.
    pub place: usize,
    /// Its type.
    pub kind: &'n str,
    /// The length of its longest name, in bytes.
    pub length: u32,
    /// The keys of the name's words in this segment: see [`Segment::keys`].
    pub words: &'n mut dyn Iterator<Item = u64>,
}

/// The records that hold a term in texts of some stemmings; one that holds it in several may come more than once.
pub(super) trait Postings {
    fn len(&self) -> usize;

    /// Every record with the term's impact.
    fn each(&self, take: impl FnMut(u32, u16));

    /// The highest impact in one record.
    fn get(&self, slot: u32) -> Option<u16>;
}

/// Records by slot, and their terms, publishers and sets of names by number.
pub(super) trait Segment {
    type Postings<'s>: Postings
    where
        Self: 's;

    /// No slot is as high.
    fn slots(&self) -> usize;

    /// The slots of all records.
    fn live(&self) -> impl Iterator<Item = u32>;

    /// Whether this is the slot of a record. Postings may lead to others, which were records once.
    fn is_live(&self, slot: u32) -> bool;

    fn id(&self, slot: u32) -> Option<Id>;

    /// Compares the ids of two records.
    fn compare(&self, a: u32, b: u32) -> Ordering {
        self.id(a).cmp(&self.id(b))
    }

    fn row(&self, slot: u32) -> Option<Row>;

    /// The slots among `slots` whose records have a name of this [hash](super::indexed_record::title_hash); others may
    /// come, too.
    fn titled(&self, title: u64, slots: &[u32]) -> Vec<u32>;

    /// Every name of every section and activity, in their order.
    fn each_name(&self, slot: u32, take: impl FnMut(Name<'_>));

    fn nodes(&self) -> usize;

    fn node(&self, number: u32) -> Option<Id>;

    fn lang_sets(&self) -> usize;

    /// Languages with a space between two of them.
    fn lang_set(&self, number: u32) -> &str;

    fn kind_sets(&self) -> usize;

    /// Types of contents with a space between two of them.
    fn kind_set(&self, number: u32) -> &str;

    /// The number of a term.
    fn term(&self, text: &str) -> Option<u32>;

    /// The number of postings of a term: not less than the number of its live records.
    fn posting_count(&self, term: u32) -> usize;

    fn postings(&self, term: u32, of: Stemmings) -> Vec<Self::Postings<'_>>;

    /// The keys under which names hold a term in texts of these stemmings.
    fn keys(&self, term: u32, of: Stemmings) -> Vec<u64>;
}
