//! One copy of each entry and one look at each signature, for a process that runs many sites.
//!
//! A simulator has ten thousand tables of the same ten thousand sites. Once [`share`] was called, every text is parsed
//! once, every signature that holds is verified once, and all tables hold the same copy of the same entry. Nothing
//! else changes: what is remembered is what would be found again.

use std::collections::{HashMap, HashSet};
use std::sync::{Arc, Mutex, MutexGuard, OnceLock, PoisonError};

use sha1::{Digest, Sha1};

type Hash = [u8; 20];

/// Signatures that are remembered at most; then all are forgotten.
const MAX_SIGNATURES: usize = 4_000_000;

/// The signatures that hold, with their keys and texts; set once sites share.
static SIGNATURES: OnceLock<Mutex<HashSet<Hash>>> = OnceLock::new();

/// Turns on a cache of parsed and verified entries that all sites of this process use.
pub fn share() {
    SIGNATURES.get_or_init(Mutex::default);
}

/// Whether sites share what they read.
pub(crate) fn is_shared() -> bool {
    SIGNATURES.get().is_some()
}

/// Checks a signature, unless the same was found to hold before.
pub(crate) fn once<E>(
    key: &[u8],
    signed: &[u8],
    sig: &[u8],
    verify: impl FnOnce() -> Result<(), E>,
) -> Result<(), E> {
    let Some(known) = SIGNATURES.get() else { return verify() };
    let signature = hash(&[key, sig, signed]);
    if lock(known).contains(&signature) {
        return Ok(());
    }
    verify()?;
    let mut known = lock(known);
    if known.len() >= MAX_SIGNATURES {
        known.clear();
    }
    known.insert(signature);
    Ok(())
}

/// The values that are in use, by their text: those of one text that differ lie beside each other.
#[derive(Debug)]
pub(crate) struct Copies<T> {
    by_text: HashMap<Hash, Vec<Arc<T>>>,
    copies: usize,
    /// The number of copies when unused ones were last thrown away.
    swept_at: usize,
}

impl<T> Default for Copies<T> {
    fn default() -> Self {
        Self { by_text: HashMap::new(), copies: 0, swept_at: 0 }
    }
}

impl<T> Copies<T> {
    /// A value of this text.
    pub fn of_text(&self, text: &str) -> Option<Arc<T>> {
        self.by_text.get(&hash(&[text.as_bytes()]))?.first().cloned()
    }

    /// The one copy of a value of this text.
    pub fn one_copy(&mut self, text: &str, value: &Arc<T>, is_same: impl Fn(&T, &T) -> bool) -> Arc<T> {
        if self.copies > 2 * self.swept_at + 1_000 {
            self.sweep();
        }
        let copies = self.by_text.entry(hash(&[text.as_bytes()])).or_default();
        if let Some(known) = copies.iter().find(|known| is_same(known, value)) {
            return known.clone();
        }
        copies.push(value.clone());
        self.copies += 1;
        value.clone()
    }

    /// Throws away values that are not in use any more.
    fn sweep(&mut self) {
        self.by_text.retain(|_, copies| {
            copies.retain(|copy| Arc::strong_count(copy) > 1);
            !copies.is_empty()
        });
        self.copies = self.by_text.values().map(Vec::len).sum();
        self.swept_at = self.copies;
    }
}

fn hash(parts: &[&[u8]]) -> Hash {
    let mut hash = Sha1::new();
    parts.iter().for_each(|part| hash.update(part));
    hash.finalize().into()
}

/// The value, whatever happened to the thread that held it last.
pub(crate) fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_nobody_holds_is_thrown_away() {
        let mut copies = Copies::default();
        let kept = copies.one_copy("kept", &Arc::new(0), PartialEq::eq);
        for n in 0..1_500 {
            copies.one_copy("other", &Arc::new(n), PartialEq::eq);
        }
        assert!(copies.copies < 1_000, "{} copies", copies.copies);
        assert!(Arc::ptr_eq(&kept, &copies.one_copy("kept", &Arc::new(0), PartialEq::eq)));
    }
}
