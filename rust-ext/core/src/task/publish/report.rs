//! The report of publishing a batch.

use courseglue_protocol::Id;
use courseglue_protocol::message::SignedItem;
use serde::Serialize;

use crate::change::Change;

/// The report of publishing a batch.
#[derive(Debug, Serialize)]
pub struct PublishReport {
    /// One result a record, in the order given.
    pub results: Vec<RecordReport>,
    /// The changes to store.
    pub changes: Vec<Change>,
}

/// The outcome of publishing one record.
#[derive(Debug, Serialize)]
pub struct RecordReport {
    /// The record.
    pub recordid: Id,
    /// Whether every term has its copies.
    pub state: PublishState,
    /// The number of other sites that store it now.
    pub homes: usize,
    /// The problem that keeps it from being published, in a sentence.
    pub problem: Option<String>,
    /// The version that the network holds already, where that is newer.
    pub newer: Option<SignedItem>,
}

/// Whether a record is where it should be.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum PublishState {
    /// Every term has its copies.
    Published,
    /// Some term has not: try again later.
    Pending,
}
