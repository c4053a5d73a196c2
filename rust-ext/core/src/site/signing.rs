//! Signing: descriptors and other texts, the records of courses, and their withdrawals.

use courseglue_protocol::record::{self, MAX_TERMS, Record};
use courseglue_protocol::{
    Id, ItemType, MAX_TOMBSTONE_TERMS, Millis, Sig, SignError, Term, Terms, Tombstone, terms,
};
use serde::Serialize;
use serde_json::Value;

use super::Site;

/// Why something cannot be signed or built.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum ItemError {
    /// The settings hold no secret key.
    #[error("this call needs the site's secret key in the settings")]
    NoSecret,
    /// The type of item, or the key.
    #[error(transparent)]
    Sign(#[from] SignError),
    /// The content is not JSON.
    #[error("the content is not JSON: {0}")]
    Json(#[from] serde_json::Error),
    /// The content makes no record.
    #[error(transparent)]
    Record(#[from] record::RecordError),
}

/// A signed text.
#[derive(Debug, Serialize)]
pub struct SignedText {
    /// The exact signed text.
    pub body: String,
    /// The signature.
    pub sig: Sig,
}

/// A record or tombstone, signed and ready to be published.
#[derive(Debug, Serialize)]
pub struct BuiltItem {
    /// Its id.
    pub recordid: Id,
    /// Its sequence number.
    pub seq: Millis,
    /// The exact signed text.
    pub body: String,
    /// The signature.
    pub sig: Sig,
    /// The terms that it signs, whose homes it goes to.
    pub terms: Vec<Term>,
}

impl Site {
    /// Signs a text as this site.
    ///
    /// # Errors
    /// [`ItemError::NoSecret`], or [`ItemError::Sign`] for an unknown type.
    pub fn sign(&self, item: &str, body: String) -> Result<SignedText, ItemError> {
        self.sign_as(item.parse()?, body)
    }

    fn sign_as(&self, item: ItemType, body: String) -> Result<SignedText, ItemError> {
        let secret = self.settings.secret.as_ref().ok_or(ItemError::NoSecret)?;
        let sig = secret.sign(&self.settings.network, item, &body);
        Ok(SignedText { body, sig })
    }

    /// Builds and signs the record of a course.
    ///
    /// `content` is the JSON object of a record's body without `site`, `seq`, `until` and `terms`.
    ///
    /// # Errors
    /// An [`ItemError`] that names what is missing or out of bounds.
    pub fn record(&self, content: &str, seq: Millis) -> Result<BuiltItem, ItemError> {
        let content: Value = serde_json::from_str(content)?;
        let choose = |record: &Record| -> Terms {
            let chosen = terms::select(record, &|word| self.document_frequency(word), MAX_TERMS);
            chosen.iter().map(|word| Term::of_word(word)).collect()
        };
        let body = record::build(&content, self.settings.address.as_str(), seq, &choose)?;
        let record = Record::parse(&body)?;
        let (recordid, terms) = (record.record_id(), record.placed_under().into_iter().collect());
        let SignedText { body, sig } = self.sign_as(ItemType::Record, body)?;
        Ok(BuiltItem { recordid, seq, body, sig, terms })
    }

    /// The number of records that hold a word: as its homes said, or else as far as this site sees.
    #[must_use]
    pub fn document_frequency(&self, word: &str) -> u64 {
        let told = self.frequencies.get(&Term::of_word(word)).map_or(0, |row| row.count);
        told.max(self.index.df(word))
    }

    /// Builds and signs the withdrawal of this site's record `local` from the homes of these terms.
    ///
    /// # Errors
    /// [`ItemError::NoSecret`].
    pub fn tombstone(&self, local: &str, seq: Millis, terms: &[Term]) -> Result<BuiltItem, ItemError> {
        let address = self.settings.address.as_str();
        let terms = terms.iter().take(MAX_TOMBSTONE_TERMS).copied();
        let body = Tombstone::build(address, local, seq, &terms.clone().collect());
        let SignedText { body, sig } = self.sign_as(ItemType::Tombstone, body)?;
        Ok(BuiltItem { recordid: Id::of_record(address, local), seq, body, sig, terms: terms.collect() })
    }
}
