//! What a site holds for others, and how it is found.
//!
//! | part | concepts |
//! |---|---|
//! | [`Holdings`], [`Held`], [`RecordRow`] | records and tombstones, with what their publishers and terms take |
//! | [`Index`], [`rate`], [`merge`] | postings, ranking, filters and facets; one answer of several homes' |
//! | [`FrozenHoldings`], [`FrozenIndex`] | both as they lie in a file |
#![deny(missing_docs)]

mod holdings;
mod search;

pub use holdings::{
    FrozenHoldings, Held, HeldRef, Holdings, MAX_OF_ONE_SITE, MAX_POSTINGS_OF_ONE_SITE, RecordRow,
};
pub use search::{
    Answer, BlockList, Context, Country, Facets, FrozenIndex, Hit, Index, Indexed, MAX_POSTINGS, Publisher,
    Publishers, bounded, merge, rate, weight,
};
