//! What this site takes from others: every entry and item is checked here, whatever way it came.

mod item;
#[cfg(test)]
mod tests;

pub use item::{Intake, OF_ONE_SITE, Taken};

use crate::entry::EntryError;
use crate::message::{Code, Fault};

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
