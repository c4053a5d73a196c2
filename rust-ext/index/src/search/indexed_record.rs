//! A record as an index holds it: the words of its text are found only once.

use std::collections::BTreeSet;

use courseglue_protocol::record::{Access, Field, Record};
use courseglue_text::{Stemming, Word, words};
use serde::{Deserialize, Serialize};
use sha1::{Digest, Sha1};

use super::score::{Tokens, impacts, tokens};

/// A record as an index holds it. It is made where a record is taken in and goes with it from there, so that no other
/// process has to look at the text.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct IndexedRecord {
    /// Every term with its [impact](super::score), apart for texts stemmed in different ways; sorted.
    pub(super) terms: Vec<(String, Stemming, u16)>,
    /// [Hashes](title_hash) of the full names.
    pub(super) titles: Vec<u64>,
    /// The languages that the course is in: its own and those of its names. Sorted.
    pub(super) langs: Vec<String>,
    pub(super) access: Access,
    pub(super) contents: Vec<IndexedContent>,
}

/// A section or activity.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct IndexedContent {
    /// Its type.
    pub kind: String,
    /// The length of its longest name, in bytes.
    pub length: u32,
    /// For every name, the places of its words among the record's terms; one entry without words where there is no
    /// name.
    pub names: Vec<Vec<u32>>,
}

impl IndexedRecord {
    /// The form of the record with this body; `None` where it is no record.
    #[must_use]
    pub fn read(body: &str) -> Option<Self> {
        Record::parse(body).ok().map(|record| Self::of(&record))
    }

    /// The form of a record.
    #[must_use]
    pub fn of(record: &Record) -> Self {
        let texts = tokens(record);
        let terms = impacts(&texts);
        let mut names = texts.iter().filter(|text| text.field == Field::Contents);
        let contents = record.contents.iter().map(|content| {
            let places = names.by_ref().take(content.name.len()).map(|name| places(name, &terms));
            IndexedContent {
                kind: content.kind.clone(),
                length: content.name.values().map(String::len).max().map_or(0, bounded),
                names: if content.name.is_empty() { vec![Vec::new()] } else { places.collect() },
            }
        });
        let contents = contents.collect();
        let langs: BTreeSet<&String> = record.fullname.keys().chain([&record.lang]).collect();
        Self {
            titles: record.fullname.values().map(|title| title_hash(&words(title))).collect(),
            langs: langs.into_iter().cloned().collect(),
            access: record.access,
            contents,
            terms,
        }
    }

    /// The languages as one text, a space between two of them.
    pub(super) fn lang_set(&self) -> String {
        self.langs.join(" ")
    }

    /// The types of its contents, each once, in the form of [`IndexedRecord::lang_set`].
    pub(super) fn kind_set(&self) -> String {
        let kinds: BTreeSet<&str> = self.contents.iter().map(|content| content.kind.as_str()).collect();
        kinds.into_iter().collect::<Vec<_>>().join(" ")
    }
}

/// The places of a name's terms among all of the record's.
fn places(name: &Tokens, all: &[(String, Stemming, u16)]) -> Vec<u32> {
    let place = |term: &str| {
        all.binary_search_by(|(text, stemming, _)| (text.as_str(), *stemming).cmp(&(term, name.stemming)))
    };
    let places: BTreeSet<usize> = name.tokens.iter().filter_map(|token| place(&token.term).ok()).collect();
    places.into_iter().map(bounded).collect()
}

fn bounded(length: usize) -> u32 {
    u32::try_from(length).unwrap_or(u32::MAX)
}

/// Two texts of the same words have the same hash. It is stored, and has to stay the same.
pub(super) fn title_hash(words: &[Word]) -> u64 {
    let mut hash = Sha1::new();
    words.iter().for_each(|word| hash.update(format!("{}\0", word.text)));
    let digest: [u8; 20] = hash.finalize().into();
    digest.first_chunk().map_or(0, |first| u64::from_be_bytes(*first))
}
