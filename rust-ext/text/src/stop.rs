//! The pinned stop lists: for each language the few words that are in nearly every text and that people do not search
//! for alone. Short on purpose: "it", "who", "us" and "can" stay, because IT, WHO, US and CAN are topics. Words are
//! written as folding leaves them.

use super::language_code::primary;

const LISTS: &[(&str, &[&str])] = &[
    (
        "en",
        &[
            "a", "an", "and", "are", "as", "at", "be", "by", "for", "from", "in", "is", "of", "on", "or",
            "that", "the", "this", "to", "with",
        ],
    ),
    (
        "es",
        &[
            "a", "al", "con", "de", "del", "el", "en", "es", "la", "las", "lo", "los", "o", "para", "por",
            "que", "se", "su", "sus", "un", "una", "y",
        ],
    ),
    (
        "ca",
        &[
            "a", "al", "als", "amb", "de", "del", "dels", "el", "els", "en", "es", "i", "la", "les", "o",
            "per", "que", "un", "una",
        ],
    ),
    (
        "gl",
        &[
            "a", "as", "con", "da", "das", "de", "do", "dos", "e", "en", "na", "no", "o", "os", "para",
            "por", "que", "un", "unha",
        ],
    ),
    (
        "fr",
        &[
            "a", "au", "aux", "avec", "ce", "ces", "dans", "de", "des", "du", "en", "est", "et", "la", "le",
            "les", "ou", "par", "pour", "qu", "que", "qui", "sur", "un", "une",
        ],
    ),
    (
        "de",
        &[
            "am", "auf", "aus", "bei", "das", "dem", "den", "der", "des", "die", "ein", "eine", "einer",
            "fur", "im", "in", "ist", "mit", "oder", "und", "von", "zu", "zum", "zur",
        ],
    ),
    (
        "pt",
        &[
            "a", "ao", "aos", "as", "com", "da", "das", "de", "do", "dos", "e", "em", "na", "nas", "no",
            "nos", "o", "os", "ou", "para", "por", "que", "um", "uma",
        ],
    ),
    (
        "it",
        &[
            "a", "al", "alla", "che", "con", "da", "dal", "degli", "dei", "del", "dell", "della", "delle",
            "di", "e", "gli", "i", "il", "in", "la", "le", "lo", "nel", "nell", "nella", "o", "per", "un",
            "una",
        ],
    ),
    ("nl", &["aan", "de", "een", "en", "het", "in", "is", "met", "of", "om", "op", "te", "van", "voor"]),
    ("sv", &["att", "av", "den", "det", "en", "ett", "for", "i", "med", "och", "om", "pa", "som", "till"]),
    ("da", &["af", "at", "de", "den", "det", "en", "et", "for", "i", "med", "og", "om", "pa", "som", "til"]),
    ("no", &["av", "de", "den", "det", "en", "et", "for", "i", "med", "og", "om", "pa", "som", "til"]),
    ("pl", &["a", "dla", "do", "i", "jest", "na", "o", "od", "oraz", "po", "sie", "w", "z", "ze"]),
    ("cs", &["a", "do", "je", "k", "na", "o", "od", "pro", "s", "se", "u", "v", "z", "ze"]),
    ("ro", &["a", "al", "ale", "cu", "de", "din", "in", "la", "o", "pe", "pentru", "si", "un"]),
    ("hu", &["a", "az", "egy", "es", "is"]),
    ("tr", &["bir", "ile", "icin", "ve"]),
    ("ru", &["а", "в", "для", "до", "и", "из", "к", "на", "о", "об", "от", "по", "при", "с", "со", "у"]),
    ("uk", &["а", "в", "для", "до", "з", "за", "і", "й", "на", "о", "по", "про", "та", "у"]),
    ("bg", &["в", "за", "и", "на", "от", "по", "с", "със"]),
    (
        "el",
        &[
            "για", "ο", "η", "και", "με", "να", "οι", "σε", "στη", "στην", "στο", "τα", "τη", "την", "τησ",
            "το", "του", "των",
        ],
    ),
    ("fi", &["ja"]),
    ("et", &["ja"]),
    ("eu", &["eta"]),
    ("sk", &["a", "do", "na", "o", "od", "s", "sa", "v", "z", "zo"]),
    ("sl", &["in", "na", "o", "s", "v", "z", "za"]),
    ("hr", &["i", "na", "o", "od", "s", "sa", "u", "za"]),
    ("lt", &["ir"]),
    ("id", &["dan", "dari", "di", "untuk", "yang"]),
    ("fa", &["از", "با", "به", "در", "و"]),
    ("hi", &["और", "का", "की", "के", "को", "में", "से", "है"]),
    ("ar", &["الي", "عن", "علي", "في", "من", "و"]),
    ("he", &["את", "על", "עם", "של"]),
];

/// The stop words of one language.
#[derive(Clone, Copy)]
pub(super) struct StopList(&'static [&'static str]);

impl StopList {
    /// The list of the language of `lang`, empty where there is none.
    pub fn of(lang: &str) -> Self {
        let language = primary(lang);
        Self(LISTS.iter().find(|(code, _)| *code == language).map_or(&[], |(_, list)| list))
    }

    /// Every list.
    pub fn all() -> impl Iterator<Item = Self> {
        LISTS.iter().map(|(_, list)| Self(list))
    }

    /// Whether the folded `word` says nothing in this language.
    pub fn holds(self, word: &str) -> bool {
        self.0.contains(&word)
    }
}

/// Whether the folded `word` says nothing in some language.
pub(super) fn is_stop_anywhere(word: &str) -> bool {
    StopList::all().any(|list| list.holds(word))
}

#[cfg(test)]
mod tests {
    use super::{LISTS, StopList, is_stop_anywhere};
    use crate::fold;

    #[test]
    fn the_lists_are_written_as_folding_leaves_words() {
        for (language, list) in LISTS {
            for word in *list {
                assert_eq!(fold(word), *word, "{language}: {word}");
            }
        }
    }

    #[test]
    fn a_word_is_dropped_only_in_its_language() {
        assert!(StopList::of("de_kids").holds("die"));
        assert!(!StopList::of("en").holds("die"));
        assert!(is_stop_anywhere("die"));
    }

    #[test]
    fn topics_that_look_like_small_words_stay() {
        for topic in ["it", "who", "us", "can", "war"] {
            assert!(!is_stop_anywhere(topic), "{topic}");
        }
    }
}
