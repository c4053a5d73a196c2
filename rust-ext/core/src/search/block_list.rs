//! Words that an admin does not want to see: a record that holds one, in any field, is not returned.

use std::collections::HashSet;

use super::index::Index;
use crate::record::Record;
use crate::text::{QueryWord, Stemming, query_words, terms};

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

    /// Whether `record` holds a blocked word.
    #[must_use]
    pub fn blocks(&self, record: &Record) -> bool {
        if self.entries.is_empty() {
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

    /// The slots of all held records that hold a blocked word.
    pub(super) fn slots(&self, index: &Index) -> HashSet<u32> {
        let slots_of = |word: &QueryWord| -> HashSet<u32> {
            word.alternatives
                .iter()
                .flat_map(|a| index.postings(&a.term).filter(|p| a.stemmings.contains(p.stemming)))
                .map(|posting| posting.slot)
                .collect()
        };
        let all_of = |words: &Vec<QueryWord>| {
            words.iter().map(slots_of).reduce(|all, more| all.intersection(&more).copied().collect())
        };
        self.entries.iter().filter_map(all_of).flatten().collect()
    }
}
