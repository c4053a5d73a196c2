//! Queries: what a searcher asks for, as it travels.

use std::collections::HashSet;

use courseglue_text::{GramRank, QueryWord, gram_rank, query_words};
use serde::{Deserialize, Deserializer, Serialize};

use crate::id::Id;
use crate::record::Access;

/// The most matches on one page.
pub const MAX_LIMIT: usize = 100;
/// The most terms of one query whose homes are asked.
pub const ASKED_TERMS: usize = 2;
/// The longest text of words, in characters.
pub const MAX_WORDS_CHARS: usize = 200;
/// The highest offset of a page in the matches.
pub const MAX_OFFSET: usize = 10_000;
/// The most values of one filter.
pub const MAX_FILTER_VALUES: usize = 100;
const MAX_VALUE_CHARS: usize = 40;
const DEFAULT_LIMIT: usize = 20;

/// Why a query is refused.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum QueryError {
    /// Too much text.
    #[error("a search has at most {MAX_WORDS_CHARS} characters; leave out some words")]
    TooManyWords,
    /// Too large a page.
    #[error("a page has at most {MAX_LIMIT} results, {0} were asked for")]
    Limit(usize),
    /// Too far down.
    #[error("only the first {MAX_OFFSET} results can be looked at; add a word or a filter")]
    Offset(usize),
    /// A filter with too many or too long values.
    #[error("the filter \"{0}\" has too many values or too long ones")]
    Filter(&'static str),
    /// A language code that is too long.
    #[error("the searcher's language needs a code such as \"en\"")]
    Language,
}

/// The filters of a query: for each that is not empty, a match has to have one of its values.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Filters {
    /// Languages of the course or of its names.
    pub lang: Vec<String>,
    /// Ways in.
    pub access: Vec<Access>,
    /// The publishing site's country, ISO 3166-1.
    pub country: Vec<String>,
    /// Publishing sites.
    pub site: Vec<Id>,
    /// Types of contents: courses with at least one of these.
    #[serde(rename = "type")]
    pub kind: Vec<String>,
}

/// A search.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Query {
    /// The text that the searcher typed. Without any word, everything that passes the filters is listed, newest first.
    #[serde(default)]
    pub words: String,
    /// The searcher's language.
    #[serde(default)]
    pub lang: String,
    /// Filters.
    #[serde(default, deserialize_with = "map_or_empty_list")]
    pub filters: Filters,
    /// The number of matches to skip.
    #[serde(default)]
    pub offset: usize,
    /// The number of matches to return.
    #[serde(default = "default_limit")]
    pub limit: usize,
}

/// A term whose homes a search asks.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AskedTerm {
    /// The word as it stands in texts of the searcher's language.
    pub term: String,
    /// The same word as it stands in texts of other languages.
    pub others: Vec<String>,
}

impl Default for Query {
    fn default() -> Self {
        Self {
            words: String::new(),
            lang: String::new(),
            filters: Filters::default(),
            offset: 0,
            limit: DEFAULT_LIMIT,
        }
    }
}

impl Query {
    /// Checks every bound.
    ///
    /// # Errors
    /// The first [`QueryError`] found.
    pub fn validate(&self) -> Result<(), QueryError> {
        if longer(&self.words, MAX_WORDS_CHARS) {
            return Err(QueryError::TooManyWords);
        }
        if longer(&self.lang, MAX_VALUE_CHARS) {
            return Err(QueryError::Language);
        }
        if self.limit > MAX_LIMIT {
            return Err(QueryError::Limit(self.limit));
        }
        if self.offset > MAX_OFFSET {
            return Err(QueryError::Offset(self.offset));
        }
        let Filters { lang, access, country, site, kind } = &self.filters;
        for (name, values) in [("lang", lang), ("country", country), ("type", kind)] {
            if values.len() > MAX_FILTER_VALUES || values.iter().any(|value| longer(value, MAX_VALUE_CHARS)) {
                return Err(QueryError::Filter(name));
            }
        }
        if access.len() > MAX_FILTER_VALUES {
            return Err(QueryError::Filter("access"));
        }
        if site.len() > MAX_FILTER_VALUES {
            return Err(QueryError::Filter("site"));
        }
        Ok(())
    }

    /// Whether nothing was typed: the query lists what passes the filters.
    #[must_use]
    pub fn is_browsing(&self) -> bool {
        self.words.trim().is_empty()
    }

    /// The query's words, each with the terms it may have become in a record.
    #[must_use]
    pub fn parsed_words(&self) -> Vec<QueryWord> {
        query_words(&self.words, &self.lang)
    }

    /// The terms that a match must contain, one for each required word, in the searcher's language.
    #[must_use]
    pub fn terms(&self) -> Vec<String> {
        query_terms(&self.parsed_words())
    }

    /// The terms whose homes to ask, at most [`ASKED_TERMS`] and each once: the rarest of the required words, as
    /// `document_frequency` counts them. Of a piece of a script without spaces its lowest bigram is taken, under which
    /// its records are most likely stored (see [`gram_rank`]); further bigrams only where there are too few terms
    /// otherwise.
    #[must_use]
    pub fn asked(&self, document_frequency: &dyn Fn(&str) -> u64) -> Vec<AskedTerm> {
        let mut words: Vec<((GramRank, u32), AskedTerm)> = Vec::new();
        let mut offers: Vec<(u64, AskedTerm)> = Vec::new();
        for word in self.parsed_words().into_iter().filter(|word| word.required) {
            let mut terms = word.alternatives.into_iter().map(|alternative| alternative.term);
            let Some(term) = terms.next() else { continue };
            let asked = AskedTerm { others: terms.collect(), term };
            match word.gram {
                Some(gram) => words.push(((gram_rank(&asked.term, gram), gram.run), asked)),
                None => offers.push((document_frequency(&asked.term), asked)),
            }
        }
        words.sort_by_key(|(key, _)| *key);
        let mut runs = HashSet::new();
        let (lowest, further): (Vec<_>, Vec<_>) =
            words.into_iter().partition(|((_, run), _)| runs.insert(*run));
        offers.extend(lowest.into_iter().map(|(_, asked)| (document_frequency(&asked.term), asked)));
        offers.sort_by(|a, b| (a.0, &a.1.term).cmp(&(b.0, &b.1.term)));
        let mut chosen: Vec<AskedTerm> = Vec::new();
        for asked in offers.into_iter().map(|(_, a)| a).chain(further.into_iter().map(|(_, a)| a)) {
            if chosen.len() < ASKED_TERMS && chosen.iter().all(|known| known.term != asked.term) {
                chosen.push(asked);
            }
        }
        chosen
    }
}

/// The terms that a match must contain, one for each required word of `words`, in the searcher's language.
#[must_use]
pub fn query_terms(words: &[QueryWord]) -> Vec<String> {
    let mut terms: Vec<String> = Vec::new();
    for alternative in words.iter().filter(|word| word.required).filter_map(|word| word.alternatives.first())
    {
        if !terms.contains(&alternative.term) {
            terms.push(alternative.term.clone());
        }
    }
    terms
}

fn longer(text: &str, max_chars: usize) -> bool {
    text.chars().nth(max_chars).is_some()
}

fn default_limit() -> usize {
    DEFAULT_LIMIT
}

/// PHP writes an empty map as an empty list.
fn map_or_empty_list<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Filters, D::Error> {
    #[derive(Deserialize)]
    #[serde(untagged)]
    enum FiltersOrEmptyList {
        Map(Filters),
        Empty([(); 0]),
    }
    Ok(match FiltersOrEmptyList::deserialize(deserializer)? {
        FiltersOrEmptyList::Map(filters) => filters,
        FiltersOrEmptyList::Empty([]) => Filters::default(),
    })
}

#[cfg(test)]
mod tests {
    use super::{Filters, Query, QueryError};
    use crate::record::Access;

    #[test]
    fn a_query_is_read_with_defaults() {
        let query: Query = serde_json::from_str(r#"{"words":"marine biology","filters":[]}"#).unwrap();
        assert_eq!((query.offset, query.limit), (0, 20));
        let query: Query =
            serde_json::from_str(r#"{"filters":{"access":["guest"],"type":["page"]}}"#).unwrap();
        assert_eq!(query.filters.access, [Access::Guest]);
        assert_eq!(query.filters.kind, ["page"]);
        assert!(query.is_browsing());
    }

    #[test]
    fn what_is_out_of_bounds_is_refused() {
        let refused = |query: Query| query.validate().unwrap_err();
        assert_eq!(refused(Query { words: "x".repeat(201), ..Query::default() }), QueryError::TooManyWords);
        assert_eq!(refused(Query { limit: 101, ..Query::default() }), QueryError::Limit(101));
        assert_eq!(refused(Query { offset: 10_001, ..Query::default() }), QueryError::Offset(10_001));
        let filters = Filters { lang: vec!["x".repeat(41)], ..Filters::default() };
        assert_eq!(refused(Query { filters, ..Query::default() }), QueryError::Filter("lang"));
        assert!(serde_json::from_str::<Query>(r#"{"filters":{"access":["all"]}}"#).is_err());
        assert_eq!(Query { words: "é".repeat(200), ..Query::default() }.validate(), Ok(()));
    }

    #[test]
    fn the_terms_are_the_searchers_own_and_only_of_required_words() {
        let query = Query { words: "the die casting courses".into(), lang: "en".into(), ..Query::default() };
        assert_eq!(query.terms(), ["cast", "cours"]);
    }

    fn asked(words: &str, lang: &str, frequency: impl Fn(&str) -> u64) -> Vec<String> {
        let query = Query { words: words.into(), lang: lang.into(), ..Query::default() };
        query.asked(&frequency).into_iter().map(|asked| asked.term).collect()
    }

    #[test]
    fn the_two_rarest_words_are_asked_for() {
        let frequency = |term: &str| if term == "biolog" { 9 } else { 1 };
        assert_eq!(asked("marine biology plankton", "en", frequency), ["marin", "plankton"]);
        assert_eq!(asked("biology", "en", frequency), ["biolog"]);
        assert!(asked("", "en", frequency).is_empty());
    }

    #[test]
    fn a_word_knows_how_other_languages_write_it() {
        let query = Query { words: "programming".into(), lang: "en".into(), ..Query::default() };
        let asked = query.asked(&|_| 0);
        assert_eq!(asked[0].term, "program");
        assert!(asked[0].others.contains(&"programming".to_owned()));
    }

    #[test]
    fn each_piece_without_spaces_is_asked_for_by_one_bigram_and_a_single_one_by_two() {
        for (words, pieces) in
            [("機械学習 線形代数", ["機械学習", "線形代数"]), ("機械学習", ["機械学習"; 2])]
        {
            let asked = asked(words, "ja", |_| 0);
            assert!(asked[0] != asked[1]);
            let within = |piece: &str| asked.iter().filter(|term| piece.contains(term.as_str())).count();
            assert!(pieces.iter().all(|piece| within(piece) > 0), "{asked:?}");
        }
        assert!(!asked("日本の歴史", "ja", |_| 0).iter().any(|term| term.contains('の')));
    }
}
