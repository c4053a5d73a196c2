//! One item.

use std::collections::BTreeSet;

use courseglue_protocol::json::{self, SIGNED_DEPTH};
use courseglue_protocol::{Id, Millis, Sig, Term};
use serde::Deserialize;

use super::row::RecordRow;

/// The bytes that an item takes beside its text: for the signature, and for each of its terms.
const SIG_BYTES: usize = 64;
const TERM_BYTES: usize = 6;

/// A record or tombstone that this site holds.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Holding {
    /// Its publisher.
    pub node: Id,
    /// Its sequence number.
    pub seq: Millis,
    /// Whether this is a tombstone.
    pub withdrawn: bool,
    /// The exact signed text.
    pub body: String,
    /// The signature.
    pub sig: Sig,
    /// The terms it is held for. None where only the newest version of a record is remembered, so that older ones do not
    /// come back.
    pub terms: BTreeSet<Term>,
}

/// The bytes that an item counts for in the quota.
pub(super) fn bytes(body: usize, terms: usize) -> u64 {
    (body + SIG_BYTES + TERM_BYTES * terms) as u64
}

impl Holding {
    /// The bytes that count for the quota.
    #[must_use]
    pub fn bytes(&self) -> u64 {
        bytes(self.body.len(), self.terms.len())
    }

    /// The item as a row; `None` where the text names no id, which nothing that was stored does.
    #[must_use]
    pub fn row(&self, recordid: Id) -> Option<RecordRow> {
        #[derive(Deserialize)]
        struct Local {
            id: String,
        }
        let Local { id } = json::read(self.body.as_bytes(), SIGNED_DEPTH).ok()?;
        Some(RecordRow {
            recordid,
            nodeid: self.node,
            localid: id,
            seq: self.seq,
            withdrawn: self.withdrawn,
            body: self.body.clone(),
            sig: self.sig,
            terms: self.terms.iter().copied().collect(),
            indexed: None,
        })
    }
}

impl From<RecordRow> for Holding {
    fn from(row: RecordRow) -> Self {
        let RecordRow { nodeid, seq, withdrawn, body, sig, terms, .. } = row;
        Self { node: nodeid, seq, withdrawn, body, sig, terms: terms.into_iter().collect() }
    }
}
