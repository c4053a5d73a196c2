//! What can be seen of a text. A name that nobody sees, or that reorders what stands beside it, passes for another one.

/// Characters that end or order lines: controls, and the bidirectional marks, embeddings, overrides and isolates.
pub(crate) fn is_control(c: char) -> bool {
    c.is_control()
        || matches!(c, '\u{61C}' | '\u{200E}' | '\u{200F}' | '\u{2028}'..='\u{202E}' | '\u{2066}'..='\u{2069}')
}

/// Characters that cannot be seen and change nothing that can: spaces without width, soft hyphens, invisible operators,
/// annotations and tags. Joiners and variation selectors are none of them, since scripts and emoji need them.
pub(crate) fn is_hidden(c: char) -> bool {
    matches!(c, '\u{AD}' | '\u{180E}' | '\u{200B}' | '\u{2060}'..='\u{2065}' | '\u{206A}'..='\u{206F}' | '\u{FEFF}'
        | '\u{FFF0}'..='\u{FFFB}' | '\u{1BCA0}'..='\u{1BCA3}' | '\u{1D173}'..='\u{1D17A}' | '\u{E0000}'..='\u{E00FF}'
        | '\u{E01F0}'..='\u{E0FFF}')
}

/// Characters that are let in beside others and leave nothing to see alone: joiners, variation selectors, fillers and the
/// empty Braille pattern.
fn is_blank(c: char) -> bool {
    c.is_whitespace()
        || matches!(c, '\u{34F}' | '\u{115F}' | '\u{1160}' | '\u{17B4}' | '\u{17B5}' | '\u{180B}'..='\u{180D}' | '\u{180F}'
            | '\u{200C}' | '\u{200D}' | '\u{2800}' | '\u{3164}' | '\u{FE00}'..='\u{FE0F}' | '\u{FFA0}'
            | '\u{E0100}'..='\u{E01EF}')
}

/// Whether a text shows all that it holds, and anything at all.
pub(crate) fn is_visible(text: &str) -> bool {
    !text.chars().any(|c| is_control(c) || is_hidden(c)) && !text.chars().all(is_blank)
}

#[cfg(test)]
mod tests {
    use super::is_visible;

    #[test]
    fn whatever_hides_or_reorders_is_seen() {
        for hides in [
            "",
            " ",
            "\u{a0}\u{3000}",
            "a\u{200b}b",
            "a\u{202e}b",
            "a\u{200f}b",
            "a\u{e0041}",
            "\u{3164}",
            "\u{2800}",
            "\u{200d}",
            "a\tb",
            "a\u{feff}",
            "a\u{2063}b",
            "a\u{ad}b",
        ] {
            assert!(!is_visible(hides), "{hides:?}");
        }
        for shows in [
            "Escola",
            "می\u{200c}خواهم",
            "क्\u{200d}ष",
            "👩\u{200d}🏫",
            "葛\u{e0100}飾",
            "한국어",
            "❤\u{fe0f}",
        ] {
            assert!(is_visible(shows), "{shows:?}");
        }
    }
}
