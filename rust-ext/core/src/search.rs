//! Searching the records that one site holds, and merging what several sites found.
//!
//! Every word of a query must be in a record, in any of its fields, whatever terms the record was placed under. The
//! [score](score) of a match depends on the query and the record alone and not on what else a site holds: two homes give
//! one record the same score, so that their answers can be merged, and a searcher can [compute it again](rate).

mod answer;
mod block_list;
mod candidates;
mod facets;
mod filter;
mod index;
mod matched;
mod merge;
mod posting;
pub mod score;
#[cfg(test)]
mod tests;

use std::collections::BTreeSet;

pub use answer::{Answer, Facets, Hit, bounded};
pub use block_list::BlockList;
pub use index::Index;
pub use merge::merge;

use crate::id::Id;
use crate::query::Query;
use crate::record::Record;

/// What a search has to know of the sites whose records it finds, and of its own site's policy.
#[derive(Clone, Copy)]
pub struct Context<'a> {
    /// The country that a publisher states.
    pub country: &'a dyn Fn(&Id) -> Option<String>,
    /// Whether a publisher's records are shown: known, not expired, not blocked.
    pub visible: &'a dyn Fn(&Id) -> bool,
    /// Words whose records are not shown, see [`BlockList`].
    pub blocked_words: &'a BTreeSet<String>,
}

impl std::fmt::Debug for Context<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Context").field("blocked_words", &self.blocked_words).finish_non_exhaustive()
    }
}

/// Score and matched contents of one record of the site `node`, as a home should have found them; `None` where the record
/// does not hold the query's words or does not pass its filters.
#[must_use]
pub fn rate(query: &Query, record: Record, node: Id, country: Option<&str>) -> Option<(f64, Vec<usize>)> {
    let mut index = Index::new();
    let (id, seq) = (record.record_id(), record.seq);
    index.put(id, node, seq, std::sync::Arc::new(record));
    let alone = Query { offset: 0, limit: 1, ..query.clone() };
    let country = |_: &Id| country.map(str::to_owned);
    let context = Context { country: &country, visible: &|_| true, blocked_words: &BTreeSet::new() };
    let hit = index.search(&alone, &context).hits.pop()?;
    Some((hit.score, hit.matched))
}

/// How much a record says of a word: what its postings of that word are ranked by.
#[must_use]
pub fn weight(record: &Record, word: &str) -> u16 {
    let impacts = score::impacts(record).into_iter();
    impacts.filter(|((term, _), _)| term == word).map(|(_, impact)| impact).max().unwrap_or(0)
}
