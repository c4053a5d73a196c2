//! The test vectors that freeze the tokeniser.

use serde::{Deserialize, Serialize};

use super::{term_key, terms};
use crate::id::Id;

const VECTORS: &str = include_str!("../../vectors/terms.json");

#[derive(Debug, PartialEq, Serialize, Deserialize)]
struct Vector {
    text: String,
    lang: String,
    terms: Vec<String>,
    keys: Vec<String>,
}

impl Vector {
    fn of(text: &str, lang: &str) -> Self {
        let terms: Vec<String> = terms(text, lang).into_iter().map(|token| token.term).collect();
        let keys = terms.iter().map(|term| Id(term_key(term)).to_string()).collect();
        Self { text: text.to_owned(), lang: lang.to_owned(), terms, keys }
    }
}

#[test]
fn the_vectors_hold() {
    let vectors: Vec<Vector> = serde_json::from_str(VECTORS).unwrap();
    assert!(vectors.len() >= 40);
    for vector in vectors {
        assert_eq!(Vector::of(&vector.text, &vector.lang), vector);
    }
}

/// Prints the vectors anew. What is printed may only be longer than what was frozen, never different.
#[test]
#[ignore = "writes nothing; prints vectors for vectors/terms.json"]
fn print_the_vectors() {
    let vectors: Vec<Vector> = serde_json::from_str(VECTORS).unwrap();
    let anew: Vec<Vector> = vectors.iter().map(|vector| Vector::of(&vector.text, &vector.lang)).collect();
    println!("{}", serde_json::to_string_pretty(&anew).unwrap());
}
