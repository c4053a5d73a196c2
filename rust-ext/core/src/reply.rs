//! Answers to peers, and what they change here.

use courseglue_protocol::message::Fault;
use serde::Serialize;
use serde_json::json;

use crate::change::Change;

/// An answer to a peer, and what it changed here.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Reply {
    /// The HTTP status.
    pub status: u16,
    /// The body, JSON.
    pub body: String,
    /// `Retry-After`, in seconds.
    #[serde(rename = "retryafter")]
    pub retry_after: Option<u32>,
    /// The changes to store before the answer is sent.
    pub changes: Vec<Change>,
}

impl Reply {
    /// An answer that changed nothing.
    #[must_use]
    pub fn ok(body: &impl Serialize) -> Self {
        Self::changed(body, Vec::new())
    }

    /// An answer with its changes.
    #[must_use]
    pub fn changed(body: &impl Serialize, changes: Vec<Change>) -> Self {
        // Answers are structs and maps with string keys, which always serialise.
        Self::json(serde_json::to_string(body).unwrap_or_default()).with_changes(changes)
    }

    /// An answer that is JSON already.
    #[must_use]
    pub fn json(body: String) -> Self {
        Self { status: 200, body, retry_after: None, changes: Vec::new() }
    }

    /// Adds a `Retry-After`.
    #[must_use]
    pub fn retry_after(mut self, seconds: u32) -> Self {
        self.retry_after = Some(seconds);
        self
    }

    /// Adds changes.
    #[must_use]
    pub fn with_changes(mut self, changes: Vec<Change>) -> Self {
        self.changes.extend(changes);
        self
    }
}

impl From<Fault> for Reply {
    fn from(fault: Fault) -> Self {
        let body = json!({"error": {"code": fault.code, "message": fault.message}}).to_string();
        Self { status: fault.code.status(), body, retry_after: None, changes: Vec::new() }
    }
}
