//! The fragments of one UAX #29 word: it is split at signs that people leave out or replace by a space when they type.

use unicode_properties::{GeneralCategoryGroup, UnicodeGeneralCategory};

use super::script::{is_cyrillic, is_hebrew};

/// The words inside one UAX #29 piece.
pub(super) fn fragments(piece: &str) -> Vec<String> {
    if !piece.is_empty() && piece.bytes().all(|b| b.is_ascii_alphanumeric()) {
        return vec![piece.to_owned()];
    }
    parted(piece)
}

fn parted(piece: &str) -> Vec<String> {
    let chars: Vec<char> = piece.chars().collect();
    let mut fragments = vec![String::new()];
    let (mut elided, mut dotted) = (false, true);
    for (index, &c) in chars.iter().enumerate() {
        let before = index.checked_sub(1).and_then(|i| chars.get(i)).copied().unwrap_or(' ');
        let after = chars.get(index + 1).copied().unwrap_or(' ');
        if is_word_char(c) || parts_digits(c, before, after) {
            fragments.last_mut().into_iter().for_each(|last| last.push(c));
        } else if !vanishes(c, before, after) {
            elided |= c == '\'';
            dotted &= c == '.';
            fragments.push(String::new());
        }
    }
    let single = |fragment: &String| fragment.chars().count() == 1;
    if fragments.len() > 1 && dotted && fragments.iter().all(single) {
        return vec![fragments.concat()];
    }
    fragments.retain(|fragment| !(fragment.is_empty() || elided && single(fragment)));
    fragments
}

/// The point or comma of a number.
fn parts_digits(c: char, before: char, after: char) -> bool {
    matches!(c, '.' | ',') && before.is_ascii_digit() && after.is_ascii_digit()
}

/// A sign inside a word that is left out: the apostrophe of Ukrainian, geresh and gershayim, the Catalan middle dot.
fn vanishes(c: char, before: char, after: char) -> bool {
    match c {
        '\'' | '"' => is_cyrillic(before) || is_hebrew(before),
        '·' | '‧' => before == 'l' && after == 'l',
        _ => false,
    }
}

/// Whether `c` is a combining or spacing mark.
pub(super) fn is_mark(c: char) -> bool {
    !c.is_ascii() && c.general_category_group() == GeneralCategoryGroup::Mark
}

/// Letters, digits and the marks that folding left, which belong to their letters.
fn is_word_char(c: char) -> bool {
    if c.is_ascii() {
        return c.is_ascii_alphanumeric();
    }
    matches!(
        c.general_category_group(),
        GeneralCategoryGroup::Letter | GeneralCategoryGroup::Mark | GeneralCategoryGroup::Number
    )
}

#[cfg(test)]
mod tests {
    use super::{fragments, parted};
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn what_holds_no_sign_is_one_word(piece in "[a-z0-9.,']{0,6}") {
            prop_assert_eq!(fragments(&piece), parted(&piece));
        }
    }
}
