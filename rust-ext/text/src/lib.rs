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
mod language_code;
mod numeral;
mod query_word;
mod script;
mod stem;
mod stop;
mod term;
mod term_key;
#[cfg(test)]
mod vectors;
mod word;

pub use fold::fold;
pub use gram::{Gram, GramRank, count_stretches, gram_rank};
pub use language::{detect, detect_among};
pub use language_code::{UNDETERMINED, primary};
pub use query_word::{Alternative, QueryWord, query_words};
pub use stem::{Stemming, Stemmings};
pub use term::{Token, terms};
pub use term_key::term_key;
pub use word::{Word, WordKind, words};
