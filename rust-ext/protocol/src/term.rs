//! Terms as they are placed: the first 48 bits of a key, whose homes hold every record that signs it.

use std::collections::BTreeSet;
use std::fmt;
use std::str::FromStr;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use courseglue_text::term_key;
use serde::{Deserialize, Deserializer, Serialize, Serializer, de};

use crate::id::Id;

/// The bytes of a term.
const BYTES: usize = 6;

/// What a record is placed under: the first 48 bits of SHA-1("term", NUL, word), or of SHA-1("key", NUL, key). Written as
/// 12 lower-case hexadecimal digits.
///
/// A network of a million sites has 20 bits' worth of places, so 48 tell apart more than there are; two words that share
/// them share their homes, and a search still looks for the word itself.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Term(pub [u8; BYTES]);

/// Text that is not 12 hexadecimal digits.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("a term is written as 12 hexadecimal digits")]
pub struct TermError;

impl Term {
    fn first(digest: [u8; 20]) -> Self {
        let [a, b, c, d, e, f, ..] = digest;
        Self([a, b, c, d, e, f])
    }

    /// The term of a normalised word.
    #[must_use]
    pub fn of_word(word: &str) -> Self {
        Self::first(term_key(word))
    }

    /// The term of a key such as `subject:0511`.
    #[must_use]
    pub fn of_key(key: &str) -> Self {
        Self::first(Id::digest(format!("key\0{key}").as_bytes()).0)
    }

    /// Its place in the key space: its 48 bits, then zeros.
    #[must_use]
    pub fn place(self) -> Id {
        let mut place = [0; 20];
        place[..BYTES].copy_from_slice(&self.0);
        Id(place)
    }
}

impl fmt::Display for Term {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.iter().try_for_each(|byte| write!(f, "{byte:02x}"))
    }
}

impl fmt::Debug for Term {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Term({self})")
    }
}

impl FromStr for Term {
    type Err = TermError;

    fn from_str(text: &str) -> Result<Self, TermError> {
        let is_digit = |d: u8| matches!(d, b'0'..=b'9' | b'a'..=b'f');
        if text.len() != 2 * BYTES || !text.bytes().all(is_digit) {
            return Err(TermError);
        }
        let number = u64::from_str_radix(text, 16).map_err(|_| TermError)?;
        let [_, _, a, b, c, d, e, f] = number.to_be_bytes();
        Ok(Self([a, b, c, d, e, f]))
    }
}

impl Serialize for Term {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for Term {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        String::deserialize(deserializer)?.parse().map_err(de::Error::custom)
    }
}

/// Terms as they are signed and sent: their bytes one after the other, ascending and each once, in base64. Eight
/// characters a term, where a list of hexadecimal texts takes fifteen.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Terms(pub BTreeSet<Term>);

impl Terms {
    /// Whether there are none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }
}

impl FromIterator<Term> for Terms {
    fn from_iter<I: IntoIterator<Item = Term>>(terms: I) -> Self {
        Self(terms.into_iter().collect())
    }
}

impl Serialize for Terms {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let bytes: Vec<u8> = self.0.iter().flat_map(|term| term.0).collect();
        serializer.serialize_str(&STANDARD.encode(bytes))
    }
}

impl<'de> Deserialize<'de> for Terms {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let wrong = || de::Error::custom("terms are 6 bytes each, ascending, each once, in base64");
        let bytes = STANDARD.decode(String::deserialize(deserializer)?).map_err(|_| wrong())?;
        let parts = bytes.chunks_exact(BYTES);
        let is_whole = parts.remainder().is_empty();
        let terms: Vec<Term> = parts.filter_map(|part| part.try_into().ok()).map(Term).collect();
        if !is_whole || !terms.is_sorted_by(|a, b| a < b) {
            return Err(wrong());
        }
        Ok(terms.into_iter().collect())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_term_is_the_first_48_bits_of_its_key() {
        let term = Term::of_word("biolog");
        assert_eq!(term.0[..], term_key("biolog")[..6]);
        assert_eq!(term.place().to_string(), format!("{term}{}", "0".repeat(28)));
        assert_eq!(term.to_string().parse(), Ok(term));
        assert_ne!(Term::of_key("type:quiz"), Term::of_word("type:quiz"));
    }

    #[test]
    fn terms_have_one_form_alone() {
        let [a, b] = [Term([1; 6]), Term([2; 6])];
        let text = serde_json::to_string(&Terms::from_iter([b, a])).unwrap();
        assert_eq!(text, "\"AQEBAQEBAgICAgIC\"");
        assert_eq!(serde_json::from_str::<Terms>(&text).unwrap(), Terms::from_iter([a, b]));
        for wrong in ["\"AgICAgICAQEBAQEB\"", "\"AQEBAQEBAQEBAQEB\"", "\"AQEBAQ==\"", "\"!\"", "[]"] {
            assert!(serde_json::from_str::<Terms>(wrong).is_err(), "{wrong}");
        }
        assert!(serde_json::from_str::<Term>("\"AAAAAAAAAAAA\"").is_err());
    }
}
