//! Faults that have names, and the answers that peers get.

use serde::{Deserialize, Serialize};

use crate::entry::EntryError;

/// A fault with a name, as it is sent to peers.
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
    /// The address is known with another key, and that one still counts.
    OtherKey,
    /// The body is too large.
    TooLarge,
    /// Asked too often.
    RateLimited,
    /// Dated more than 48 hours ahead.
    TooNew,
    /// Signed too long ago for a stranger to bring it, or over.
    TooOld,
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
            Self::NotJson | Self::BadRequest | Self::TooNew | Self::TooOld => 400,
            Self::BadSignature | Self::NotAdmitted => 403,
            Self::UnknownOperation => 404,
            Self::MethodNotAllowed => 405,
            Self::WrongNetwork | Self::WrongVersion | Self::Older | Self::OtherKey | Self::NotHome => 409,
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

impl From<EntryError> for Fault {
    fn from(error: EntryError) -> Self {
        let code = match error {
            EntryError::Signature(_) => Code::BadSignature,
            EntryError::TooNew => Code::TooNew,
            EntryError::Protocol(_) => Code::WrongVersion,
            EntryError::TooManyVouchers => Code::TooLarge,
            _ => Code::BadRequest,
        };
        Self::new(code, error.to_string())
    }
}
