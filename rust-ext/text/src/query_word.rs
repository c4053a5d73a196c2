//! A query's words, each with the terms it may have become in a record.
//!
//! A record's text was stemmed in its own language, which the searcher does not know. So a word is looked up in the
//! forms that authors of every language would have given it: each alternative is a term together with the languages
//! whose texts hold it in that form, and counts only in texts of those languages.

use super::gram::Gram;
use super::stem::{Stemming, Stemmings};
use super::stop::{StopList, is_stop_anywhere};
use super::word::{WordKind, words};

/// More words do not narrow a search; they are dropped from the end.
const MAX_WORDS: usize = 64;

/// One form of a query's word, as records hold it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Alternative {
    /// The term.
    pub term: String,
    /// The stemmings that turn the word into this term: it counts only in texts stemmed by one of them.
    pub stemmings: Stemmings,
}

/// One word of a query.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct QueryWord {
    /// The folded word.
    pub text: String,
    /// Whether a record has to hold it. Words that are stop words in some other language, and Japanese bigrams with
    /// hiragana beside others without, only raise a record's rank.
    pub required: bool,
    /// Set for characters of a script without spaces.
    pub gram: Option<Gram>,
    /// The terms to look for, without repetition: the searcher's language first.
    pub alternatives: Vec<Alternative>,
}

/// Splits a query, typed by a searcher of language `lang`, into its words; at most 64, each once. Where at least one
/// word can be in an index, at least one is required.
#[must_use]
pub fn query_words(text: &str, lang: &str) -> Vec<QueryWord> {
    let stop = StopList::of(lang);
    let mut found: Vec<QueryWord> = Vec::new();
    for word in words(text) {
        let part_of_joined = word.kind == WordKind::Part;
        if part_of_joined || stop.holds(&word.text) || found.iter().any(|known| known.text == word.text) {
            continue;
        }
        let gram = word.gram();
        let required = match gram {
            Some(gram) => gram.hiragana == 0,
            None => !is_stop_anywhere(&word.text),
        };
        found.push(QueryWord {
            alternatives: alternatives(&word.text, lang),
            text: word.text,
            required,
            gram,
        });
        if found.len() == MAX_WORDS {
            break;
        }
    }
    if !found.iter().any(|word| word.required) {
        found.iter_mut().for_each(|word| word.required = true);
    }
    found
}

fn alternatives(word: &str, lang: &str) -> Vec<Alternative> {
    let own = Stemming::of(lang);
    let others = Stemming::all().filter(|stemming| *stemming != own);
    let mut alternatives: Vec<Alternative> = Vec::new();
    for stemming in std::iter::once(own).chain(others) {
        let term = stemming.stem(word);
        match alternatives.iter_mut().find(|alternative| alternative.term == term) {
            Some(alternative) => alternative.stemmings.insert(stemming),
            None => alternatives.push(Alternative { term, stemmings: std::iter::once(stemming).collect() }),
        }
    }
    alternatives
}

#[cfg(test)]
mod tests {
    use super::query_words;
    use crate::{Stemming, terms};

    #[test]
    fn the_searchers_own_stem_comes_first_and_every_term_once() {
        let words = query_words("matemáticas", "es");
        let terms: Vec<&str> = words[0].alternatives.iter().map(|a| a.term.as_str()).collect();
        assert_eq!(terms[0], "matemat");
        assert!(terms.contains(&"matematicas"));
        let mut distinct = terms.clone();
        distinct.sort_unstable();
        distinct.dedup();
        assert_eq!(distinct.len(), terms.len());
    }

    #[test]
    fn an_alternative_is_the_term_of_every_language_it_names() {
        for word in query_words("introduction programming university données", "en") {
            for stemming in Stemming::all() {
                let matching: Vec<_> =
                    word.alternatives.iter().filter(|a| a.stemmings.contains(stemming)).collect();
                assert_eq!(matching.len(), 1);
                assert_eq!(matching[0].term, stemming.stem(&word.text));
            }
        }
    }

    #[test]
    fn what_a_text_holds_is_what_a_query_looks_for() {
        for lang in ["en", "es", "fr", "ca", "ja", "ru", "th"] {
            for text in ["Programming", "matemáticas", "機械", "программирование", "e-learning", "C++"]
            {
                let held: Vec<String> = terms(text, lang).into_iter().map(|token| token.term).collect();
                for word in query_words(text, "en") {
                    assert!(
                        word.alternatives.iter().any(|a| held.contains(&a.term)),
                        "{lang} {text} {held:?}"
                    );
                }
            }
        }
    }

    #[test]
    fn small_words_of_other_languages_are_not_required() {
        let words = query_words("die casting", "en");
        assert_eq!(words.iter().map(|word| word.required).collect::<Vec<_>>(), [false, true]);
        let words = query_words("日本の歴史", "ja");
        assert_eq!(words.iter().map(|word| word.required).collect::<Vec<_>>(), [true, false, false, true]);
    }

    #[test]
    fn a_query_of_small_words_alone_requires_them() {
        assert!(query_words("die", "en")[0].required);
        assert!(query_words("さくら", "ja").iter().all(|word| word.required));
    }
}
