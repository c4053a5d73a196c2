//! Sites by node id, in buckets: sorted, cheap to copy, and walked in the order of distance from any key.
//!
//! A bucket holds the ids that share their first bits, so that the buckets in the order of distance from a key are
//! simply their numbers xor the key's first bits (the metric is Kademlia's). Copies share the buckets that neither
//! of them changed since.

use std::sync::Arc;

use super::slot::{Slot, domain_of};
use crate::id::Id;

/// There are twice as many buckets as soon as they hold more than this many sites on average.
const FULL: usize = 64;

#[derive(Clone, Debug)]
pub(super) struct Buckets {
    /// A power of two of them; each sorted by id.
    buckets: Vec<Arc<Vec<Slot>>>,
    len: usize,
}

impl Default for Buckets {
    fn default() -> Self {
        Self { buckets: vec![Arc::default()], len: 0 }
    }
}

impl Buckets {
    pub fn len(&self) -> usize {
        self.len
    }

    /// The number of the bucket that ids beginning like this are in.
    fn bucket_of(&self, domain: u64) -> usize {
        // One bucket takes all 64 bits away, which is more than a shift can.
        let shift = 64 - self.buckets.len().trailing_zeros();
        domain.checked_shr(shift).unwrap_or(0) as usize
    }

    fn find(&self, id: &Id) -> (usize, Result<usize, usize>) {
        let bucket = self.bucket_of(domain_of(id));
        (bucket, self.buckets[bucket].binary_search_by_key(id, |slot| slot.id))
    }

    pub fn get(&self, id: &Id) -> Option<&Slot> {
        let (bucket, place) = self.find(id);
        place.ok().map(|at| &self.buckets[bucket][at])
    }

    pub fn get_mut(&mut self, id: &Id) -> Option<&mut Slot> {
        let (bucket, place) = self.find(id);
        place.ok().map(|at| &mut Arc::make_mut(&mut self.buckets[bucket])[at])
    }

    /// Puts a slot in whose id is not here yet.
    pub fn insert(&mut self, slot: Slot) {
        if self.len >= FULL * self.buckets.len() {
            self.double();
        }
        let (bucket, Err(at)) = self.find(&slot.id) else { return };
        let slots = Arc::make_mut(&mut self.buckets[bucket]);
        // Room for few at a time: every site keeps a table of all.
        if slots.len() == slots.capacity() {
            slots.reserve_exact(slots.len() / 8 + 1);
        }
        slots.insert(at, slot);
        self.len += 1;
    }

    pub fn remove(&mut self, id: &Id) {
        if let (bucket, Ok(at)) = self.find(id) {
            Arc::make_mut(&mut self.buckets[bucket]).remove(at);
            self.len -= 1;
        }
    }

    fn double(&mut self) {
        let mut doubled = Self { buckets: Vec::new(), len: self.len };
        doubled.buckets.resize_with(self.buckets.len() * 2, Arc::default);
        let mut rest = self.buckets.as_slice();
        let mut first = 0;
        while let Some((bucket, others)) = rest.split_first() {
            let middle = bucket.partition_point(|slot| doubled.bucket_of(slot.domain()) == first);
            let (low, high) = bucket.split_at(middle);
            doubled.buckets[first] = Arc::new(low.to_vec());
            doubled.buckets[first + 1] = Arc::new(high.to_vec());
            (rest, first) = (others, first + 2);
        }
        *self = doubled;
    }

    /// All slots, by id.
    pub fn iter(&self) -> impl Iterator<Item = &Slot> {
        self.buckets.iter().flat_map(|bucket| bucket.iter())
    }

    /// The slot at this place in the order of ids.
    pub fn at(&self, mut place: usize) -> Option<&Slot> {
        let holds = |bucket: &&Arc<Vec<Slot>>| {
            let here = place < bucket.len();
            place -= if here { 0 } else { bucket.len() };
            here
        };
        self.buckets.iter().find(holds)?.get(place)
    }

    /// The slots with a higher id, by id.
    pub fn after(&self, id: &Id) -> impl Iterator<Item = &Slot> {
        let (bucket, place) = self.find(id);
        let from = place.map_or_else(|next| next, |here| here + 1);
        let here = self.buckets[bucket][from..].iter();
        here.chain(self.buckets[bucket + 1..].iter().flat_map(|bucket| bucket.iter()))
    }

    /// The sites of each domain, nearest domain first.
    pub fn domains_by_distance(&self, key: &Id) -> impl Iterator<Item = &[Slot]> {
        let key = domain_of(key);
        let nearest = self.bucket_of(key);
        (0..self.buckets.len()).flat_map(move |distance| {
            let bucket = &self.buckets[nearest ^ distance];
            let mut domains: Vec<(u64, &[Slot])> = bucket
                .chunk_by(|a, b| a.domain() == b.domain())
                .filter_map(|sites| sites.first().map(|first| (first.domain() ^ key, sites)))
                .collect();
            domains.sort_unstable_by_key(|(distance, _)| *distance);
            domains.into_iter().map(|(_, sites)| sites)
        })
    }
}
