//! A record as a row, as it is stored.

use courseglue_protocol::{Id, Millis, Sig};
use serde::{Deserialize, Serialize};

use crate::search::Indexed;

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
    pub terms: Vec<Id>,
    /// What the index needs of a record, see [`RecordRow::prepare`].
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub indexed: Option<Box<Indexed>>,
}

impl RecordRow {
    /// Adds what the index needs of a record that can be found here, so that nobody who takes the row in has to look for
    /// the words of its text.
    pub fn prepare(&mut self) {
        if self.indexed.is_none() && !self.withdrawn && !self.terms.is_empty() {
            self.indexed = Indexed::read(&self.body).map(Box::new);
        }
    }
}
