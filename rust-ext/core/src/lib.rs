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
//! | `table` | the known sites: peers, admission, liveness, distances and homes |
//! | `index` | what is held and found: holdings, postings, ranking, facets |
//! | `core` | the engine: a site, its changes, its answers and its tasks |
//!
//! In this crate:
//!
//! | part | concepts |
//! |---|---|
//! | [`Site`], [`Settings`], [`Change`] | one site's state, and the only way it changes |
//! | [`Site::handle`], [`Handling`], [`Reply`] | what peers ask, and the answers |
//! | [`Task`], [`Request`], [`Response`], [`Failure`] | what a site does of its own accord, as state machines of requests and answers |
//! | [`ProbeTask`], [`JoinTask`], [`start_network`] | becoming a member of a network |
//! | [`SyncTask`] | the hourly run: anti-entropy, vouchers, spot checks, reconciliation with co-homes, expiry |
//! | [`PublishTask`], [`SearchTask`], [`VouchTask`] | publishing records, searching, checking a newcomer's address |
//! | [`Trouble`], [`Setback`] | what stands between two sites, in kinds and in sentences |
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
mod task;
mod upkeep;

pub use change::{Change, CheckRow, FrequencyRow, RecordRow, SiteRow, SpotRow};
pub use daily_sketch::sketch_item;
pub use handle::Handling;
pub use intake::OF_ONE_SITE;
pub use placement::ACCEPTING;
pub use reply::Reply;
pub use settings::{Proxy, Settings, SettingsError};
pub use site::{BuiltItem, ItemError, SETTLING_MS, SignedText, Site, SiteSummary};
pub use statistics::Statistics;
pub use task::{
    Barrier, COPIES, Certificate, Distrust, FailedCheck, Failure, Families, HitPublisher, HomeAnswer,
    JoinReport, JoinTask, Method, ProbeTask, ProbedSite, PublishReport, PublishState, PublishTask,
    RecordReport, ReportedHit, Request, Response, Rule, SYNC_PERIOD_MS, SearchReport, SearchTask, Setback,
    SignedHit, SyncReport, SyncTask, Task, TaskError, TlsFault, Trouble, VouchTask, start_network, verified,
};
