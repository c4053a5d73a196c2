//! Folding: spellings that people take for the same become the same text.
//!
//! Folding goes script by script, because the same Unicode mark is a diacritic in one script and a different letter in
//! another:
//!
//! - Latin and Greek lose every combining mark (é → e, ö → o, ά → α); ø, ł, đ, ħ, æ, œ, ı, ð and þ, which have no
//!   decomposition, are mapped; ß and ς are dealt with by case folding.
//! - Cyrillic keeps й, ї and ў, which are letters of their own; ё becomes е, because Russian leaves its dots out.
//! - Hebrew loses its points; Arabic its vowel marks and tatweel, and its alef, yeh and kaf variants are unified.
//! - Kana keep their voicing marks, Indic scripts and Thai their vowel signs, Hangul stays composed.

use std::borrow::Cow;

use caseless::Caseless;
use unicode_normalization::{IsNormalized, UnicodeNormalization, is_nfkc_quick};

use super::numeral::ascii_digit;
use super::script::{folds_diacritics, is_arabic};

const ZERO_WIDTH_NON_JOINER: char = '\u{200C}';

/// `text` folded. Folding twice changes nothing more.
#[must_use]
pub fn fold(text: &str) -> String {
    if text.is_ascii() {
        return text.to_ascii_lowercase();
    }
    let mut folded = String::with_capacity(text.len());
    for c in composed(text).chars() {
        push_folded(c, &mut folded);
    }
    if folded.is_ascii() {
        return folded;
    }
    // Taking a mark away can leave something that composes or folds further (a stray jamo, a lone sign).
    composed(&folded)
}

/// NFKC, case folding, NFKC: Unicode's `toNFKC_Casefold`, but for the characters that it ignores.
fn composed(text: &str) -> String {
    let mut caseless = String::with_capacity(text.len());
    for c in compatible(text).chars() {
        if c.is_ascii() {
            caseless.push(c.to_ascii_lowercase());
        } else {
            caseless.extend(std::iter::once(c).default_case_fold());
        }
    }
    match compatible(&caseless) {
        Cow::Owned(text) => text,
        Cow::Borrowed(_) => caseless,
    }
}

/// NFKC. Nearly all text is in it already, which is quick to see: ASCII never takes part in a change.
fn compatible(text: &str) -> Cow<'_, str> {
    if is_nfkc_quick(text.chars().filter(|c| !c.is_ascii())) == IsNormalized::Yes {
        return Cow::Borrowed(text);
    }
    Cow::Owned(text.nfkc().collect())
}

fn push_folded(c: char, out: &mut String) {
    match c {
        _ if c.is_ascii() => out.push(c),
        _ if is_ignorable(c) || is_stray_mark(c) || is_hebrew_point(c) || is_arabic_mark(c) => {}
        // Between Arabic letters it separates words as a space would; elsewhere it only chooses a glyph.
        ZERO_WIDTH_NON_JOINER => {
            if out.chars().next_back().is_some_and(is_arabic) {
                out.push(' ');
            }
        }
        '\u{2018}' | '\u{2019}' | '\u{201B}' | '\u{02B9}' | '\u{02BB}' | '\u{02BC}' | '\u{02BD}'
        | '\u{05F3}' => {
            out.push('\'');
        }
        '\u{05F4}' => out.push('"'),
        '\u{2010}' | '\u{2011}' => out.push('-'),
        _ if folds_diacritics(c) => {
            out.extend(std::iter::once(c).nfd().filter(|&d| !is_stray_mark(d)).flat_map(latin));
        }
        _ => out.push(ascii_digit(c).unwrap_or_else(|| letter(c))),
    }
}

/// Latin letters without a decomposition.
fn latin(c: char) -> impl Iterator<Item = char> {
    let (first, second) = match c {
        'æ' => ('a', Some('e')),
        'œ' => ('o', Some('e')),
        'þ' => ('t', Some('h')),
        'ø' => ('o', None),
        'ł' => ('l', None),
        'đ' | 'ð' => ('d', None),
        'ħ' => ('h', None),
        'ŧ' => ('t', None),
        'ı' => ('i', None),
        other => (other, None),
    };
    std::iter::once(first).chain(second)
}

/// Letters of other scripts that people who search type as one letter.
fn letter(c: char) -> char {
    match c {
        'ё' | 'ѐ' => 'е',
        'ѝ' => 'и',
        'أ' | 'إ' | 'آ' | 'ٱ' => 'ا',
        'ى' | 'ی' => 'ي',
        'ک' => 'ك',
        other => other,
    }
}

/// Characters that choose a glyph, a direction or a line break and are no part of a word.
fn is_ignorable(c: char) -> bool {
    matches!(c, '\u{00AD}' | '\u{034F}' | '\u{061C}' | '\u{180B}'..='\u{180E}' | '\u{200B}' | '\u{200D}'..='\u{200F}'
        | '\u{202A}'..='\u{202E}' | '\u{2060}'..='\u{206F}' | '\u{FE00}'..='\u{FE0F}' | '\u{FEFF}'
        | '\u{E0100}'..='\u{E01EF}')
}

/// Combining marks of no script in particular that were not composed with their letter (а́, m̃).
fn is_stray_mark(c: char) -> bool {
    matches!(c, '\u{0300}'..='\u{036F}' | '\u{1AB0}'..='\u{1AFF}' | '\u{1DC0}'..='\u{1DFF}' | '\u{20D0}'..='\u{20FF}')
}

fn is_hebrew_point(c: char) -> bool {
    matches!(
        c,
        '\u{0591}'..='\u{05BD}' | '\u{05BF}' | '\u{05C1}' | '\u{05C2}' | '\u{05C4}' | '\u{05C5}' | '\u{05C7}'
    )
}

fn is_arabic_mark(c: char) -> bool {
    matches!(c, '\u{0610}'..='\u{061A}' | '\u{0640}' | '\u{064B}'..='\u{065F}' | '\u{0670}'
        | '\u{06D6}'..='\u{06DC}' | '\u{06DF}'..='\u{06E8}' | '\u{06EA}'..='\u{06ED}')
}

#[cfg(test)]
mod tests {
    use super::{compatible, fold};
    use proptest::prelude::*;
    use unicode_normalization::UnicodeNormalization;

    #[test]
    fn latin_and_greek_lose_their_diacritics() {
        assert_eq!(fold("Matemáticas ÜBUNG Señor Škoda"), "matematicas ubung senor skoda");
        assert_eq!(fold("Tiếng Việt"), "tieng viet");
        assert_eq!(fold("Φιλοσοφία"), "φιλοσοφια");
    }

    #[test]
    fn letters_without_a_decomposition_are_mapped() {
        assert_eq!(
            fold("Straße Øre Łódź đồng Ærø œuvre ığdır Þór"),
            "strasse ore lodz dong aero oeuvre igdir thor"
        );
    }

    #[test]
    fn a_turkish_capital_i_with_dot_is_an_i() {
        assert_eq!(fold("İstanbul"), "istanbul");
    }

    #[test]
    fn composed_and_decomposed_text_fold_alike() {
        assert_eq!(fold("e\u{301}tude"), fold("étude"));
        assert_eq!(fold("か\u{3099}"), fold("が"));
    }

    #[test]
    fn cyrillic_keeps_its_letters_and_loses_the_dots_of_yo() {
        assert_eq!(fold("Учёт"), "учет");
        assert_eq!(fold("Йод і Їжак ўсё"), "йод і їжак ўсе");
        assert_eq!(fold("за\u{301}мок"), "замок");
    }

    #[test]
    fn kana_keep_their_voicing_marks() {
        assert_eq!(fold("がギﾊﾟ"), "がギパ");
    }

    #[test]
    fn indic_vowel_signs_thai_tones_and_hangul_stay() {
        assert_eq!(fold("हिन्दी"), "हिन्दी");
        assert_eq!(fold("தமிழ்"), "தமிழ்");
        assert_eq!(fold("เรียนรู้"), "เรียนรู้");
        assert_eq!(fold("한국어"), "한국어");
    }

    #[test]
    fn arabic_and_hebrew_lose_vowel_marks() {
        assert_eq!(fold("مُقَدِّمَة"), "مقدمة");
        assert_eq!(fold("العـــربية"), "العربية");
        assert_eq!(fold("إدارة أعمال"), "ادارة اعمال");
        assert_eq!(fold("שָׁלוֹם"), "שלום");
    }

    #[test]
    fn a_zero_width_non_joiner_parts_persian_words_and_nothing_else() {
        assert_eq!(fold("دانش\u{200C}آموز"), "دانش اموز");
        assert_eq!(fold("क्\u{200C}ष"), "क्ष");
    }

    #[test]
    fn full_width_text_soft_hyphens_and_foreign_digits_become_plain() {
        assert_eq!(fold("ＡＢＣ１２"), "abc12");
        assert_eq!(fold("infor\u{AD}matica"), "informatica");
        assert_eq!(fold("٢٠٢٤ २०२४ ۲۰"), "2024 2024 20");
    }

    proptest! {
        #[test]
        fn what_is_quick_to_see_is_so(text in "([a-z ]|[\u{300}-\u{345}]|[à-ÿﾊﾟが한ᄀ-ᇂ½]|\\PC){0,12}") {
            prop_assert_eq!(compatible(&text), text.nfkc().collect::<String>());
        }

        #[test]
        fn folding_twice_changes_nothing_more(text in "\\PC{0,40}") {
            let once = fold(&text);
            prop_assert_eq!(fold(&once), once);
        }
    }
}
