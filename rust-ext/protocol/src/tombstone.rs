//! Tombstones: a site's signed withdrawal of one of its records, or of a version of it from homes that it lost.

use serde::{Deserialize, Serialize};

use crate::id::Id;
use crate::json::{self, SIGNED_DEPTH};
use crate::term::Terms;

/// The largest body, in bytes.
const MAX_BODY_BYTES: usize = 2048;
const MAX_ADDRESS_CHARS: usize = 255;
const MAX_ID_CHARS: usize = 100;
/// The most terms of one tombstone.
pub const MAX_TOMBSTONE_TERMS: usize = 128;

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
    /// More than [`MAX_TOMBSTONE_TERMS`].
    #[error("a tombstone has at most {MAX_TOMBSTONE_TERMS} terms")]
    Terms,
}

/// A tombstone's body.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Tombstone {
    /// The publisher's address.
    pub site: String,
    /// The publisher's own id for the course.
    pub id: String,
    /// Unix time in ms; it ends every version with a lower one.
    pub seq: u64,
    /// The terms whose homes may hold such a version: they keep the tombstone.
    pub terms: Terms,
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
        let tombstone: Self = json::read(body.as_bytes(), SIGNED_DEPTH)
            .map_err(|e| TombstoneError::Malformed(e.to_string()))?;
        let named = |text: &str, max: usize| {
            !text.is_empty() && text.chars().count() <= max && !text.chars().any(char::is_control)
        };
        if !named(&tombstone.site, MAX_ADDRESS_CHARS) || !named(&tombstone.id, MAX_ID_CHARS) {
            return Err(TombstoneError::Names);
        }
        if tombstone.terms.0.len() > MAX_TOMBSTONE_TERMS {
            return Err(TombstoneError::Terms);
        }
        Ok(tombstone)
    }

    /// The body that withdraws record `id` of the site at `address` from the homes of `terms`: the JSON text to sign. Terms
    /// beyond [`MAX_TOMBSTONE_TERMS`] are left out.
    #[must_use]
    pub fn build(address: &str, id: &str, seq: u64, terms: &Terms) -> String {
        let terms = terms.0.iter().take(MAX_TOMBSTONE_TERMS).copied().collect();
        let tombstone = Self { site: address.to_owned(), id: id.to_owned(), seq, terms };
        // Strings and a number always serialise.
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
    use super::*;
    use crate::term::Term;

    fn terms(count: u8) -> Terms {
        (0..count).map(|n| Term([n; 6])).collect()
    }

    #[test]
    fn what_is_built_can_be_read() {
        for count in [0, 1, 200] {
            let tombstone =
                Tombstone::parse(&Tombstone::build("a.example", "course/12", 7, &terms(count))).unwrap();
            assert_eq!((tombstone.id.as_str(), tombstone.seq), ("course/12", 7));
            assert_eq!(tombstone.record_id(), Id::of_record("a.example", "course/12"));
            assert_eq!(tombstone.terms.0.len(), usize::from(count).min(MAX_TOMBSTONE_TERMS));
        }
    }

    #[test]
    fn its_fields_have_a_frozen_order() {
        assert_eq!(
            Tombstone::build("a.example", "course/12", 7, &terms(2)),
            r#"{"site":"a.example","id":"course/12","seq":7,"terms":"AAAAAAAAAQEBAQEB"}"#
        );
    }

    #[test]
    fn bad_bodies_are_refused() {
        assert_eq!(Tombstone::parse(&" ".repeat(3000)), Err(TombstoneError::TooLarge(3000)));
        assert_eq!(Tombstone::parse(&Tombstone::build("", "x", 1, &terms(0))), Err(TombstoneError::Names));
        for body in [r#"{"site":"a","id":1}"#, r#"["a.example","course/12",7,""]"#] {
            assert!(matches!(Tombstone::parse(body), Err(TombstoneError::Malformed(_))), "{body}");
        }
    }
}
