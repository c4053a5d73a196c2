//! Sites by node id, in buckets: sorted, cheap to copy, and walked in the order of distance from any key.
//!
//! A bucket holds the ids that share their first bits, so that the buckets in the order of distance from a key are
//! simply their numbers xor the key's first bits (the metric is Kademlia's). Copies share the buckets that neither
//! of them changed since. A bucket lies in the frozen base, where there is one, until the first of its sites changes.

use std::sync::Arc;

use courseglue_protocol::Id;

use super::base::Base;
use super::glance::{Glance, domain_of};
use super::slot::{KnownSite, Place, Slot};

/// There are twice as many buckets as soon as they hold more than this many sites on average.
const FULL: usize = 64;

#[derive(Clone, Debug)]
pub(super) struct Buckets {
    base: Option<Arc<Base>>,
    /// A power of two of them; each sorted by id.
    buckets: Vec<Bucket>,
    len: usize,
}

/// These rows of the base, or the slots that took their place.
#[derive(Clone, Debug, Default)]
struct Bucket {
    rows: (u32, u32),
    slots: Option<Arc<Vec<Slot>>>,
}

/// Sites that lie beside each other.
#[derive(Clone, Copy, Debug)]
pub(super) enum Run<'t> {
    /// Slots on the heap; entries that were not read lie in the base.
    Heap(&'t [Slot], Option<&'t Base>),
    /// These rows.
    Base(&'t Base, usize, usize),
}

/// A row of the base as its number.
fn number(row: usize) -> u32 {
    u32::try_from(row).unwrap_or(u32::MAX)
}

/// The number of the bucket, of `buckets` in all, for ids that begin with these 64 bits.
pub(super) fn bucket_of(domain: u64, buckets: usize) -> usize {
    // One bucket takes all 64 bits away, which is more than a shift can.
    let shift = 64 - buckets.trailing_zeros();
    domain.checked_shr(shift).and_then(|bucket| usize::try_from(bucket).ok()).unwrap_or(0)
}

impl Default for Buckets {
    fn default() -> Self {
        Self { base: None, buckets: vec![Bucket::default()], len: 0 }
    }
}

impl Buckets {
    /// The sites of a frozen table.
    pub fn over(base: Base) -> Self {
        let buckets = base
            .buckets()
            .map(|(from, to)| Bucket { rows: (number(from), number(to)), slots: None })
            .collect();
        Self { len: base.len(), buckets, base: Some(Arc::new(base)) }
    }

    pub fn base(&self) -> Option<&Base> {
        self.base.as_deref()
    }

    pub fn len(&self) -> usize {
        self.len
    }

    fn run(&self, bucket: usize) -> Run<'_> {
        match (&self.buckets[bucket], self.base()) {
            (Bucket { slots: Some(slots), .. }, base) => Run::Heap(slots, base),
            (Bucket { rows: (from, to), .. }, Some(base)) => Run::Base(base, *from as usize, *to as usize),
            (_, None) => Run::Heap(&[], None),
        }
    }

    fn find(&self, id: &Id) -> (usize, Result<usize, usize>) {
        let bucket = bucket_of(domain_of(id), self.buckets.len());
        (bucket, self.run(bucket).find(id))
    }

    pub fn get(&self, id: &Id) -> Option<KnownSite<'_>> {
        let (bucket, place) = self.find(id);
        place.ok().and_then(|at| self.run(bucket).at(at))
    }

    /// The slots of a bucket on the heap.
    fn slots(&mut self, bucket: usize) -> &mut Vec<Slot> {
        let Bucket { rows: (from, to), slots } = &mut self.buckets[bucket];
        let rows = || self.base.iter().flat_map(|base| base.glances(*from as usize, *to as usize));
        let read = || rows().map(|glance| Slot { glance, site: None }).collect();
        Arc::make_mut(slots.get_or_insert_with(|| Arc::new(read())))
    }

    pub fn get_mut(&mut self, id: &Id) -> Option<&mut Slot> {
        let (bucket, place) = self.find(id);
        place.ok().and_then(|at| self.slots(bucket).get_mut(at))
    }

    /// Puts in a slot whose id is not here yet.
    pub fn insert(&mut self, slot: Slot) {
        if self.len >= FULL * self.buckets.len() {
            self.double();
        }
        let (bucket, Err(at)) = self.find(slot.id()) else { return };
        let slots = self.slots(bucket);
        // Room for few at a time: every site keeps a table of all.
        if slots.len() == slots.capacity() {
            slots.reserve_exact(slots.len() / 8 + 1);
        }
        slots.insert(at.min(slots.len()), slot);
        self.len += 1;
    }

    pub fn remove(&mut self, id: &Id) {
        if let (bucket, Ok(at)) = self.find(id) {
            let slots = self.slots(bucket);
            if at < slots.len() {
                slots.remove(at);
                self.len -= 1;
            }
        }
    }

    fn double(&mut self) {
        let count = self.buckets.len() * 2;
        let mut doubled = Vec::with_capacity(count);
        for bucket in 0..self.buckets.len() {
            let run = self.run(bucket);
            let middle = run.partition_point(|glance| bucket_of(glance.domain(), count) == doubled.len());
            match run {
                Run::Heap(slots, _) => {
                    let (low, high) = slots.split_at(middle);
                    let bucket =
                        |half: &[Slot]| Bucket { rows: (0, 0), slots: Some(Arc::new(half.to_vec())) };
                    doubled.extend([low, high].map(bucket));
                }
                Run::Base(_, from, to) => {
                    let [from, middle, to] = [from, from + middle, to].map(number);
                    doubled.extend([(from, middle), (middle, to)].map(|rows| Bucket { rows, slots: None }));
                }
            }
        }
        self.buckets = doubled;
    }

    fn runs(&self, from: usize) -> impl Iterator<Item = Run<'_>> {
        (from..self.buckets.len()).map(|bucket| self.run(bucket))
    }

    /// All sites, by id.
    pub fn iter(&self) -> impl Iterator<Item = KnownSite<'_>> {
        self.runs(0).flat_map(Run::iter)
    }

    /// The site at this place in the order of ids.
    pub fn at(&self, mut place: usize) -> Option<KnownSite<'_>> {
        let holds = |run: &Run<'_>| {
            let here = place < run.len();
            place -= if here { 0 } else { run.len() };
            here
        };
        self.runs(0).find(holds)?.at(place)
    }

    /// The sites with a higher id, by id.
    pub fn after(&self, id: &Id) -> impl Iterator<Item = KnownSite<'_>> {
        let (bucket, place) = self.find(id);
        let from = place.map_or_else(|next| next, |here| here + 1);
        self.run(bucket).split_at(from).1.iter().chain(self.runs(bucket + 1).flat_map(Run::iter))
    }

    /// The sites of the domain with these first 64 bits, among them maybe some of others.
    pub fn of_domain(&self, domain: u64) -> impl Iterator<Item = KnownSite<'_>> {
        self.run(bucket_of(domain, self.buckets.len())).iter()
    }

    /// The sites of each domain, nearest domain first.
    pub fn domains_by_distance(&self, key: &Id) -> impl Iterator<Item = Run<'_>> {
        let key = domain_of(key);
        let nearest = bucket_of(key, self.buckets.len());
        (0..self.buckets.len()).flat_map(move |distance| {
            let mut domains: Vec<(u64, Run<'_>)> = Vec::new();
            self.run(nearest ^ distance).each_domain(|domain, run| domains.push((domain ^ key, run)));
            domains.sort_unstable_by_key(|(distance, _)| *distance);
            domains.into_iter().map(|(_, run)| run)
        })
    }
}

impl<'t> Run<'t> {
    fn len(self) -> usize {
        match self {
            Self::Heap(slots, _) => slots.len(),
            Self::Base(_, from, to) => to - from,
        }
    }

    fn find(self, id: &Id) -> Result<usize, usize> {
        match self {
            Self::Heap(slots, _) => slots.binary_search_by_key(id, |slot| *slot.id()),
            Self::Base(base, from, to) => {
                base.find(from, to, id).map(|row| row - from).map_err(|row| row - from)
            }
        }
    }

    fn at(self, place: usize) -> Option<KnownSite<'t>> {
        match self {
            Self::Heap(slots, base) => slots.get(place).map(|slot| KnownSite::new(slot, base)),
            Self::Base(base, from, to) => (place < to - from).then(|| {
                let row = from + place;
                KnownSite { glance: base.glance(row), place: Place::Base(base, Some(row)) }
            }),
        }
    }

    fn split_at(self, place: usize) -> (Self, Self) {
        match self {
            Self::Heap(slots, base) => {
                let (low, high) = slots.split_at(place.min(slots.len()));
                (Self::Heap(low, base), Self::Heap(high, base))
            }
            Self::Base(base, from, to) => {
                let middle = (from + place).min(to);
                (Self::Base(base, from, middle), Self::Base(base, middle, to))
            }
        }
    }

    /// The number of sites before the first one for which `holds` is false; it is true for all sites before that one.
    fn partition_point(self, holds: impl Fn(Glance) -> bool) -> usize {
        match self {
            Self::Heap(slots, _) => slots.partition_point(|slot| holds(slot.glance)),
            Self::Base(base, from, to) => base.glances(from, to).take_while(|glance| holds(*glance)).count(),
        }
    }

    fn iter(self) -> impl Iterator<Item = KnownSite<'t>> {
        (0..self.len()).map_while(move |place| self.at(place))
    }

    /// Tells the sites of each domain.
    fn each_domain(self, mut tell: impl FnMut(u64, Self)) {
        match self {
            Self::Heap(slots, base) => {
                for sites in slots.chunk_by(|a, b| a.glance.domain() == b.glance.domain()) {
                    if let Some(first) = sites.first() {
                        tell(first.glance.domain(), Self::Heap(sites, base));
                    }
                }
            }
            Self::Base(base, from, to) => {
                let mut open: Option<(u64, usize)> = None;
                for (row, glance) in (from..to).zip(base.glances(from, to)) {
                    match open {
                        Some((domain, _)) if domain == glance.domain() => {}
                        Some((domain, first)) => {
                            tell(domain, Self::Base(base, first, row));
                            open = Some((glance.domain(), row));
                        }
                        None => open = Some((glance.domain(), row)),
                    }
                }
                if let Some((domain, first)) = open {
                    tell(domain, Self::Base(base, first, to));
                }
            }
        }
    }

    /// The nearest of these sites that counts.
    pub fn nearest(self, key: &Id, counts: impl Fn(&Glance) -> bool) -> Option<KnownSite<'t>> {
        match self {
            Self::Heap(slots, base) => {
                let counting = slots.iter().filter(|slot| counts(&slot.glance));
                counting.min_by_key(|slot| slot.id().distance(key)).map(|slot| KnownSite::new(slot, base))
            }
            Self::Base(base, from, to) => {
                let counting = (from..to).zip(base.glances(from, to)).filter(|(_, glance)| counts(glance));
                counting
                    .min_by_key(|(_, glance)| glance.id.distance(key))
                    .map(|(row, glance)| KnownSite { glance, place: Place::Base(base, Some(row)) })
            }
        }
    }
}
