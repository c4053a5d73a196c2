//! Language codes.

/// The code of a text of unknown language (ISO 639-2).
pub const UNDETERMINED: &str = "und";

/// The language in a code as Moodle or BCP 47 writes it: `es_mx`, `es-MX` and `ES` are `es`, both written forms of
/// Norwegian are `no`. [`UNDETERMINED`] where there are no two or three letters.
#[must_use]
pub fn primary(code: &str) -> String {
    let subtag: String = code.trim().chars().take_while(|c| !matches!(c, '_' | '-')).take(4).collect();
    let subtag = subtag.to_ascii_lowercase();
    if !matches!(subtag.len(), 2..=3) || !subtag.bytes().all(|b| b.is_ascii_lowercase()) {
        return UNDETERMINED.to_owned();
    }
    match subtag.as_str() {
        "nb" | "nn" => "no".to_owned(),
        _ => subtag,
    }
}

#[cfg(test)]
mod tests {
    use super::primary;

    #[test]
    fn codes_are_cut_to_their_language() {
        for (code, language) in
            [("es_mx", "es"), ("en-US", "en"), ("DE", "de"), ("nb", "no"), ("", "und"), ("x", "und")]
        {
            assert_eq!(primary(code), language);
        }
    }
}
