//! The few things the tokeniser has to know about scripts, as ranges pinned by the protocol version.

/// Scripts written without spaces, whose runs are cut into overlapping bigrams. Han and the two kanas form one
/// group, because one Japanese word mixes them.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum UnspacedScript {
    HanKana,
    Thai,
    Lao,
    Myanmar,
    Khmer,
}

/// The group of a character that is written without spaces, `None` for every other character.
pub(super) fn unspaced(c: char) -> Option<UnspacedScript> {
    match c {
        '\u{3005}'..='\u{3007}'
        | '\u{3021}'..='\u{3029}'
        | '\u{3041}'..='\u{3096}'
        | '\u{309D}'..='\u{309F}'
        | '\u{30A1}'..='\u{30FA}'
        | '\u{30FC}'..='\u{30FF}'
        | '\u{31F0}'..='\u{31FF}'
        | '\u{3400}'..='\u{4DBF}'
        | '\u{4E00}'..='\u{9FFF}'
        | '\u{F900}'..='\u{FAFF}'
        | '\u{1B000}'..='\u{1B16F}'
        | '\u{20000}'..='\u{323AF}' => Some(UnspacedScript::HanKana),
        '\u{0E01}'..='\u{0E3A}' | '\u{0E40}'..='\u{0E4E}' => Some(UnspacedScript::Thai),
        '\u{0E80}'..='\u{0ECF}' | '\u{0EDC}'..='\u{0EDF}' => Some(UnspacedScript::Lao),
        '\u{1000}'..='\u{103F}'
        | '\u{1050}'..='\u{109F}'
        | '\u{A9E0}'..='\u{A9FE}'
        | '\u{AA60}'..='\u{AA7F}' => Some(UnspacedScript::Myanmar),
        '\u{1780}'..='\u{17D3}' | '\u{17D7}' | '\u{17DC}'..='\u{17DD}' => Some(UnspacedScript::Khmer),
        _ => None,
    }
}

/// A character of the hiragana syllabary, which carries Japanese grammar.
pub(super) fn is_hiragana(c: char) -> bool {
    matches!(c, '\u{3041}'..='\u{309F}')
}

/// Latin and Greek: the scripts in which a combining mark is a diacritic that people leave out when they type.
pub(super) fn folds_diacritics(c: char) -> bool {
    matches!(c, '\u{0041}'..='\u{024F}' | '\u{0370}'..='\u{03FF}' | '\u{1E00}'..='\u{1FFF}')
}

/// A letter of the Latin script.
pub(super) fn is_latin(c: char) -> bool {
    matches!(c, 'a'..='z' | 'A'..='Z' | '\u{00C0}'..='\u{00D6}' | '\u{00D8}'..='\u{00F6}' | '\u{00F8}'..='\u{024F}'
        | '\u{1E00}'..='\u{1EFF}')
}

/// A letter of the Greek script.
pub(super) fn is_greek(c: char) -> bool {
    matches!(c, '\u{0370}'..='\u{03FF}' | '\u{1F00}'..='\u{1FFF}')
}

/// A letter of the Cyrillic script.
pub(super) fn is_cyrillic(c: char) -> bool {
    matches!(c, '\u{0400}'..='\u{052F}' | '\u{1C80}'..='\u{1C8F}' | '\u{2DE0}'..='\u{2DFF}' | '\u{A640}'..='\u{A69F}')
}

/// A letter of the Hebrew script.
pub(super) fn is_hebrew(c: char) -> bool {
    matches!(c, '\u{05D0}'..='\u{05F2}')
}

/// A letter or mark of the Arabic script.
pub(super) fn is_arabic(c: char) -> bool {
    matches!(c, '\u{0600}'..='\u{06FF}' | '\u{0750}'..='\u{077F}' | '\u{0870}'..='\u{08FF}')
}

/// A letter or sign of the Tamil script.
pub(super) fn is_tamil(c: char) -> bool {
    matches!(c, '\u{0B80}'..='\u{0BFF}')
}
