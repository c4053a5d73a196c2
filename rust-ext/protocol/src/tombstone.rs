//! Tombstones: a site's signed withdrawal of one of its records.

use serde::{Deserialize, Serialize};

use crate::id::Id;

/// The largest body, in bytes.
const MAX_BODY_BYTES: usize = 1024;
const MAX_ADDRESS_CHARS: usize = 255;
const MAX_ID_CHARS: usize = 100;

/// Why a text is no tombstone.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum TombstoneError {
    /// Larger than the protocol allows.
    #[error("a tombstone has at most {MAX_BODY_BYTES} bytes, this one has {0}")]
    TooLarge(usize),
    /// The text is not JSON, or a field is missing or of another kind.
    #[error("the tombstone cannot be read: {0}")]
    Malformed(String),
    /// Empty or overlong site or id.
    #[error("a tombstone names the site and the record that it withdraws")]
    Names,
}

/// A tombstone's body.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Tombstone {
    /// The publisher's address.
    pub site: String,
    /// The publisher's own id for the course.
    pub id: String,
    /// Unix time in ms; it ends every record with a lower one.
    pub seq: u64,
}

impl Tombstone {
    /// Reads the body of a tombstone.
    ///
    /// # Errors
    /// A [`TombstoneError`] that names the fault.
    pub fn parse(body: &str) -> Result<Self, TombstoneError> {
        if body.len() > MAX_BODY_BYTES {
            return Err(TombstoneError::TooLarge(body.len()));
        }
        let tombstone: Self =
            serde_json::from_str(body).map_err(|e| TombstoneError::Malformed(e.to_string()))?;
        let named = |text: &str, max: usize| {
            !text.is_empty() && text.chars().count() <= max && !text.chars().any(char::is_control)
        };
        if !named(&tombstone.site, MAX_ADDRESS_CHARS) || !named(&tombstone.id, MAX_ID_CHARS) {
            return Err(TombstoneError::Names);
        }
        Ok(tombstone)
    }

    /// The body that withdraws record `id` of the site at `address`: the JSON text to sign.
    #[must_use]
    pub fn build(address: &str, id: &str, seq: u64) -> String {
        let tombstone = Self { site: address.to_owned(), id: id.to_owned(), seq };
        // Two strings and a number always serialise.
        serde_json::to_string(&tombstone).unwrap_or_default()
    }

    /// The id of the record that it withdraws.
    #[must_use]
    pub fn record_id(&self) -> Id {
        Id::of_record(&self.site, &self.id)
    }
}

#[cfg(test)]
mod tests {
    use super::{Tombstone, TombstoneError};
    use crate::id::Id;

    #[test]
    fn what_is_built_can_be_read() {
        let tombstone = Tombstone::parse(&Tombstone::build("a.example", "course/12", 7)).unwrap();
        assert_eq!((tombstone.id.as_str(), tombstone.seq), ("course/12", 7));
        assert_eq!(tombstone.record_id(), Id::of_record("a.example", "course/12"));
    }

    #[test]
    fn its_fields_have_a_frozen_order() {
        assert_eq!(
            Tombstone::build("a.example", "course/12", 7),
            r#"{"site":"a.example","id":"course/12","seq":7}"#
        );
    }

    #[test]
    fn bad_bodies_are_refused() {
        assert_eq!(Tombstone::parse(&" ".repeat(2000)), Err(TombstoneError::TooLarge(2000)));
        assert_eq!(Tombstone::parse(&Tombstone::build("", "x", 1)), Err(TombstoneError::Names));
        assert!(matches!(Tombstone::parse(r#"{"site":"a","id":1}"#), Err(TombstoneError::Malformed(_))));
    }
}
