//! A map by id that is cheap to clone: what a later change copies is one of its parts.

use std::collections::HashMap;
use std::sync::Arc;

use courseglue_protocol::Id;

/// In how many parts a map is kept.
const PARTS: usize = 64;

/// A map by id in parts that clones share until they change.
#[derive(Clone, Debug)]
pub(super) struct Parts<V> {
    /// None before the first entry: a network of many small sites in one process has many empty ones.
    parts: Vec<Arc<HashMap<Id, V>>>,
    len: usize,
}

impl<V> Default for Parts<V> {
    fn default() -> Self {
        Self { parts: Vec::new(), len: 0 }
    }
}

/// The part that an id is in.
pub(super) fn of(id: &Id) -> usize {
    // Sites of one domain share their first bytes; the last ones are spread in ids of every kind.
    usize::from(id.0[19]) % PARTS
}

/// All parts from one of them on, around to the part before it.
pub(super) fn from(random: u64) -> impl Iterator<Item = usize> {
    let first = usize::try_from(random % PARTS as u64).unwrap_or(0);
    (0..PARTS).map(move |n| (first + n) % PARTS)
}

impl<V: Clone> Parts<V> {
    pub fn get(&self, id: &Id) -> Option<&V> {
        self.parts.get(of(id))?.get(id)
    }

    pub fn len(&self) -> usize {
        self.len
    }

    pub fn insert(&mut self, id: Id, value: V) -> Option<V> {
        if self.parts.is_empty() {
            self.parts = vec![Arc::default(); PARTS];
        }
        let before = Arc::make_mut(&mut self.parts[of(&id)]).insert(id, value);
        self.len += usize::from(before.is_none());
        before
    }

    pub fn remove(&mut self, id: &Id) -> Option<V> {
        self.get(id)?;
        let removed = Arc::make_mut(self.parts.get_mut(of(id))?).remove(id);
        self.len -= usize::from(removed.is_some());
        removed
    }

    /// Changes the entry of `id`, which begins as the default; one that `change` makes the default again is removed.
    pub fn alter(&mut self, id: Id, change: impl FnOnce(&mut V))
    where
        V: Default + PartialEq,
    {
        let mut value = self.remove(&id).unwrap_or_default();
        change(&mut value);
        if value != V::default() {
            self.insert(id, value);
        }
    }

    pub fn iter(&self) -> impl Iterator<Item = (&Id, &V)> {
        self.parts.iter().flat_map(|part| part.iter())
    }

    /// The entries of one part.
    pub fn part(&self, part: usize) -> impl Iterator<Item = (&Id, &V)> {
        self.parts.get(part).into_iter().flat_map(|part| part.iter())
    }
}
