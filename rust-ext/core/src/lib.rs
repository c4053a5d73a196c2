//! The CourseGlue engine, sans-IO.
//!
//! Everything that can be wrong about the distributed hash table lives here, as pure code: messages, the
//! time and a random seed go in; replies, requests to send and rows to store come out. There is no socket,
//! no clock and no PHP in this crate, so the same code runs in a web server's PHP worker and in a simulator.
//!
//! A guide to the parts, from the bottom up:
//!
//! | part | concepts |
//! |---|---|
//! | [`id`], [`address`], [`sign`], [`time`] | where a site is, who it is, what it signed and when |
//! | [`descriptor`], [`voucher`], [`entry`] | a site's statement about itself and its neighbours' word for it |
//! | [`record`], [`tombstone`], [`loss`], [`terms`], [`text`] | a course, its withdrawal, and the words it is found by and is not any more |
//! | [`table`], [`admission`] | every known site, who gets in, and which of them are the homes of a key |
//! | [`sketch`] | what two sites' sets do not share, found from a few kilobytes |
//! | [`query`], [`search`], [`statistics`] | what is found, and what all sites come to |
//! | [`holdings`], [`placement`], [`upkeep`], [`frequency`] | what a site holds, where a posting belongs, what is dropped, how frequent terms are |
//! | [`site`], [`settings`], [`change`] | one site's state, and the only way it changes |
//! | [`message`], [`intake`], [`handle`] | what peers ask, what is taken from them, and the answers |
//! | [`frozen`] | state that lies ready in a flat file |
//! | [`interner`] | many sites in one process read and verify each entry once |
//! | [`task`] | what a site does of its own accord: join, sync, publish, search |
#![deny(missing_docs)]

pub mod address;
pub mod admission;
pub mod change;
pub mod descriptor;
pub mod entry;
pub mod frequency;
pub mod frozen;
pub mod handle;
pub mod holdings;
pub mod id;
pub mod intake;
pub mod interner;
pub mod loss;
pub mod message;
pub mod placement;
pub mod query;
pub mod record;
pub mod search;
pub mod settings;
pub mod sign;
pub mod site;
pub mod sketch;
pub mod statistics;
pub mod table;
pub mod task;
pub mod terms;
pub mod text;
pub mod time;
pub mod tombstone;
pub mod upkeep;
pub mod voucher;

/// The version of the protocol that this crate speaks.
pub const PROTOCOL: u32 = 1;
/// Where a site answers its peers, below its URL.
pub const ENDPOINT: &str = "local/courseglue/peer.php";
