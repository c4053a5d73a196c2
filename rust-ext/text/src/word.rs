//! Words by UAX #29, and overlapping bigrams where a script has no spaces.
//!
//! UAX #29 is the base; these rules of ours come on top, because a query must meet a text however either is typed:
//!
//! - An apostrophe parts a word and a single letter beside it is dropped (l'histoire, teacher's, O'Reilly); between
//!   Cyrillic or Hebrew letters it is no more than a sign and vanishes (комп'ютер).
//! - `l·l` is one Catalan letter pair (col·legi → collegi); initials with full stops are joined (U.S.A. → usa); any
//!   other sign inside a word parts it (node.js, `foo_bar`), but a point or comma between digits does not (4.5).
//! - A single letter with `++` or `#` keeps it (c++, c#); a Cyrillic С before them is a C, as it is often typed.
//! - A single Latin letter hyphened to a word (e-learning, x-ray) gives the word and the joined form, so that
//!   "elearning" and "e-learning" meet.
//! - In scripts without spaces every two neighbouring characters with their marks are a word; a character that
//!   stands alone is one too.

use unicode_segmentation::UnicodeSegmentation;

use super::fold::fold;
use super::fragment::{fragments, is_mark};
use super::gram::Gram;
use super::script::{UnspacedScript, unspaced};

/// The longest word, in characters. The rest is cut off: people do not type it, and a term has to stay small.
const MAX_WORD_CHARS: usize = 64;

/// A folded word at its place in a text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Word {
    /// The folded word, never empty, at most 64 characters.
    pub text: String,
    /// The word's number in the text.
    pub position: u32,
    /// The way in which the word came about.
    pub kind: WordKind,
}

/// The way in which a word came about.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum WordKind {
    /// The word as it stands in the text.
    Whole,
    /// The longer part of a hyphenated word whose joined form follows.
    Part,
    /// The joined form (elearning) of a word hyphenated to a single letter.
    Joined,
    /// One or two characters of a script without spaces.
    Gram(Gram),
}

impl Word {
    /// Its place among the characters of a script without spaces, where it is a bigram of one.
    #[must_use]
    pub fn gram(&self) -> Option<Gram> {
        match self.kind {
            WordKind::Gram(gram) => Some(gram),
            _ => None,
        }
    }
}

/// Splits `text` into its words, folded, in order.
#[must_use]
pub fn words(text: &str) -> Vec<Word> {
    let folded = fold(text);
    let mut reader = Reader::default();
    for (start, piece) in folded.split_word_bound_indices() {
        reader.piece(piece, &folded[start + piece.len()..]);
    }
    reader.end_run();
    reader.words
}

#[derive(Default)]
struct Reader {
    words: Vec<Word>,
    position: u32,
    /// The open run of a script without spaces: its group and its characters with their marks.
    run: Option<(UnspacedScript, Vec<String>)>,
    /// Runs that are closed.
    runs: u32,
    /// A single Latin letter followed by a hyphen, waiting for its word.
    prefix: Option<char>,
}

impl Reader {
    /// Reads one UAX #29 piece; `rest` is the text after it.
    fn piece(&mut self, piece: &str, rest: &str) {
        if piece == " " {
            self.end_run();
            self.prefix = None;
            return;
        }
        let mut spaced = String::new();
        for c in piece.chars() {
            if let Some(group) = unspaced(c) {
                self.spaced(&std::mem::take(&mut spaced), "");
                self.unspaced(group, c);
            } else if is_mark(c) && self.run.is_some() && spaced.is_empty() {
                self.unspaced_mark(c);
            } else {
                self.end_run();
                spaced.push(c);
            }
        }
        self.spaced(&spaced, rest);
    }

    fn unspaced(&mut self, group: UnspacedScript, c: char) {
        if self.run.as_ref().is_some_and(|(open, _)| *open != group) {
            self.end_run();
        }
        self.prefix = None;
        if is_mark(c) {
            self.unspaced_mark(c);
        } else {
            self.run.get_or_insert_with(|| (group, Vec::new())).1.push(c.to_string());
        }
    }

    /// A mark belongs to the character before it; without one it is nothing.
    fn unspaced_mark(&mut self, mark: char) {
        if let Some(unit) = self.run.as_mut().and_then(|(_, units)| units.last_mut()) {
            if unit.chars().count() < 8 {
                unit.push(mark);
            }
        }
    }

    fn end_run(&mut self) {
        let Some((_, units)) = self.run.take() else { return };
        let grams: Vec<String> = match units.as_slice() {
            [alone] => vec![alone.clone()],
            several => several.windows(2).map(<[String]>::concat).collect(),
        };
        for text in grams {
            let kind = WordKind::Gram(Gram::new(&text, self.runs));
            self.push(text, kind);
        }
        self.runs = self.runs.saturating_add(1);
    }

    /// Reads (part of) a piece of a script with spaces.
    fn spaced(&mut self, piece: &str, rest: &str) {
        if piece.is_empty() {
            return;
        }
        if piece == "-" {
            if self.prefix.is_some() {
                return;
            }
        } else if self.hyphenated(piece) {
            return;
        }
        self.prefix = None;
        let mut fragments = fragments(piece);
        if let ([only], Some(sign)) = (fragments.as_mut_slice(), trailing_sign(piece, rest)) {
            if only == "с" {
                "c".clone_into(only);
            }
            only.push_str(sign);
        } else if let (Some(letter), true) = (single_latin(piece), rest.starts_with('-')) {
            if continues_with_a_word(&rest[1..]) {
                self.prefix = Some(letter);
                return;
            }
        }
        for fragment in fragments {
            self.push(fragment, WordKind::Whole);
        }
    }

    /// The word after "e-", if there is one open.
    fn hyphenated(&mut self, piece: &str) -> bool {
        let Some(letter) = self.prefix.take() else { return false };
        let mut fragments = fragments(piece).into_iter();
        let Some(first) = fragments.next() else { return false };
        let joined = format!("{letter}{first}");
        self.push(first, WordKind::Part);
        self.position = self.position.saturating_sub(1);
        self.push(joined, WordKind::Joined);
        for fragment in fragments {
            self.push(fragment, WordKind::Whole);
        }
        true
    }

    fn push(&mut self, text: String, kind: WordKind) {
        if text.is_empty() {
            return;
        }
        let text = match text.char_indices().nth(MAX_WORD_CHARS) {
            Some((end, _)) => text[..end].to_owned(),
            None => text,
        };
        self.words.push(Word { text, position: self.position, kind });
        self.position = self.position.saturating_add(1);
    }
}

/// The sign that belongs to a single letter: C++, C#.
fn trailing_sign(piece: &str, rest: &str) -> Option<&'static str> {
    if piece != "с" {
        single_latin(piece)?;
    }
    if rest.starts_with("++") {
        Some("++")
    } else if rest.starts_with('#') {
        Some("#")
    } else {
        None
    }
}

fn single_latin(piece: &str) -> Option<char> {
    let mut chars = piece.chars();
    chars.next().filter(|c| c.is_ascii_lowercase() && chars.next().is_none())
}

/// Whether at least two Latin letters follow.
fn continues_with_a_word(text: &str) -> bool {
    let mut letters = text.chars().map(|c| c.is_ascii_lowercase());
    letters.next() == Some(true) && letters.next() == Some(true)
}

#[cfg(test)]
mod tests {
    use super::{WordKind, words};
    use proptest::prelude::*;

    fn texts(text: &str) -> Vec<String> {
        words(text).into_iter().map(|word| word.text).collect()
    }

    #[test]
    fn words_are_parted_by_spaces_and_signs() {
        assert_eq!(
            texts("Data-driven node.js & foo_bar (v4.5)"),
            ["data", "driven", "node", "js", "foo", "bar", "v4.5"]
        );
    }

    #[test]
    fn an_apostrophe_parts_and_its_single_letter_goes() {
        assert_eq!(texts("l'histoire de l’art"), ["histoire", "de", "art"]);
        assert_eq!(texts("teacher's dell'arte don't"), ["teacher", "dell", "arte", "don"]);
    }

    #[test]
    fn an_apostrophe_inside_cyrillic_or_hebrew_vanishes() {
        assert_eq!(texts("комп'ютер п’ять"), ["компютер", "пять"]);
        assert_eq!(texts("צה״ל ג'ירפה"), ["צהל", "גירפה"]);
    }

    #[test]
    fn a_catalan_middle_dot_joins() {
        assert_eq!(texts("Col·legi paral·lel coŀlegi"), ["collegi", "parallel", "collegi"]);
    }

    #[test]
    fn initials_are_joined_and_numbers_stay_whole() {
        assert_eq!(texts("U.S.A. history 4.5 1,000"), ["usa", "history", "4.5", "1,000"]);
    }

    #[test]
    fn programming_languages_keep_their_signs() {
        assert_eq!(texts("C++, C# and C (F#)"), ["c++", "c#", "and", "c", "f#"]);
        assert_eq!(texts("язык \u{421}++"), ["язык", "c++"]);
    }

    #[test]
    fn a_letter_hyphened_to_a_word_gives_the_joined_form_too() {
        let found = words("My E-Learning course");
        assert_eq!(texts("My E-Learning course"), ["my", "learning", "elearning", "course"]);
        assert_eq!((found[1].kind, found[2].kind), (WordKind::Part, WordKind::Joined));
        assert_eq!(found.iter().map(|word| word.position).collect::<Vec<_>>(), [0, 1, 1, 2]);
        assert_eq!(texts("vitamin C - basics, C-3"), ["vitamin", "c", "basics", "c", "3"]);
    }

    #[test]
    fn japanese_gives_overlapping_bigrams_across_its_scripts() {
        assert_eq!(texts("機械学習の基礎"), ["機械", "械学", "学習", "習の", "の基", "基礎"]);
        assert_eq!(texts("データ・分析"), ["デー", "ータ", "分析"]);
        assert_eq!(texts("数 Python入門"), ["数", "python", "入門"]);
    }

    #[test]
    fn thai_units_keep_their_vowels_and_tones() {
        assert_eq!(texts("ที่นี่"), ["ที่นี่"]);
        assert_eq!(texts("กขค"), ["กข", "ขค"]);
    }

    #[test]
    fn korean_hindi_and_arabic_are_words() {
        assert_eq!(texts("한국어 교육"), ["한국어", "교육"]);
        assert_eq!(texts("हिन्दी साहित्य"), ["हिन्दी", "साहित्य"]);
        assert_eq!(texts("مُقدمة، في البرمجة"), ["مقدمة", "في", "البرمجة"]);
    }

    #[test]
    fn a_very_long_word_is_cut() {
        assert_eq!(texts(&"x".repeat(500)), ["x".repeat(64)]);
    }

    proptest! {
        #[test]
        fn every_word_is_short_and_not_empty(text in "\\PC{0,80}") {
            for word in words(&text) {
                prop_assert!(!word.text.is_empty());
                prop_assert!(word.text.chars().count() <= 64);
            }
        }

        #[test]
        fn case_does_not_matter(text in "[a-zA-Z àéñÀÉÑ.'-]{0,40}") {
            prop_assert_eq!(words(&text.to_uppercase()), words(&text.to_lowercase()));
        }
    }
}
