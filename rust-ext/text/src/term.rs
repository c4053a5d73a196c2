//! The terms of a text.

use super::gram::Gram;
use super::stem::Stemming;
use super::stop::StopList;
use super::word::words;

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
    let (stop, stemming) = (StopList::of(lang), Stemming::of(lang));
    words(text)
        .into_iter()
        .filter(|word| !stop.holds(&word.text))
        .map(|word| Token { term: stemming.stem(&word.text), position: word.position, gram: word.gram() })
        .collect()
}
