//! Text into terms. This is protocol: the same text in the same language gives the same terms on every site
//! of a protocol version, because a term's key decides where a record is stored. The Unicode crates are
//! pinned to exact versions for that reason, and `vectors/terms.json` holds what must not change.
//!
//! The steps, each in a file of its own:
//!
//! 1. [`fold`](fold()): NFKC, case folding, diacritics folded script by script;
//! 2. [`words`](words()): UAX #29 words, and overlapping bigrams for scripts without spaces;
//! 3. a small stop list of the text's language;
//! 4. a Snowball stem in the text's language, computed from the folded word, so that typed accents never
//!    decide whether something is found.

mod fold;
mod fragment;
mod gram;
mod language;
mod numeral;
mod query_word;
mod script;
mod stem;
mod stop;
#[cfg(test)]
mod vectors;
mod word;

pub use fold::fold;
pub use gram::{Gram, GramRank, count_stretches, gram_rank};
pub use language::{UNDETERMINED, detect, detect_among, primary};
pub use query_word::{Alternative, QueryWord, query_words};
pub use stem::{Stemming, Stemmings};
pub use word::{Word, WordKind, words};

use sha1::{Digest, Sha1};

/// A term at its place in a text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Token {
    /// The normalised word.
    pub term: String,
    /// The word's number in the text, stop words counted; the parts of one hyphenated word share theirs.
    pub position: u32,
    /// Set for characters of a script without spaces.
    pub gram: Option<Gram>,
}

/// The terms of `text`, in order, repetitions kept. `lang` is a language code as Moodle or ISO 639 writes it
/// (`es`, `es_mx`, `en-US`); a language without a stemmer or stop list is tokenised without.
#[must_use]
pub fn terms(text: &str, lang: &str) -> Vec<Token> {
    let (stop, stemming) = (stop::StopList::of(lang), Stemming::of(lang));
    words(text)
        .into_iter()
        .filter(|word| !stop.holds(&word.text))
        .map(|word| Token { term: stemming.stem(&word.text), position: word.position, gram: word.gram() })
        .collect()
}

/// Where a term's postings live in the key space: SHA-1("term", NUL, term).
#[must_use]
pub fn term_key(term: &str) -> [u8; 20] {
    Sha1::new().chain_update(b"term\0").chain_update(term).finalize().into()
}
