//! The key of a term.

use sha1::{Digest, Sha1};

/// The key under which a term's postings are placed: SHA-1("term", NUL, term).
#[must_use]
pub fn term_key(term: &str) -> [u8; 20] {
    Sha1::new().chain_update(b"term\0").chain_update(term).finalize().into()
}
