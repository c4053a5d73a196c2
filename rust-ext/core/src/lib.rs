//! The CourseGlue engine, sans-IO.
//!
//! Everything that can be wrong about the distributed hash table lives here and in the crates below, as pure code:
//! messages, the time and a random seed go in; replies, requests to send and rows to store come out. There is no socket,
//! no clock and no PHP, so the same code runs in a web server's PHP worker and in a simulator.
//!
//! The crates, each of which uses only those before it:
//!
//! | crate | concepts |
//! |---|---|
//! | `text` | words of every language: folding, splitting, stems, guessing a language |
//! | `sketch` | what two sets do not share, found from a few kilobytes |
//! | `protocol` | what travels: identity, addresses, signatures, descriptors, records, messages, faults, limits |
//! | `frozen` | state that lies ready in a flat file |
//! | `table` | who is there: peers, admission, liveness, distances and homes |
//! | `index` | what is held and found: holdings, postings, ranking, facets |
//! | `core` | the engine: a site, its changes, its answers and its tasks |
//!
//! In this crate:
//!
//! | part | concepts |
//! |---|---|
//! | [`Site`], [`Settings`], [`Change`] | one site's state, and the only way it changes |
//! | [`Site::handle`], [`Handling`], [`Reply`] | what peers ask, and the answers |
//! | [`task`] | what a site does of its own accord: join, sync, publish, search |
#![deny(missing_docs)]

mod change;
mod daily_sketch;
mod frequency;
mod handle;
mod intake;
mod placement;
mod reply;
mod settings;
mod site;
mod statistics;
pub mod task;
mod upkeep;

pub use change::{Change, CheckRow, FrequencyRow, RecordRow, SiteRow, SpotRow};
pub use daily_sketch::sketch_item;
pub use handle::Handling;
pub use intake::OF_ONE_SITE;
pub use placement::ACCEPTING;
pub use reply::Reply;
pub use settings::{Proxy, Settings, SettingsError};
pub use site::{BuiltItem, ItemError, SETTLING_MS, Signed, Site, SiteSummary};
pub use statistics::Statistics;
