//! Searching the records that one site holds, and merging what several sites found.
//!
//! Every word of a query must be in a record, in any of its fields, whatever terms the record was placed under. The
//! [score](score) of a match depends on the query and the record alone and not on what else a site holds: two homes give
//! one record the same score, so that their answers can be merged, and a searcher can [compute it again](rate).

mod answer;
mod bar;
mod block_list;
mod content_matcher;
mod country;
mod facets;
mod freeze;
mod frozen;
mod index;
mod indexed_record;
mod match_filter;
mod matching;
mod merge;
mod names;
mod overlay;
mod posting;
mod publishers;
pub mod score;
mod segment;
#[cfg(test)]
mod tests;

pub use answer::{Answer, Facets, Hit, bounded};
pub use block_list::BlockList;
pub use country::Country;
pub use frozen::FrozenIndex;
pub use index::Index;
pub use indexed_record::IndexedRecord;
pub use merge::merge;
pub use posting::MAX_POSTINGS;
pub use publishers::Publishers;

use courseglue_protocol::record::Record;
use courseglue_protocol::{Id, Query};

/// What a search asks of its site: facts about publishers, and blocked words.
#[derive(Clone, Copy)]
pub struct Context<'a> {
    /// Looks up a publisher; none where its records are not shown, because it is unknown, expired or blocked. Each is
    /// looked up once a search.
    pub publisher: &'a dyn Fn(&Id) -> Option<Publisher>,
    /// The words whose records are not shown.
    pub blocked: &'a BlockList,
}

/// The facts about a publisher that a search needs.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Publisher {
    /// The country that it states.
    pub country: Option<Country>,
}

impl std::fmt::Debug for Context<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Context").field("blocked", &self.blocked).finish_non_exhaustive()
    }
}

/// Score and matched contents of one record of the site `node`, as a home should have found them; `None` where the record
/// does not hold the query's words or does not pass its filters.
#[must_use]
pub fn rate(query: &Query, record: &Record, node: Id, country: Option<Country>) -> Option<(f64, Vec<usize>)> {
    let mut index = Index::new();
    index.put(record.record_id(), node, record.seq, record);
    let alone = Query { offset: 0, limit: 1, ..query.clone() };
    let publisher = |_: &Id| Some(Publisher { country });
    let context = Context { publisher: &publisher, blocked: &BlockList::default() };
    let hit = index.search(&alone, &context).hits.pop()?;
    Some((hit.score, hit.matched))
}

/// The weight of a word in a record, by which the postings of that word are ranked.
#[must_use]
pub fn weight(record: &Record, word: &str) -> u16 {
    let impacts = score::impacts(&score::tokens(record)).into_iter();
    impacts.filter(|(term, ..)| term == word).map(|(.., impact)| impact).max().unwrap_or(0)
}
