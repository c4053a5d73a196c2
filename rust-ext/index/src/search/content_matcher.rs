//! Matching contents: the sections and activities of a record whose names hold a query's words.

use std::cmp::Reverse;

use courseglue_text::QueryWord;

use super::segment::Segment;

/// The most contents that are named.
const MAX_MATCHED: usize = 5;

/// Finds the sections and activities that match a query.
pub(super) struct ContentMatcher<'a, S> {
    segment: &'a S,
    /// For each word of the query, its keys in the names of contents.
    keys: Vec<Vec<u64>>,
    kinds: &'a [String],
}

impl<'a, S: Segment> ContentMatcher<'a, S> {
    pub fn new(segment: &'a S, words: &[QueryWord], kinds: &'a [String]) -> Self {
        let keys_of = |word: &QueryWord| {
            let known = word.alternatives.iter().filter_map(|a| Some((segment.term(&a.term)?, a.stemmings)));
            known.flat_map(|(term, stemmings)| segment.keys(term, stemmings)).collect()
        };
        Self { segment, keys: words.iter().map(keys_of).collect(), kinds }
    }

    /// The places of the contents whose names hold words of the query: first those with more of its words, then those
    /// with the shorter name, then by the order of the course. Where the query asks for types, only contents of these.
    pub fn contents(&self, slot: u32) -> Vec<usize> {
        let mut matched: Vec<(usize, u32, usize)> = Vec::new();
        self.segment.each_name(slot, |name| {
            if !self.kinds.is_empty() && !self.kinds.iter().any(|kind| kind == name.kind) {
                return;
            }
            let mut held = vec![false; self.keys.len()];
            for word in name.words {
                held.iter_mut().zip(&self.keys).for_each(|(held, keys)| *held |= keys.contains(&word));
            }
            let count = held.iter().filter(|held| **held).count();
            match matched.last_mut() {
                Some((most, _, place)) if *place == name.place => *most = count.max(*most),
                _ if count > 0 => matched.push((count, name.length, name.place)),
                _ => {}
            }
        });
        matched.sort_by_key(|&(count, length, place)| (Reverse(count), length, place));
        matched.into_iter().take(MAX_MATCHED).map(|(_, _, place)| place).collect()
    }
}
