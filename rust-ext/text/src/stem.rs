//! Snowball stems of folded words.
//!
//! Stemming happens after folding, so that "matemáticas" and "matematicas" give one term by construction. Some
//! suffixes of the Romance algorithms are spelled with accents; for them the accent is put back before stemming, by
//! the word's ending alone ("programacion" → "programación"), and taken away afterwards.

use std::borrow::Cow;

use frostem::{Algorithm, Stemmer};
use serde::{Deserialize, Serialize};

use super::fold::fold;
use super::language_code::primary;
use super::script::{is_arabic, is_cyrillic, is_greek, is_latin, is_tamil};

/// The shortest stem that is used, in characters. A shorter one says too little, and meets words of other languages:
/// French would turn both "sea" and "ses" into "se". Such a word is kept whole.
const MIN_STEM_CHARS: usize = 3;

/// The way in which words of a language become terms: with one of Snowball's algorithms, or unchanged.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(into = "u8", try_from = "u8")]
pub struct Stemming(u8);

/// Every language with an algorithm. Stored indexes number them by their place here: append only.
const LANGUAGES: [(&str, Algorithm); 19] = [
    ("en", Algorithm::English),
    ("es", Algorithm::Spanish),
    ("fr", Algorithm::French),
    ("de", Algorithm::German),
    ("pt", Algorithm::Portuguese),
    ("it", Algorithm::Italian),
    ("nl", Algorithm::Dutch),
    ("ru", Algorithm::Russian),
    ("ar", Algorithm::Arabic),
    ("tr", Algorithm::Turkish),
    ("sv", Algorithm::Swedish),
    ("da", Algorithm::Danish),
    ("no", Algorithm::Norwegian),
    ("fi", Algorithm::Finnish),
    ("hu", Algorithm::Hungarian),
    ("ro", Algorithm::Romanian),
    ("el", Algorithm::Greek),
    ("ta", Algorithm::Tamil),
    ("ca", Algorithm::Catalan),
];

/// Accents that Snowball's suffixes need and folding took, by language: (folded ending, accented ending). The first
/// that fits is used; longer endings stand before shorter ones.
const RESTORED: &[(&str, &[(&str, &str)])] = &[
    ("es", &[("logias", "logías"), ("logia", "logía"), ("ion", "ión")]),
    ("fr", &[("ites", "ités"), ("ite", "ité"), ("ees", "ées"), ("ee", "ée")]),
    (
        "pt",
        &[
            ("logias", "logías"),
            ("logia", "logía"),
            ("coes", "ções"),
            ("cao", "ção"),
            ("encias", "ências"),
            ("encia", "ência"),
            ("avel", "ável"),
            ("ivel", "ível"),
        ],
    ),
    ("it", &[("ita", "ità")]),
    ("ca", &[("cio", "ció"), ("sio", "sió")]),
];

impl Stemming {
    /// Words stay as they are.
    pub const NONE: Self = Self(0);

    /// The stemming of the language of `lang`, [`Stemming::NONE`] where Snowball has none.
    #[must_use]
    pub fn of(lang: &str) -> Self {
        let language = primary(lang);
        LANGUAGES
            .iter()
            .position(|(code, _)| *code == language)
            .and_then(|index| u8::try_from(index + 1).ok())
            .map_or(Self::NONE, Self)
    }

    /// Every stemming there is, [`Stemming::NONE`] first.
    pub fn all() -> impl Iterator<Item = Self> {
        (0..=LANGUAGES.len()).filter_map(|index| u8::try_from(index).ok()).map(Self)
    }

    /// The stem of a folded word: folded again, never empty, the word itself where it is not a word of the
    /// language's script.
    #[must_use]
    pub fn stem(self, word: &str) -> String {
        let Some((language, algorithm)) = self.language() else { return word.to_owned() };
        if !word.chars().all(|c| in_script(c, algorithm)) {
            return word.to_owned();
        }
        let spelled = with_accents(word, language);
        let stem = Stemmer::new(algorithm).stem(&spelled);
        // ASCII text was folded before.
        let stem = if stem.is_ascii() { stem.into_owned() } else { fold(&stem) };
        if stem.chars().count() < MIN_STEM_CHARS { word.to_owned() } else { stem }
    }

    /// The one with this number: its place among all.
    #[must_use]
    pub fn numbered(number: u8) -> Option<Self> {
        (usize::from(number) <= LANGUAGES.len()).then_some(Self(number))
    }

    /// This stemming as a bit, see [`Stemmings`].
    #[must_use]
    pub fn bit(self) -> u32 {
        1 << self.0
    }

    fn language(self) -> Option<(&'static str, Algorithm)> {
        LANGUAGES.get(usize::from(self.0).checked_sub(1)?).copied()
    }
}

impl From<Stemming> for u8 {
    fn from(stemming: Stemming) -> Self {
        stemming.0
    }
}

impl TryFrom<u8> for Stemming {
    type Error = &'static str;

    fn try_from(number: u8) -> Result<Self, Self::Error> {
        Self::numbered(number).ok_or("there is no stemming of this number")
    }
}

/// A set of stemmings.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Stemmings(u32);

impl Stemmings {
    /// Adds `stemming`.
    pub fn insert(&mut self, stemming: Stemming) {
        self.0 |= stemming.bit();
    }

    /// Whether `stemming` is one of them.
    #[must_use]
    pub fn contains(self, stemming: Stemming) -> bool {
        self.0 & stemming.bit() != 0
    }
}

impl FromIterator<Stemming> for Stemmings {
    fn from_iter<I: IntoIterator<Item = Stemming>>(stemmings: I) -> Self {
        let mut set = Self::default();
        stemmings.into_iter().for_each(|stemming| set.insert(stemming));
        set
    }
}

fn with_accents<'w>(word: &'w str, language: &str) -> Cow<'w, str> {
    let endings = RESTORED.iter().find(|(code, _)| *code == language).map_or(&[][..], |(_, endings)| endings);
    for (plain, accented) in endings {
        if let Some(beginning) = word.strip_suffix(plain) {
            return format!("{beginning}{accented}").into();
        }
    }
    word.into()
}

/// Whether `algorithm` was made for the script of `c`.
fn in_script(c: char, algorithm: Algorithm) -> bool {
    match algorithm {
        Algorithm::Russian => is_cyrillic(c),
        Algorithm::Arabic => is_arabic(c),
        Algorithm::Greek => is_greek(c),
        Algorithm::Tamil => is_tamil(c),
        _ => is_latin(c),
    }
}

#[cfg(test)]
mod tests {
    use super::{LANGUAGES, Stemming};
    use crate::fold;
    use proptest::prelude::*;

    fn same(lang: &str, words: &[&str]) {
        let stems: Vec<String> = words.iter().map(|word| Stemming::of(lang).stem(&fold(word))).collect();
        assert!(stems.windows(2).all(|pair| pair[0] == pair[1]), "{lang}: {words:?} → {stems:?}");
    }

    #[test]
    fn accents_typed_or_not_and_the_plural_give_one_stem() {
        same("es", &["matemáticas", "matematicas", "matemática"]);
        same("es", &["programación", "programacion", "programaciones"]);
        same("es", &["introducción", "introduccion", "introducciones"]);
        same("es", &["biología", "biologia", "biologías"]);
        same("fr", &["université", "universite", "universités"]);
        same("fr", &["mathématiques", "mathematique"]);
        same("fr", &["données", "donnees", "donnée"]);
        same("pt", &["programação", "programacao", "programações"]);
        same("pt", &["ciência", "ciencias"]);
        same("it", &["università", "universita"]);
        same("de", &["Übungen", "Ubungen", "Übung"]);
        same("ru", &["учёт", "учета", "учетом"]);
        same("el", &["φιλοσοφία", "φιλοσοφια"]);
        same("ca", &["programació", "programacio", "programacions"]);
        same("ca", &["matemàtiques", "matematica"]);
    }

    #[test]
    fn a_language_without_an_algorithm_keeps_its_words() {
        assert_eq!(Stemming::of("sw"), Stemming::NONE);
        assert_eq!(Stemming::of("sw").stem("masomo"), "masomo");
    }

    /// A suffix that its beginnings repeat once ended an older Greek stemmer.
    #[test]
    fn words_that_repeat_a_suffix_have_a_stem() {
        for word in ["ισαισα", "ιζαιζα", "ουσιουσι", "ιστειστε", "logialogia", "cioncion", "lichlich"]
        {
            for stemming in Stemming::all() {
                assert!(!stemming.stem(&fold(word)).is_empty(), "{word}");
            }
        }
    }

    #[test]
    fn words_of_another_script_or_with_digits_are_left_alone() {
        assert_eq!(Stemming::of("ru").stem("programming"), "programming");
        assert_eq!(Stemming::of("en").stem("4.5"), "4.5");
        assert_eq!(Stemming::of("en").stem("c++"), "c++");
    }

    #[test]
    fn every_stemming_has_a_bit_of_its_own() {
        let bits: u32 = Stemming::all().map(Stemming::bit).sum();
        assert_eq!(bits, (1 << (LANGUAGES.len() + 1)) - 1);
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(2000))]
        #[test]
        fn no_word_makes_a_stemmer_fail(
            word in "[a-zà-ÿĀ-ſ]{1,24}|[а-яё]{1,20}|[α-ώ]{1,20}|[ء-ي]{1,20}|[\u{B80}-\u{BFF}]{1,20}"
        ) {
            for stemming in Stemming::all() {
                let folded = fold(&word);
                prop_assert!(folded.is_empty() || !stemming.stem(&folded).is_empty());
            }
        }
    }
}
