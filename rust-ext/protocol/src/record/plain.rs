//! Plain text: one line, no control characters, nothing that reorders what is shown.

use unicode_normalization::UnicodeNormalization;
use unicode_segmentation::UnicodeSegmentation;

/// Control characters, and the bidirectional embeddings, overrides and isolates with which a name can pretend to be
/// another.
fn is_control(c: char) -> bool {
    c.is_control()
        || matches!(c, '\u{2028}' | '\u{2029}' | '\u{202A}'..='\u{202E}' | '\u{2066}'..='\u{2069}' | '\u{FEFF}')
}

/// Whether `text` is plain.
pub(super) fn is_plain(text: &str) -> bool {
    !text.chars().any(is_control)
}

/// `text` as plain text: NFC, every run of white space and control characters one space, none at the ends.
pub(super) fn plain(text: &str) -> String {
    let spaced: String = text.nfc().map(|c| if is_control(c) { ' ' } else { c }).collect();
    spaced.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// The beginning of `text`, cut before a word so that at most `max_chars` characters are left, with an ellipsis where
/// something was cut. Empty where not even one word fits.
pub(super) fn cut_chars(text: &str, max_chars: usize) -> String {
    if text.char_indices().nth(max_chars).is_none() {
        return text.to_owned();
    }
    let end = text.char_indices().nth(max_chars.saturating_sub(1)).map_or(0, |(end, _)| end);
    cut_at(text, end)
}

/// The same with `max_bytes` bytes.
pub(super) fn cut_bytes(text: &str, max_bytes: usize) -> String {
    if text.len() <= max_bytes {
        text.to_owned()
    } else {
        cut_at(text, max_bytes.saturating_sub('…'.len_utf8()))
    }
}

/// The words of `text` that end at byte `end` or before, and an ellipsis.
fn cut_at(text: &str, end: usize) -> String {
    let boundary = text
        .split_word_bound_indices()
        .map(|(start, word)| start + word.len())
        .take_while(|&word_end| word_end <= end)
        .last()
        .unwrap_or(0);
    let kept = text[..boundary].trim_end();
    if kept.is_empty() { String::new() } else { format!("{kept}…") }
}

#[cfg(test)]
mod tests {
    use super::{cut_bytes, cut_chars, is_plain, plain};
    use proptest::prelude::*;

    #[test]
    fn white_space_and_controls_become_single_spaces() {
        assert_eq!(plain("  a\r\n\tb\u{0}c\u{a0}\u{202E}d  "), "a b c d");
    }

    #[test]
    fn a_text_is_cut_between_words() {
        assert_eq!(cut_bytes("one two three", 9), "one…");
        assert_eq!(cut_bytes("one two", 7), "one two");
        assert_eq!(cut_bytes("機械学習", 9), "機械…");
        assert_eq!(cut_bytes("immeasurable", 5), "");
        assert_eq!(cut_chars("one two three", 8), "one two…");
    }

    proptest! {
        #[test]
        fn cutting_keeps_the_bound_and_plainness(text in "\\PC{0,60}", max in 0_usize..80) {
            let text = plain(&text);
            prop_assert!(is_plain(&text));
            prop_assert!(cut_bytes(&text, max).len() <= max || text.len() <= max);
            prop_assert!(cut_chars(&text, max).chars().count() <= max || max == 0);
        }
    }
}
