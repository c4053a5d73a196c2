//! Bigrams of scripts without spaces: which of them a record is stored under, and which a search asks for.
//!
//! It is not clear where a Japanese word begins, so every piece of a text has to lead to its record, and a record
//! cannot be stored under all of its bigrams. Publisher and searcher agree on an order of all bigrams that neither has
//! to learn: bigrams of content come before those of grammar, then a hash decides. A searcher asks for the lowest
//! bigram of each piece; a publisher chooses the bigrams that are the lowest of the most stretches of its text. So both
//! choose the same bigram far more often than by chance (minimizers: Roberts and others, 2004; winnowing: Schleimer and
//! others, 2003).

use std::collections::HashMap;

use super::script::is_hiragana;
use super::term_key::term_key;

/// The length of the stretches, in bigrams: a piece of five characters.
const WINDOW: usize = 4;

/// The place of two neighbouring characters of a script without spaces.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Gram {
    /// The number of hiragana among the characters, which carry Japanese grammar.
    pub hiragana: u8,
    /// The number of the run of characters, within its text, that it is a part of.
    pub run: u32,
}

impl Gram {
    /// The gram `text` of the run with this number.
    pub(super) fn new(text: &str, run: u32) -> Self {
        let hiragana = text.chars().filter(|&c| is_hiragana(c)).count();
        Self { hiragana: u8::try_from(hiragana).unwrap_or(u8::MAX), run }
    }
}

/// A bigram's place in the order of all: its hiragana, then the last 64 bits of its key, which have nothing to do with
/// where in the key space it lies.
pub type GramRank = (u8, u64);

/// The place of `term` in the order of all bigrams.
#[must_use]
pub fn gram_rank(term: &str, gram: Gram) -> GramRank {
    let mut tail = [0; 8];
    tail.copy_from_slice(&term_key(term)[12..]);
    (gram.hiragana, u64::from_be_bytes(tail))
}

/// Counts, for each bigram of one run in the order of the text, the stretches of four bigrams of which it is the
/// lowest. A shorter run is one stretch.
#[allow(clippy::implicit_hasher, reason = "the standard hasher is the only one in use")]
pub fn count_stretches<'t>(run: &[(&'t str, GramRank)], counts: &mut HashMap<&'t str, (usize, GramRank)>) {
    for (term, rank) in run {
        counts.entry(term).or_insert((0, *rank));
    }
    for stretch in run.windows(WINDOW.min(run.len()).max(1)) {
        let lowest = stretch.iter().min_by_key(|(_, rank)| *rank);
        if let Some((count, _)) = lowest.and_then(|(term, _)| counts.get_mut(term)) {
            *count += 1;
        }
    }
}

#[cfg(test)]
mod tests {
    use std::collections::HashMap;

    use super::{count_stretches, gram_rank};
    use crate::terms;

    #[test]
    fn content_comes_before_grammar() {
        let tokens = terms("学習について", "ja");
        let mut order: Vec<_> =
            tokens.iter().map(|t| (gram_rank(&t.term, t.gram.unwrap()), &t.term)).collect();
        order.sort();
        let order: Vec<&str> = order.iter().map(|(_, term)| term.as_str()).collect();
        assert_eq!(order[..2], ["学習", "習に"]);
    }

    #[test]
    fn the_lowest_bigram_of_every_stretch_counts() {
        let run = [("b", (0, 2)), ("a", (0, 1)), ("c", (0, 3)), ("d", (0, 4)), ("e", (0, 5)), ("f", (0, 6))];
        let mut counts = HashMap::new();
        count_stretches(&run, &mut counts);
        assert_eq!((counts["a"].0, counts["c"].0, counts["b"].0), (2, 1, 0));
        count_stretches(&run[..1], &mut counts);
        assert_eq!(counts["b"].0, 1);
    }
}
