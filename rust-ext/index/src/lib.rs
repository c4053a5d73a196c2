//! What a site holds for others, and how searches find it.
//!
//! | part | concepts |
//! |---|---|
//! | [`Holdings`], [`Holding`], [`RecordRow`] | records and tombstones, with what their publishers and terms take |
//! | [`Index`], [`rate`], [`merge`] | postings, ranking, filters and facets; one answer of several homes' |
//! | [`FrozenHoldings`], [`FrozenIndex`] | both as they lie in a file |
#![deny(missing_docs)]

mod holdings;
mod search;

pub use holdings::{
    FrozenHoldings, Holding, HoldingRef, Holdings, MAX_OF_ONE_SITE, MAX_POSTINGS_OF_ONE_SITE, RecordRow,
};
pub use search::{
    Answer, BlockList, Context, Country, Facets, FrozenIndex, Hit, Index, IndexedRecord, MAX_POSTINGS,
    Publisher, Publishers, bounded, merge, rate, weight,
};
