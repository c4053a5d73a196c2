//! Words of vocabularies that other systems read as well. Their labels are each site's own.

const MAX_LICENCE: usize = 64;
const MAX_VERSION: usize = 20;
const MAX_NAMESPACE: usize = 20;
const MAX_KEY_VALUE: usize = 40;

/// Whether this is a code of ISCED-F 2013: two, three or four digits, of the broad fields `00` to `10` or `99`.
pub(super) fn is_subject(code: &str) -> bool {
    let broad = code.get(..2).unwrap_or_default();
    (2..=4).contains(&code.len())
        && code.bytes().all(|b| b.is_ascii_digit())
        && (broad.starts_with('0') || broad == "10" || broad == "99")
}

/// Whether this is a level of ISCED 2011 (`isced:0` to `isced:8`) or of CEFR (`cefr:a1` to `cefr:c2`).
pub(super) fn is_level(code: &str) -> bool {
    match code.split_once(':') {
        Some(("isced", level)) => matches!(level.as_bytes(), [b'0'..=b'8']),
        Some(("cefr", level)) => matches!(level.as_bytes(), [b'a'..=b'c', b'1' | b'2']),
        _ => false,
    }
}

/// Whether this can be the name of an audience, such as those of LRMI: `student`, `generalpublic`.
pub(super) fn is_audience(name: &str) -> bool {
    (1..=40).contains(&name.len()) && name.bytes().all(|b| b.is_ascii_lowercase())
}

/// Whether this can be an identifier of SPDX: letters, digits, `.`, `-` and `+`.
pub(super) fn is_licence(id: &str) -> bool {
    (1..=MAX_LICENCE).contains(&id.len())
        && id.bytes().all(|b| b.is_ascii_alphanumeric() || matches!(b, b'.' | b'-' | b'+'))
}

/// Whether this names a version: digits and letters, `.` and `-`.
pub(super) fn is_version(version: &str) -> bool {
    (1..=MAX_VERSION).contains(&version.len())
        && version.bytes().all(|b| b.is_ascii_alphanumeric() || matches!(b, b'.' | b'-'))
}

/// Whether this is a SHA-256 in lower-case hexadecimal digits.
pub(super) fn is_sha256(hash: &str) -> bool {
    hash.len() == 64 && hash.bytes().all(|b| matches!(b, b'0'..=b'9' | b'a'..=b'f'))
}

/// Whether this is a key: `namespace:value`, of any namespace. One that this version does not know is as good as others.
pub(super) fn is_key(key: &str) -> bool {
    let is_name = |b: u8| b.is_ascii_lowercase() || b.is_ascii_digit() || matches!(b, b'_' | b'-');
    let Some((namespace, value)) = key.split_once(':') else { return false };
    (1..=MAX_NAMESPACE).contains(&namespace.len())
        && (1..=MAX_KEY_VALUE).contains(&value.len())
        && namespace.bytes().all(is_name)
        && value.bytes().all(|b| is_name(b) || matches!(b, b'.' | b':'))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn codes_are_told_from_words() {
        for (is, good, bad) in [
            (
                is_subject as fn(&str) -> bool,
                vec!["05", "051", "0511", "1041", "99"],
                vec!["", "5", "11", "05111", "05x"],
            ),
            (
                is_level,
                vec!["isced:0", "isced:8", "cefr:a1", "cefr:c2"],
                vec!["isced:9", "isced:10", "cefr:A1", "b2", ""],
            ),
            (is_audience, vec!["student", "generalpublic"], vec!["", "Student", "the public"]),
            (is_licence, vec!["CC-BY-SA-4.0", "GPL-3.0-or-later", "LicenseRef-x"], vec!["", "CC BY", "a/b"]),
            (
                is_key,
                vec!["type:quiz", "subject:0511", "geo:sp3e", "later:a.b:c"],
                vec!["", "type", "type:", ":x", "Type:x", "a:b c"],
            ),
        ] {
            for text in good {
                assert!(is(text), "{text}");
            }
            for text in bad {
                assert!(!is(text), "{text}");
            }
        }
    }
}
