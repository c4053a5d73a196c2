//! Which sections and activities of a record a query's words are in.

use std::cmp::Reverse;

use crate::record::{Content, Record};
use crate::text::{QueryWord, Stemming, terms};

/// The most contents that are named.
const MAX_MATCHED: usize = 5;

/// The places of contents whose names hold words of the query: those with more of its words first, of those with as many
/// the shorter name, then the order of the course. Where the query asks for types, only contents of these.
pub(super) fn matched_contents(record: &Record, words: &[QueryWord], kinds: &[String]) -> Vec<usize> {
    let mut matched: Vec<(usize, usize, usize)> = record
        .contents
        .iter()
        .enumerate()
        .filter(|(_, content)| kinds.is_empty() || kinds.contains(&content.kind))
        .map(|(place, content)| (words_in(content, words), content, place))
        .filter(|(count, ..)| *count > 0)
        .map(|(count, content, place)| {
            (count, content.name.values().map(String::len).max().unwrap_or(0), place)
        })
        .collect();
    matched.sort_by_key(|&(count, length, place)| (Reverse(count), length, place));
    matched.into_iter().take(MAX_MATCHED).map(|(_, _, place)| place).collect()
}

fn words_in(content: &Content, words: &[QueryWord]) -> usize {
    let held = |word: &QueryWord, stemming: Stemming, term: &str| {
        word.alternatives.iter().any(|a| a.term == term && a.stemmings.contains(stemming))
    };
    let counts = content.name.iter().map(|(lang, name)| {
        let stemming = Stemming::of(lang);
        let tokens = terms(name, lang);
        words.iter().filter(|word| tokens.iter().any(|token| held(word, stemming, &token.term))).count()
    });
    counts.max().unwrap_or(0)
}
