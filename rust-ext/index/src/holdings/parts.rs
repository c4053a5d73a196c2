//! A map by id or term that is cheap to clone: what a later change copies is one of its parts.

use std::collections::HashMap;
use std::hash::Hash;
use std::sync::Arc;

use courseglue_protocol::{Id, Term};

/// In how many parts a map is kept.
const PARTS: usize = 64;

/// What a map can be by.
pub(super) trait Key: Copy + Eq + Hash {
    /// A byte in which keys of every kind differ.
    fn spread(&self) -> u8;
}

impl Key for Id {
    // Sites of one domain share their first bytes; the last ones are spread in ids of every kind.
    fn spread(&self) -> u8 {
        self.0[19]
    }
}

impl Key for Term {
    fn spread(&self) -> u8 {
        self.0[5]
    }
}

/// A map in parts that clones share until they change.
#[derive(Clone, Debug)]
pub(super) struct Parts<K, V> {
    /// None before the first entry: a network of many small sites in one process has many empty ones.
    parts: Vec<Arc<HashMap<K, V>>>,
    len: usize,
}

impl<K, V> Default for Parts<K, V> {
    fn default() -> Self {
        Self { parts: Vec::new(), len: 0 }
    }
}

/// The part that a key is in.
pub(super) fn of(key: &impl Key) -> usize {
    usize::from(key.spread()) % PARTS
}

/// All parts from one of them on, around to the part before it.
pub(super) fn from(random: u64) -> impl Iterator<Item = usize> {
    let first = usize::try_from(random % PARTS as u64).unwrap_or(0);
    (0..PARTS).map(move |n| (first + n) % PARTS)
}

impl<K: Key, V: Clone> Parts<K, V> {
    pub fn get(&self, id: &K) -> Option<&V> {
        self.parts.get(of(id))?.get(id)
    }

    pub fn len(&self) -> usize {
        self.len
    }

    pub fn insert(&mut self, id: K, value: V) -> Option<V> {
        if self.parts.is_empty() {
            self.parts = vec![Arc::default(); PARTS];
        }
        let before = Arc::make_mut(&mut self.parts[of(&id)]).insert(id, value);
        self.len += usize::from(before.is_none());
        before
    }

    pub fn remove(&mut self, id: &K) -> Option<V> {
        self.get(id)?;
        let removed = Arc::make_mut(self.parts.get_mut(of(id))?).remove(id);
        self.len -= usize::from(removed.is_some());
        removed
    }

    /// Changes the entry of `id`, which begins as the default; one that `change` makes the default again is removed.
    pub fn alter(&mut self, id: K, change: impl FnOnce(&mut V))
    where
        V: Default + PartialEq,
    {
        let mut value = self.remove(&id).unwrap_or_default();
        change(&mut value);
        if value != V::default() {
            self.insert(id, value);
        }
    }

    pub fn iter(&self) -> impl Iterator<Item = (&K, &V)> {
        self.parts.iter().flat_map(|part| part.iter())
    }

    /// The entries of one part.
    pub fn part(&self, part: usize) -> impl Iterator<Item = (&K, &V)> {
        self.parts.get(part).into_iter().flat_map(|part| part.iter())
    }
}
