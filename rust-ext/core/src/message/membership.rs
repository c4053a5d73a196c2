//! What peers say about sites: who they are, who vouches for them, which are known.

use serde::{Deserialize, Serialize};

use super::Code;
use crate::entry::Entry;
use crate::id::Id;
use crate::voucher::Voucher;

/// The most entries on one page of a `snapshot`.
pub const SNAPSHOT_ENTRIES: usize = 1_000;
/// The most bytes of entries on one page of a `snapshot`, as JSON.
pub const SNAPSHOT_BYTES: usize = 1 << 20;
/// How many entries an answer to `neighbours` has.
pub const NEAREST: usize = 64;

/// The body of `vouch`.
#[derive(Debug, Serialize, Deserialize)]
pub struct Vouch {
    /// The newcomer's entry.
    pub site: Entry,
}

/// The answer to `vouch`.
#[derive(Debug, Serialize, Deserialize)]
pub struct Vouched {
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
pub struct Announced {
    /// Nodes whose entries are known now.
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
    /// How many sites are known.
    pub total: usize,
}
