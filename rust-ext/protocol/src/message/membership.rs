//! Messages about sites: their entries, their vouchers, and which sites are known.

use courseglue_sketch::{Items, Salt, Symbols};
use serde::{Deserialize, Serialize};

use super::Code;
use crate::entry::Entry;
use crate::id::Id;
use crate::time::Day;
use crate::voucher::Voucher;

/// The most entries in one `announce`.
pub const MAX_ENTRIES: usize = 8;
/// The most items in one `entries`.
pub const MAX_ASKED: usize = 2_000;
/// The most bytes of entries in an answer to `entries`, as JSON; the rest is asked for again.
pub const ENTRIES_BYTES: usize = 4 << 20;

/// The most entries on one page of a `snapshot`.
pub const SNAPSHOT_ENTRIES: usize = 1_000;
/// The most bytes of entries on one page of a `snapshot`, as JSON.
pub const SNAPSHOT_BYTES: usize = 1 << 20;
/// The number of entries in an answer to `neighbours`.
pub const NEAREST: usize = 64;

/// The body of `vouch`.
#[derive(Debug, Serialize, Deserialize)]
pub struct Vouch {
    /// The newcomer's entry.
    pub site: Entry,
}

/// The answer to `vouch`.
#[derive(Debug, Serialize, Deserialize)]
pub struct VouchAnswer {
    /// The voucher.
    pub voucher: Voucher,
}

/// The body of `announce`, and the answer to `neighbours`.
#[derive(Debug, Serialize, Deserialize)]
pub struct Announce {
    /// Entries.
    pub sites: Vec<Entry>,
}

/// The answer to `announce`.
#[derive(Debug, Default, Serialize, Deserialize)]
pub struct AnnounceAnswer {
    /// The nodes whose entries are known now.
    pub accepted: Vec<Id>,
    /// Entries that were not taken.
    pub refused: Vec<RefusedSite>,
}

/// An entry that was not taken.
#[derive(Debug, Serialize, Deserialize)]
pub struct RefusedSite {
    /// Its node id, where it could be read.
    pub nodeid: Option<Id>,
    /// The fault's name.
    pub code: Code,
    /// The fault's sentence.
    pub message: String,
}

/// The answer to `snapshot`: one page of all known sites, by node id.
#[derive(Debug, Serialize, Deserialize)]
pub struct Snapshot {
    /// Entries.
    pub sites: Vec<Entry>,
    /// The last node id of this page, where another follows.
    pub next: Option<Id>,
    /// The number of known sites.
    pub total: usize,
}

/// The number of UTC days, today included, that a sketch of recent statements covers.
pub const RECENT_DAYS: Day = 3;

/// The query of `sketch`: a run of symbols.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Sketch {
    /// The first.
    pub from: usize,
    /// The number of symbols.
    pub count: usize,
    /// Whether the sketch is of what was signed in the last days only, and not of the whole table.
    pub recent: bool,
}

/// The answer to `sketch`: symbols of the answering site's table, under its salt of the day.
#[derive(Debug, Serialize, Deserialize)]
pub struct SketchAnswer {
    /// The salt.
    pub salt: Salt,
    /// The first UTC day of which statements are in the sketch: 0 where it is of the whole table.
    pub since: Day,
    /// The number of sites in the sketch.
    pub sites: usize,
    /// The number of the first symbol.
    pub from: usize,
    /// The symbols.
    pub symbols: Symbols,
}

/// The body of `entries`: the items of a sketch whose entries are wanted.
#[derive(Debug, Serialize, Deserialize)]
pub struct Entries {
    /// The salt under which they are items: the answering site's of today or yesterday.
    pub salt: Salt,
    /// The items.
    pub items: Items,
}

/// The answer to `entries`.
#[derive(Debug, Serialize, Deserialize)]
pub struct EntriesAnswer {
    /// Entries, those that this site has.
    pub sites: Vec<Entry>,
}
