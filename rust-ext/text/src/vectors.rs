//! The test vectors that freeze the tokeniser.

use serde::{Deserialize, Serialize};

use super::{term_key, terms};

const FILE: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../vectors/terms.json");

#[derive(Debug, PartialEq, Serialize, Deserialize)]
struct Vector {
    text: String,
    lang: String,
    terms: Vec<String>,
    keys: Vec<String>,
}

fn hex(key: [u8; 20]) -> String {
    key.iter().map(|byte| format!("{byte:02x}")).collect()
}

impl Vector {
    fn of(text: &str, lang: &str) -> Self {
        let terms: Vec<String> = terms(text, lang).into_iter().map(|token| token.term).collect();
        let keys = terms.iter().map(|term| hex(term_key(term))).collect();
        Self { text: text.to_owned(), lang: lang.to_owned(), terms, keys }
    }
}

/// `COURSEGLUE_BLESS=1` writes the expected terms anew; a difference in review is a change of protocol.
#[test]
fn the_vectors_hold() {
    let frozen = std::fs::read_to_string(FILE).unwrap();
    let vectors: Vec<Vector> = serde_json::from_str(&frozen).unwrap();
    assert!(vectors.len() >= 40);
    let anew: Vec<Vector> = vectors.iter().map(|vector| Vector::of(&vector.text, &vector.lang)).collect();
    if std::env::var_os("COURSEGLUE_BLESS").is_some() {
        let lines: Vec<String> = anew.iter().map(|vector| serde_json::to_string(vector).unwrap()).collect();
        std::fs::write(FILE, format!("[\n{}\n]\n", lines.join(",\n"))).unwrap();
    } else {
        assert_eq!(anew, vectors);
    }
}
