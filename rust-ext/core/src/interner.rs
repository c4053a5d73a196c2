//! One copy of each entry and one look at each signature, for a process that runs many sites.
//!
//! A simulator has ten thousand tables of the same ten thousand sites. Once [`share`] was called, every text is parsed
//! once, every signature that holds is verified once, and all tables hold the same copy of the same entry. Nothing
//! else changes: what is remembered is what would be found again.

use std::collections::{HashMap, HashSet};
use std::sync::{Arc, Mutex, MutexGuard, OnceLock, PoisonError};

use sha1::{Digest, Sha1};

use crate::entry::{CheckedEntry, Entry};

type Hash = [u8; 20];

/// Signatures that are remembered at most; then all are forgotten.
const MAX_SIGNATURES: usize = 4_000_000;

static SHARED: OnceLock<Interner> = OnceLock::new();

#[derive(Debug, Default)]
struct Interner {
    entries: Mutex<Entries>,
    /// What was signed by whom, of signatures that hold.
    signatures: Mutex<HashSet<Hash>>,
}

/// The entries that are in use, by their text: copies with other vouchers lie beside each other.
#[derive(Debug, Default)]
struct Entries {
    by_text: HashMap<Hash, Vec<Arc<CheckedEntry>>>,
    copies: usize,
    /// How many copies there were when unused ones were last thrown away.
    swept_at: usize,
}

/// Lets all sites of this process share what they read, from now on.
pub fn share() {
    SHARED.get_or_init(Interner::default);
}

/// The same text as it was read before.
pub(crate) fn read_before(entry: &Entry) -> Option<Arc<CheckedEntry>> {
    let entries = lock(&SHARED.get()?.entries);
    entries.by_text.get(&hash(&[entry.body.as_bytes()]))?.first().cloned()
}

/// The one copy of an entry.
pub(crate) fn one_copy(entry: Arc<CheckedEntry>) -> Arc<CheckedEntry> {
    let Some(shared) = SHARED.get() else { return entry };
    lock(&shared.entries).one_copy(entry)
}

/// Checks a signature, unless the same was found to hold before.
pub(crate) fn once<E>(
    key: &[u8],
    signed: &[u8],
    sig: &[u8],
    verify: impl FnOnce() -> Result<(), E>,
) -> Result<(), E> {
    let Some(shared) = SHARED.get() else { return verify() };
    let signature = hash(&[key, sig, signed]);
    if lock(&shared.signatures).contains(&signature) {
        return Ok(());
    }
    verify()?;
    let mut signatures = lock(&shared.signatures);
    if signatures.len() >= MAX_SIGNATURES {
        signatures.clear();
    }
    signatures.insert(signature);
    Ok(())
}

impl Entries {
    fn one_copy(&mut self, entry: Arc<CheckedEntry>) -> Arc<CheckedEntry> {
        if self.copies > 2 * self.swept_at + 1_000 {
            self.sweep();
        }
        let copies = self.by_text.entry(hash(&[entry.entry.body.as_bytes()])).or_default();
        if let Some(known) = copies.iter().find(|known| known.entry == entry.entry) {
            return known.clone();
        }
        copies.push(entry.clone());
        self.copies += 1;
        entry
    }

    /// Throws away what no table holds any more.
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

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::descriptor::tests::body;
    use crate::sign::{ItemType, PublicKey, Secret, Sig, SignError};
    use crate::table::PeerTable;
    use crate::voucher::Voucher;

    fn entry(address: &str, days: &[u32]) -> Entry {
        let by = crate::id::Id::digest(b"giver");
        let voucher = |day: &u32| Voucher { by, day: *day, sig: Sig([0; 64]) };
        let body = body(address, PublicKey([1; 32]), 1_000_000);
        Entry { body, sig: Sig([0; 64]), vouchers: days.iter().map(voucher).collect() }
    }

    #[test]
    fn tables_share_entries_that_are_alike_and_no_others() {
        share();
        let held = |entry: Entry| {
            let mut table = PeerTable::default();
            let read = entry.read().unwrap();
            let id = read.id;
            table.put(read);
            table.get(&id).unwrap().site().into_arc()
        };
        let first = held(entry("a.example", &[1]));
        assert!(Arc::ptr_eq(&first, &held(entry("a.example", &[1]))));
        let other_voucher = held(entry("a.example", &[2]));
        assert_eq!((other_voucher.id, other_voucher.entry.vouchers[0].day), (first.id, 2));
        assert_ne!(held(entry("b.example", &[1])).id, first.id);
    }

    #[test]
    fn what_no_table_holds_is_thrown_away() {
        let mut entries = Entries::default();
        let kept = entries.one_copy(Arc::new(entry("kept.example", &[]).read().unwrap()));
        for n in 0..1_500 {
            entries.one_copy(Arc::new(entry("b.example", &[n]).read().unwrap()));
        }
        assert!(entries.copies < 1_000, "{} copies", entries.copies);
        assert!(Arc::ptr_eq(&kept, &entries.one_copy(Arc::new(entry("kept.example", &[]).read().unwrap()))));
    }

    #[test]
    fn a_signature_that_held_once_holds_for_nothing_else() {
        share();
        let secret = Secret::from_base64("BwcHBwcHBwcHBwcHBwcHBwcHBwcHBwcHBwcHBwcHBwc=").unwrap();
        let sig = secret.sign("net", ItemType::Record, "{}");
        for _ in 0..2 {
            assert_eq!(secret.public().verify("net", ItemType::Record, "{}", &sig), Ok(()));
            for (network, item, body) in [
                ("net", ItemType::Record, "{ }"),
                ("net", ItemType::Tombstone, "{}"),
                ("x", ItemType::Record, "{}"),
            ] {
                assert_eq!(secret.public().verify(network, item, body, &sig), Err(SignError::Signature));
            }
        }
    }
}
