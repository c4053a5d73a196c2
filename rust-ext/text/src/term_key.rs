//! Where a term is placed.

use sha1::{Digest, Sha1};

/// Where a term's postings live in the key space: SHA-1("term", NUL, term).
#[must_use]
pub fn term_key(term: &str) -> [u8; 20] {
    Sha1::new().chain_update(b"term\0").chain_update(term).finalize().into()
}
