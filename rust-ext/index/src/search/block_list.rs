//! Words that an admin does not want to see: a record that holds one, in any field, is not returned.

use std::collections::HashSet;

use courseglue_protocol::record::Record;
use courseglue_text::{QueryWord, Stemming, query_words, terms};

use super::matching::holding;
use super::segment::Segment;

/// Blocked words. An entry of several words blocks records that hold all of them. An entry blocks its inflected forms as
/// well, because words are compared as they are searched: by their stems in the text's language.
#[derive(Clone, Debug, Default)]
pub struct BlockList {
    entries: Vec<Vec<QueryWord>>,
}

impl BlockList {
    /// A list of these words; what holds no word at all blocks nothing.
    pub fn new<'a>(entries: impl IntoIterator<Item = &'a String>) -> Self {
        let entries =
            entries.into_iter().map(|entry| query_words(entry, "")).filter(|words| !words.is_empty());
        Self { entries: entries.collect() }
    }

    /// Whether nothing is blocked.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.entries.is_empty()
    }

    /// Whether `record` holds a blocked word.
    #[must_use]
    pub fn blocks(&self, record: &Record) -> bool {
        if self.is_empty() {
            return false;
        }
        let held: HashSet<(u32, String)> = record
            .texts()
            .flat_map(|(_, lang, text)| {
                let bit = Stemming::of(lang).bit();
                terms(text, lang).into_iter().map(move |token| (bit, token.term))
            })
            .collect();
        let holds = |word: &QueryWord| {
            word.alternatives.iter().any(|a| {
                Stemming::all().any(|s| a.stemmings.contains(s) && held.contains(&(s.bit(), a.term.clone())))
            })
        };
        self.entries.iter().any(|words| words.iter().all(holds))
    }

    /// The slots of those records that hold a blocked word.
    pub(super) fn blocked<S: Segment>(&self, segment: &S, slots: &[u32]) -> HashSet<u32> {
        self.entries.iter().flat_map(|words| holding(segment, words, slots)).collect()
    }
}
