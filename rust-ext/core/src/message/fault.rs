//! Faults that have names, and the answers that peers get.

use serde::{Deserialize, Serialize};
use serde_json::json;

use crate::change::Change;
use crate::task::trouble::Trouble;

/// A fault with a name, as peers are told it.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{message}")]
pub struct Fault {
    /// Its name.
    pub code: Code,
    /// A plain sentence.
    pub message: String,
}

/// The names of faults, each with its HTTP status.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum Code {
    /// The body is not JSON.
    NotJson,
    /// A field is missing or wrong.
    BadRequest,
    /// No such operation.
    UnknownOperation,
    /// GET where POST is meant, or the other way.
    MethodNotAllowed,
    /// A message of another network.
    WrongNetwork,
    /// Another protocol version.
    WrongVersion,
    /// A signature does not fit.
    BadSignature,
    /// The site is not known, or too few vouch for it.
    NotAdmitted,
    /// The body is too large.
    TooLarge,
    /// Asked too often.
    RateLimited,
    /// Dated more than 48 hours ahead.
    TooNew,
    /// Something newer is stored already.
    Older,
    /// This site is not the place for it.
    NotHome,
    /// No room.
    Full,
    /// The term has as many postings as a home keeps, or as many of that publisher: no other home takes more.
    Surplus,
    /// This site takes no part now.
    Unavailable,
}

impl Code {
    /// The HTTP status that goes with it.
    #[must_use]
    pub fn status(self) -> u16 {
        match self {
            Self::NotJson | Self::BadRequest | Self::TooNew => 400,
            Self::BadSignature | Self::NotAdmitted => 403,
            Self::UnknownOperation => 404,
            Self::MethodNotAllowed => 405,
            Self::WrongNetwork | Self::WrongVersion | Self::Older | Self::NotHome => 409,
            Self::TooLarge => 413,
            Self::RateLimited => 429,
            Self::Unavailable => 503,
            Self::Full | Self::Surplus => 507,
        }
    }
}

impl Fault {
    /// A fault with this name and sentence.
    pub fn new(code: Code, message: impl Into<String>) -> Self {
        Self { code, message: message.into() }
    }
}

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
    /// What to store before the answer is sent.
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

    /// A fault, and what was found where it made this site look.
    #[must_use]
    pub(crate) fn found(fault: &Fault, found: &Trouble) -> Self {
        let error = json!({"code": fault.code, "message": fault.message, "found": found});
        let body = json!({"error": error}).to_string();
        Self { status: fault.code.status(), ..Self::json(body) }
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
