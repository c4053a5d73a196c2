//! Plain text: one line, no control characters, nothing that reorders what is shown.

use unicode_normalization::UnicodeNormalization;
use unicode_segmentation::UnicodeSegmentation;

use crate::visible::{is_control, is_hidden, is_visible};

/// Whether `text` is plain: it shows all that it holds, and anything at all.
pub(super) fn is_plain(text: &str) -> bool {
    is_visible(text)
}

/// `text` as plain text: NFC, without what cannot be seen, every run of white space and control characters one space, none
/// at the ends. Empty where nothing can be seen.
pub(super) fn plain(text: &str) -> String {
    let shown = text.nfc().filter(|c| !is_hidden(*c));
    let spaced: String = shown.map(|c| if is_control(c) { ' ' } else { c }).collect();
    let plain = spaced.split_whitespace().collect::<Vec<_>>().join(" ");
    if is_visible(&plain) { plain } else { String::new() }
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
            prop_assert!(text.is_empty() || is_plain(&text));
            prop_assert!(cut_bytes(&text, max).len() <= max || text.len() <= max);
            prop_assert!(cut_chars(&text, max).chars().count() <= max || max == 0);
        }
    }
}
