//! The part of an index that lies ready in a file. Written by [`super::freeze`], which says what lies where.

use std::cmp::Ordering;

use courseglue_frozen::{Bytes, Rows, Sections, Texts, id_at, u16_at, u32_at, u64_at};
use courseglue_protocol::Id;
use courseglue_protocol::record::Access;
use courseglue_text::{Stemming, Stemmings};

use super::segment::{Name, Postings, Row, Segment};

/// The names of the sections.
pub(super) mod section {
    /// The ids of all records, sorted: a record's slot is its place.
    pub const IDS: &str = "index.ids";
    /// By slot: publisher (4 bytes), seq (8), set of languages (4), set of types (4), access (1).
    pub const ROWS: &str = "index.rows";
    /// The ids of the publishers.
    pub const NODES: &str = "index.nodes";
    /// Sets of languages.
    pub const LANGS: &str = "index.langs";
    /// Sets of types of contents: those of a record, and each alone.
    pub const KINDS: &str = "index.kinds";
    /// Hash of a full name (8 bytes, the highest first) and slot (4 bytes, the highest first), sorted.
    pub const TITLES: &str = "index.titles";
    /// By slot the sections and activities: see [`super::View::each_name`].
    pub const CONTENTS: &str = "index.contents";
    /// All terms, sorted.
    pub const TERMS: &str = "index.terms";
    /// By term: the number at which its lists end (4 bytes), and how many records hold it (4).
    pub const COUNTS: &str = "index.counts";
    /// The number at which the terms of each [bucket](super::bucket) end in the next section (4 bytes).
    pub const BUCKETS: &str = "index.buckets";
    /// The numbers of all terms (4 bytes), by bucket, in a bucket in their order.
    pub const BUCKETED: &str = "index.bucketed";
    /// By list: its stemming (1 byte), how many postings it has (4), and where they begin in the next section (8).
    pub const LISTS: &str = "index.lists";
    /// By list: the slots of its records (4 bytes each), sorted, then their impacts (2 bytes each).
    pub const POSTINGS: &str = "index.postings";
}

/// Bytes of a row of each section.
pub(super) const ID: usize = 20;
pub(super) const ROW: usize = 21;
pub(super) const TITLE: usize = 12;
pub(super) const COUNT: usize = 8;
pub(super) const NUMBER: usize = 4;
pub(super) const LIST: usize = 13;
pub(super) const SLOT: usize = 4;
pub(super) const IMPACT: usize = 2;

/// An index in a file.
#[derive(Clone, Debug)]
pub struct FrozenIndex {
    ids: Rows,
    rows: Rows,
    nodes: Rows,
    langs: Texts,
    kinds: Texts,
    titles: Rows,
    contents: Texts,
    terms: Texts,
    counts: Rows,
    buckets: Rows,
    bucketed: Rows,
    lists: Rows,
    postings: Bytes,
}

impl FrozenIndex {
    /// The index that [`super::Index::write`] wrote; `None` where its sections are not there or do not fit together.
    #[must_use]
    pub fn read(sections: &Sections) -> Option<Self> {
        let rows = |name: &str, width: usize| Rows::read(sections.get(name)?, width);
        let texts = |name: &str| Texts::read(sections.get(name)?);
        let index = Self {
            ids: rows(section::IDS, ID)?,
            rows: rows(section::ROWS, ROW)?,
            nodes: rows(section::NODES, ID)?,
            langs: texts(section::LANGS)?,
            kinds: texts(section::KINDS)?,
            titles: rows(section::TITLES, TITLE)?,
            contents: texts(section::CONTENTS)?,
            terms: texts(section::TERMS)?,
            counts: rows(section::COUNTS, COUNT)?,
            buckets: rows(section::BUCKETS, NUMBER)?,
            bucketed: rows(section::BUCKETED, NUMBER)?,
            lists: rows(section::LISTS, LIST)?,
            postings: sections.get(section::POSTINGS)?,
        };
        let documents = index.ids.len();
        let fits = index.rows.len() == documents
            && index.contents.len() == documents
            && index.counts.len() == index.terms.len()
            && index.bucketed.len() == index.terms.len()
            && u32::try_from(documents.max(index.terms.len())).is_ok()
            && index.buckets.len().is_power_of_two();
        fits.then_some(index)
    }

    /// The number of records, those included that were removed since.
    pub(super) fn len(&self) -> usize {
        self.ids.len()
    }

    /// The slot of a record.
    pub(super) fn slot(&self, id: &Id) -> Option<u32> {
        self.ids.find_even(&id.0).ok().and_then(|slot| u32::try_from(slot).ok())
    }

    /// The index without the records that were `removed` since.
    pub(super) fn view<'f>(&'f self, removed: &'f RemovedSlots) -> View<'f> {
        let all = |rows: &'f Rows| rows.run(0..rows.len());
        View {
            index: self,
            removed,
            ids: all(&self.ids),
            rows: all(&self.rows),
            counts: all(&self.counts),
            lists: all(&self.lists),
            postings: self.postings.get(),
        }
    }
}

/// Records of a frozen index that are no longer there.
#[derive(Clone, Debug, Default)]
pub(super) struct RemovedSlots {
    /// A bit for every slot up to the highest.
    bits: Vec<u64>,
    slots: Vec<u32>,
}

impl RemovedSlots {
    pub fn insert(&mut self, slot: u32) {
        if self.contains(slot) {
            return;
        }
        let word = slot as usize / 64;
        if self.bits.len() <= word {
            self.bits.resize(word + 1, 0);
        }
        self.bits.get_mut(word).into_iter().for_each(|bits| *bits |= 1 << (slot % 64));
        self.slots.push(slot);
    }

    pub fn contains(&self, slot: u32) -> bool {
        self.bits.get(slot as usize / 64).is_some_and(|bits| bits & 1 << (slot % 64) != 0)
    }

    pub fn len(&self) -> usize {
        self.slots.len()
    }
}

/// The bucket of a term, among `buckets`, a power of two (FNV-1a, Fowler, Noll and Vo).
pub(super) fn bucket(term: &str, buckets: usize) -> usize {
    let step = |hash: u64, byte: u8| (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3);
    let hash = term.bytes().fold(0xcbf2_9ce4_8422_2325, step);
    usize::try_from((hash ^ hash >> 32) & (buckets as u64).saturating_sub(1)).unwrap_or(0)
}

/// A frozen index without its removed records, as a query sees it.
#[derive(Clone, Copy, Debug)]
pub(super) struct View<'f> {
    index: &'f FrozenIndex,
    removed: &'f RemovedSlots,
    ids: &'f [u8],
    rows: &'f [u8],
    counts: &'f [u8],
    lists: &'f [u8],
    postings: &'f [u8],
}

/// A list of postings.
#[derive(Clone, Copy, Debug)]
pub(super) struct List<'f> {
    pub stemming: Stemming,
    slots: &'f [u8],
    impacts: &'f [u8],
}

impl<'f> View<'f> {
    /// The number of terms, those included that are in no record any more.
    pub fn terms(&self) -> u32 {
        u32::try_from(self.index.terms.len()).unwrap_or(u32::MAX)
    }

    pub fn list_count(&self) -> usize {
        self.index.lists.len()
    }

    pub fn text(&self, term: u32) -> &'f str {
        self.index.terms.text(term as usize)
    }

    /// The numbers of a term's lists.
    pub fn list_numbers(&self, term: u32) -> std::ops::Range<u32> {
        let end = |term: u32| u32_at(self.counts, term as usize * COUNT);
        term.checked_sub(1).map_or(0, end)..end(term).min(u32::try_from(self.lists.len() / LIST).unwrap_or(0))
    }

    pub fn list(&self, number: u32) -> Option<List<'f>> {
        let at = number as usize * LIST;
        let row = self.lists.get(at..at + LIST)?;
        let stemming = Stemming::numbered(*row.first()?)?;
        let count = u32_at(row, 1) as usize;
        let from = usize::try_from(u64_at(row, 5)).ok()?;
        let (slots, impacts) = (count.checked_mul(SLOT)?, count.checked_mul(IMPACT)?);
        let bytes = self.postings.get(from..from.checked_add(slots)?.checked_add(impacts)?)?;
        let (slots, impacts) = bytes.split_at_checked(slots)?;
        Some(List { stemming, slots, impacts })
    }

    pub fn lists(&self, term: u32) -> impl Iterator<Item = List<'f>> {
        let view = *self;
        self.list_numbers(term).filter_map(move |number| view.list(number))
    }

    /// The number of records that hold a term.
    pub fn records(&self, term: u32) -> usize {
        let stored = u32_at(self.counts, term as usize * COUNT + NUMBER) as usize;
        let lists: Vec<List<'_>> = self.lists(term).collect();
        let removed = &self.removed.slots;
        // To look for a removed record takes some steps, to see a posting takes one.
        let gone = if removed.len() * 8 < lists.iter().map(Postings::len).sum() {
            removed.iter().filter(|slot| lists.iter().any(|list| list.get(**slot).is_some())).count()
        } else {
            let mut gone: Vec<u32> = Vec::new();
            let mut note = |slot, _| gone.extend(Some(slot).filter(|slot| self.removed.contains(*slot)));
            lists.iter().for_each(|list| list.each(&mut note));
            gone.sort_unstable();
            gone.dedup();
            gone.len()
        };
        stored.saturating_sub(gone)
    }

    pub fn titles(&self) -> impl Iterator<Item = (u64, u32)> {
        self.index.titles.iter(0..self.index.titles.len()).map(title)
    }
}

fn title(row: &[u8]) -> (u64, u32) {
    (u64_at(row, 0).swap_bytes(), u32_at(row, 8).swap_bytes())
}

impl Segment for View<'_> {
    type Postings<'s>
        = List<'s>
    where
        Self: 's;

    fn slots(&self) -> usize {
        self.index.len()
    }

    fn live(&self) -> impl Iterator<Item = u32> {
        (0..self.slots()).filter_map(|slot| u32::try_from(slot).ok()).filter(|slot| self.is_live(*slot))
    }

    fn is_live(&self, slot: u32) -> bool {
        (slot as usize) < self.slots() && !self.removed.contains(slot)
    }

    fn id(&self, slot: u32) -> Option<Id> {
        let at = slot as usize * ID;
        (at < self.ids.len()).then(|| id_at(self.ids, at))
    }

    fn compare(&self, a: u32, b: u32) -> Ordering {
        a.cmp(&b)
    }

    fn row(&self, slot: u32) -> Option<Row> {
        let row: &[u8; ROW] = self.rows.get(slot as usize * ROW..)?.first_chunk()?;
        Some(Row {
            node: u32_at(row, 0),
            seq: u64_at(row, 4),
            langs: u32_at(row, 12),
            kinds: u32_at(row, 16),
            access: Access::numbered(row[20])?,
        })
    }

    fn titled(&self, wanted: u64, _: &[u32]) -> Vec<u32> {
        let titles = &self.index.titles;
        let (Ok(from) | Err(from)) = titles.find(&[&wanted.to_be_bytes()[..], &[0; 4]].concat());
        let rows = titles.iter(from..titles.len()).map(title);
        rows.take_while(|(title, _)| *title == wanted).map(|(_, slot)| slot).collect()
    }

    /// For every section or activity: its type (4 bytes), its length (4), how many names it has (4), and for each name
    /// how many words (4), and the numbers of their lists (4 each).
    fn each_name(&self, slot: u32, mut take: impl FnMut(Name<'_>)) {
        let mut rest = self.index.contents.get(slot as usize);
        let mut place = 0;
        while let Some((head, after)) = rest.split_at_checked(3 * NUMBER) {
            rest = after;
            let (kind, length) = (self.kind_set(u32_at(head, 0)), u32_at(head, NUMBER));
            for _ in 0..u32_at(head, 2 * NUMBER) {
                let Some((count, after)) = rest.split_at_checked(NUMBER) else { return };
                let bytes = (u32_at(count, 0) as usize).checked_mul(NUMBER);
                let Some((words, after)) = bytes.and_then(|bytes| after.split_at_checked(bytes)) else {
                    return;
                };
                rest = after;
                let mut words = words.chunks_exact(NUMBER).map(|word| u64::from(u32_at(word, 0)));
                take(Name { place, kind, length, words: &mut words });
            }
            place += 1;
        }
    }

    fn nodes(&self) -> usize {
        self.index.nodes.len()
    }

    fn node(&self, number: u32) -> Option<Id> {
        let row = self.index.nodes.get(number as usize);
        (!row.is_empty()).then(|| id_at(row, 0))
    }

    fn lang_sets(&self) -> usize {
        self.index.langs.len()
    }

    fn lang_set(&self, number: u32) -> &str {
        self.index.langs.text(number as usize)
    }

    fn kind_sets(&self) -> usize {
        self.index.kinds.len()
    }

    fn kind_set(&self, number: u32) -> &str {
        self.index.kinds.text(number as usize)
    }

    fn term(&self, text: &str) -> Option<u32> {
        let (buckets, bucketed) = (&self.index.buckets, &self.index.bucketed);
        let bucket = bucket(text, buckets.len());
        let from = bucket.checked_sub(1).map_or(0, |before| u32_at(buckets.get(before), 0));
        let to = u32_at(buckets.get(bucket), 0);
        let numbers = bucketed.run(from as usize..to as usize);
        let number = |place: usize| u32_at(numbers, place * NUMBER);
        let (mut low, mut high) = (0, numbers.len() / NUMBER);
        while low < high {
            let middle = low + (high - low) / 2;
            match self.index.terms.get(number(middle) as usize).cmp(text.as_bytes()) {
                Ordering::Less => low = middle + 1,
                Ordering::Equal => return Some(number(middle)),
                Ordering::Greater => high = middle,
            }
        }
        None
    }

    fn posting_count(&self, term: u32) -> usize {
        self.lists(term).map(|list| list.len()).sum()
    }

    fn postings(&self, term: u32, of: Stemmings) -> Vec<List<'_>> {
        self.lists(term).filter(|list| of.contains(list.stemming)).collect()
    }

    fn keys(&self, term: u32, of: Stemmings) -> Vec<u64> {
        let held = |number: &u32| self.list(*number).is_some_and(|list| of.contains(list.stemming));
        self.list_numbers(term).filter(held).map(u64::from).collect()
    }
}

impl Postings for List<'_> {
    fn len(&self) -> usize {
        self.slots.len() / SLOT
    }

    fn each(&self, mut take: impl FnMut(u32, u16)) {
        let slots = self.slots.chunks_exact(SLOT).map(|slot| u32_at(slot, 0));
        for (slot, impact) in slots.zip(self.impacts.chunks_exact(IMPACT)) {
            take(slot, u16_at(impact, 0));
        }
    }

    fn get(&self, slot: u32) -> Option<u16> {
        let (mut low, mut high) = (0, self.len());
        while low < high {
            let middle = low + (high - low) / 2;
            match u32_at(self.slots, middle * SLOT).cmp(&slot) {
                Ordering::Less => low = middle + 1,
                Ordering::Equal => return Some(u16_at(self.impacts, middle * IMPACT)),
                Ordering::Greater => high = middle,
            }
        }
        None
    }
}
