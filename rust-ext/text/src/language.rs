//! A guess at the language of a text.

use whatlang::{Lang, Script};

use super::stop::StopList;
use super::word::words;

/// Shorter texts are not guessed at: whatlang counts trigrams, and a title has too few. In letters.
const MIN_LETTERS: usize = 24;

/// The same for scripts that few languages share, where the script alone says most. In letters.
const MIN_LETTERS_OWN_SCRIPT: usize = 4;

/// The number of small words of a language that makes a guess certain.
const MIN_SMALL_WORDS: usize = 2;

/// The ISO 639-1 code of the language that `text` is most likely in, `None` when the guess is unreliable or the
/// text too short to guess.
#[must_use]
pub fn detect(text: &str) -> Option<&'static str> {
    let guess = whatlang::detect(text)?;
    let letters = text.chars().filter(|c| c.is_alphabetic()).count();
    let shared_script = matches!(guess.script(), Script::Latin | Script::Cyrillic | Script::Arabic);
    if letters < if shared_script { MIN_LETTERS } else { MIN_LETTERS_OWN_SCRIPT } {
        return None;
    }
    let language = iso_639_1(guess.lang());
    let certain = !shared_script || guess.is_reliable() || has_small_words(text, language);
    certain.then_some(language)
}

/// The language among `languages` (ISO 639-1) that `text` is most likely in, however short it is; `None` where it looks
/// like none of them.
#[must_use]
pub fn detect_among(text: &str, languages: &[String]) -> Option<&'static str> {
    let known = |lang: &Lang| languages.iter().any(|code| code == iso_639_1(*lang));
    let allowed: Vec<Lang> = Lang::all().iter().copied().filter(known).collect();
    whatlang::Detector::with_allowlist(allowed).detect_lang(text).map(iso_639_1)
}

/// Whether the small words of `text` belong to `language` more than to any other language: a second witness where the
/// trigrams alone are unsure, as they are for most single paragraphs.
fn has_small_words(text: &str, language: &str) -> bool {
    let words = words(text);
    let count = |list: StopList| words.iter().filter(|word| list.holds(&word.text)).count();
    let own = count(StopList::of(language));
    own >= MIN_SMALL_WORDS && StopList::all().all(|other| count(other) <= own)
}

/// whatlang speaks ISO 639-3.
fn iso_639_1(lang: Lang) -> &'static str {
    match lang {
        Lang::Epo => "eo",
        Lang::Eng => "en",
        Lang::Rus => "ru",
        Lang::Cmn => "zh",
        Lang::Spa => "es",
        Lang::Por => "pt",
        Lang::Ita => "it",
        Lang::Ben => "bn",
        Lang::Fra => "fr",
        Lang::Deu => "de",
        Lang::Ukr => "uk",
        Lang::Kat => "ka",
        Lang::Ara => "ar",
        Lang::Hin => "hi",
        Lang::Jpn => "ja",
        Lang::Heb => "he",
        Lang::Yid => "yi",
        Lang::Pol => "pl",
        Lang::Amh => "am",
        Lang::Jav => "jv",
        Lang::Kor => "ko",
        Lang::Nob => "no",
        Lang::Dan => "da",
        Lang::Swe => "sv",
        Lang::Fin => "fi",
        Lang::Tur => "tr",
        Lang::Nld => "nl",
        Lang::Hun => "hu",
        Lang::Ces => "cs",
        Lang::Ell => "el",
        Lang::Bul => "bg",
        Lang::Bel => "be",
        Lang::Mar => "mr",
        Lang::Kan => "kn",
        Lang::Ron => "ro",
        Lang::Slv => "sl",
        Lang::Hrv => "hr",
        Lang::Srp => "sr",
        Lang::Mkd => "mk",
        Lang::Lit => "lt",
        Lang::Lav => "lv",
        Lang::Est => "et",
        Lang::Tam => "ta",
        Lang::Vie => "vi",
        Lang::Urd => "ur",
        Lang::Tha => "th",
        Lang::Guj => "gu",
        Lang::Uzb => "uz",
        Lang::Pan => "pa",
        Lang::Aze => "az",
        Lang::Ind => "id",
        Lang::Tel => "te",
        Lang::Pes => "fa",
        Lang::Mal => "ml",
        Lang::Ori => "or",
        Lang::Mya => "my",
        Lang::Nep => "ne",
        Lang::Sin => "si",
        Lang::Khm => "km",
        Lang::Tuk => "tk",
        Lang::Aka => "ak",
        Lang::Zul => "zu",
        Lang::Sna => "sn",
        Lang::Afr => "af",
        Lang::Lat => "la",
        Lang::Slk => "sk",
        Lang::Cat => "ca",
        Lang::Tgl => "tl",
        Lang::Hye => "hy",
        Lang::Cym => "cy",
    }
}

#[cfg(test)]
mod tests {
    use super::detect;

    #[test]
    fn a_paragraph_is_recognised() {
        assert_eq!(
            detect("This course introduces students to the history of European painting."),
            Some("en")
        );
        assert_eq!(
            detect("Este curso presenta a los estudiantes la historia de la pintura europea."),
            Some("es")
        );
        assert_eq!(detect("Этот курс знакомит студентов с историей европейской живописи."), Some("ru"));
        assert_eq!(detect("機械学習の基礎を学びます"), Some("ja"));
    }

    #[test]
    fn a_few_letters_are_not_guessed_at() {
        assert_eq!(detect("Biology"), None);
        assert_eq!(detect("12345"), None);
        assert_eq!(detect(""), None);
    }
}
