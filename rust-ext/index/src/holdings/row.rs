//! A record as a row, as it is stored.

use courseglue_protocol::{Id, Millis, Sig, Term};
use serde::{Deserialize, Serialize};

use crate::search::IndexedRecord;

/// A record or tombstone as it is stored.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct RecordRow {
    /// The record's id.
    pub recordid: Id,
    /// Its publisher.
    pub nodeid: Id,
    /// The publisher's own id for it.
    pub localid: String,
    /// Its sequence number.
    pub seq: Millis,
    /// Whether this is a tombstone.
    pub withdrawn: bool,
    /// The record or tombstone, exactly as signed.
    pub body: String,
    /// Its signature.
    pub sig: Sig,
    /// The terms it is held for here.
    pub terms: Vec<Term>,
    /// The record as the index holds it, see [`RecordRow::prepare`].
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub indexed: Option<Box<IndexedRecord>>,
}

impl RecordRow {
    /// Adds the record as the index holds it, so that no reader of the row has to split its text into words again.
    pub fn prepare(&mut self) {
        if self.indexed.is_none() && !self.withdrawn && !self.terms.is_empty() {
            self.indexed = IndexedRecord::read(&self.body).map(Box::new);
        }
    }
}
