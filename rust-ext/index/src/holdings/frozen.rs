//! Holdings as they lie in a file.

use courseglue_frozen::{Rows, Sections, Texts, id_at, u32_at, u64_at};
use courseglue_protocol::{Id, Millis, Sig, Term};

/// The bytes of an id.
pub(super) const ID: usize = 20;
/// The bytes of an item: its publisher's number, where the numbers of its terms begin, twice how many they are and one
/// more for a tombstone, and its seq.
pub(super) const ITEM: usize = 20;
/// The bytes of a signature.
pub(super) const SIG: usize = 64;
/// The bytes of a term's number.
pub(super) const NUMBER: usize = 4;
/// The bytes of a term's row: the term, and how many postings there are.
pub(super) const TERM: usize = WORD + 4;
/// The bytes of a term.
const WORD: usize = 6;
/// The bytes of a publisher: its node id, how many items there are of it, and what they take.
pub(super) const PUBLISHER: usize = ID + 4 + 8;
/// The bytes of a pair of a publisher's and a term's number, big-endian so that pairs are found by them.
pub(super) const PAIR: usize = 8;
/// More than anything takes: a damaged file must not make sums overflow.
const MOST_BYTES: u64 = 1 << 48;

/// Everything that a site held when a file was written, sorted by record id. Terms and publishers are numbers in sorted
/// lists.
#[derive(Clone, Debug)]
pub struct FrozenHoldings {
    records: Rows,
    items: Rows,
    sigs: Rows,
    bodies: Texts,
    numbers: Rows,
    terms: Rows,
    publishers: Rows,
    enough: Rows,
    bytes: u64,
}

/// An item as it lies in the file.
#[derive(Clone, Copy, Debug)]
pub(super) struct FrozenItem<'h> {
    pub recordid: Id,
    pub node: Id,
    pub seq: Millis,
    pub withdrawn: bool,
    /// The numbers of its terms, 4 bytes each.
    pub numbers: &'h [u8],
}

impl FrozenHoldings {
    /// The holdings in a file; `None` where a part is missing or does not fit the others.
    #[must_use]
    pub fn read(sections: &Sections) -> Option<Self> {
        let rows = |name, width| Rows::read(sections.get(name)?, width);
        let held = Self {
            records: rows("held.records", ID)?,
            items: rows("held.items", ITEM)?,
            sigs: rows("held.sigs", SIG)?,
            bodies: Texts::read(sections.get("held.bodies")?)?,
            numbers: rows("held.numbers", NUMBER)?,
            terms: rows("held.terms", TERM)?,
            publishers: rows("held.publishers", PUBLISHER)?,
            enough: rows("held.enough", PAIR)?,
            bytes: u64_at(sections.get("held.bytes")?.get(), 0).min(MOST_BYTES),
        };
        let count = held.records.len();
        [held.items.len(), held.sigs.len(), held.bodies.len()].iter().all(|len| *len == count).then_some(held)
    }

    /// The number of items.
    pub(super) fn len(&self) -> usize {
        self.records.len()
    }

    /// The bytes that everything takes.
    pub(super) fn bytes(&self) -> u64 {
        self.bytes
    }

    /// The place of a record, or where it would be.
    pub(super) fn find(&self, recordid: &Id) -> Result<usize, usize> {
        self.records.find_even(&recordid.0)
    }

    /// The item at a place.
    pub(super) fn get(&self, item: usize) -> Option<FrozenItem<'_>> {
        let row = self.items.get(item);
        let node = self.publisher(u32_at(row, 0) as usize)?;
        let (first, count) = (u32_at(row, 4) as usize, u32_at(row, 8));
        Some(FrozenItem {
            recordid: id_at(self.records.get(item), 0),
            node,
            seq: u64_at(row, 12),
            withdrawn: count % 2 == 1,
            numbers: self.numbers.run(first..first.saturating_add(count as usize / 2)),
        })
    }

    pub(super) fn body(&self, item: usize) -> &str {
        self.bodies.text(item)
    }

    pub(super) fn body_bytes(&self, item: usize) -> usize {
        self.bodies.get(item).len()
    }

    pub(super) fn sig(&self, item: usize) -> Sig {
        Sig(self.sigs.get(item).first_chunk().copied().unwrap_or([0; SIG]))
    }

    /// The number of terms.
    pub(super) fn term_count(&self) -> usize {
        self.terms.len()
    }

    /// The term of a number.
    pub(super) fn term(&self, number: usize) -> Option<Term> {
        self.terms.get(number).first_chunk().copied().map(Term)
    }

    /// The number of a term.
    pub(super) fn term_number(&self, term: &Term) -> Option<usize> {
        self.terms.find(&term.0).ok()
    }

    /// Every term, and how many postings there are of it.
    pub(super) fn terms(&self) -> impl Iterator<Item = (Term, usize)> {
        let row = |row: &[u8]| Some((row.first_chunk().copied().map(Term)?, u32_at(row, WORD) as usize));
        self.terms.iter(0..self.terms.len()).filter_map(row)
    }

    /// The number of postings of a term.
    pub(super) fn postings(&self, term: &Term) -> usize {
        self.term_number(term).map_or(0, |number| u32_at(self.terms.get(number), WORD) as usize)
    }

    fn publisher(&self, number: usize) -> Option<Id> {
        self.publishers.get(number).first_chunk().copied().map(Id)
    }

    /// Every publisher.
    pub(super) fn publishers(&self) -> impl Iterator<Item = Id> {
        self.publishers.iter(0..self.publishers.len()).map(|row| id_at(row, 0))
    }

    /// The number of items of a publisher, and the bytes that they take.
    pub(super) fn share(&self, publisher: &Id) -> Option<(usize, u64)> {
        let row = self.publishers.get(self.publishers.find(&publisher.0).ok()?);
        Some((u32_at(row, ID) as usize, u64_at(row, ID + 4).min(MOST_BYTES)))
    }

    /// Whether there are as many postings of a term by one publisher as a site holds.
    pub(super) fn has_enough_of(&self, publisher: &Id, term: &Term) -> bool {
        let publisher = || u32::try_from(self.publishers.find(&publisher.0).ok()?).ok();
        let term = || u32::try_from(self.term_number(term)?).ok();
        let pair = || Some(pair(publisher()?, term()?));
        !self.enough.is_empty() && pair().is_some_and(|pair| self.enough.find(&pair).is_ok())
    }
}

/// A publisher's and a term's number.
pub(super) fn pair(publisher: u32, term: u32) -> [u8; PAIR] {
    (u64::from(publisher) << 32 | u64::from(term)).to_be_bytes()
}
