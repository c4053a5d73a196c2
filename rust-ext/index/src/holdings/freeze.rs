//! Holdings on their way into a file.

use std::collections::{BTreeMap, HashMap, HashSet};
use std::io::{self, Write};

use courseglue_frozen::{SectionWriter, Texts, u32_at};
use courseglue_protocol::{Id, Term};

use super::frozen::pair;
use super::item::{HoldingRef, Place};
use super::{FrozenHoldings, Holdings, MAX_POSTINGS_OF_ONE_SITE};

/// The numbers that terms get.
struct Numbering {
    /// The terms, sorted.
    terms: Vec<Term>,
    /// The number of each term in the file that the items lie in now.
    of_file: Vec<u32>,
    /// The number of each term of an item on the heap.
    of_heap: HashMap<Term, u32>,
}

impl Numbering {
    fn new(items: &[HoldingRef<'_>]) -> Self {
        let mut in_file: Vec<Option<Term>> = Vec::new();
        let mut on_heap: HashSet<Term> = HashSet::new();
        for item in items {
            match item.place {
                Place::Heap(held) => on_heap.extend(&held.terms),
                Place::File { frozen, numbers, .. } => {
                    in_file.resize(frozen.term_count(), None);
                    for number in numbers.chunks_exact(4).map(|bytes| u32_at(bytes, 0) as usize) {
                        if let Some(term) = in_file.get_mut(number).filter(|term| term.is_none()) {
                            *term = frozen.term(number);
                        }
                    }
                }
            }
        }
        let mut terms: Vec<Term> = in_file.iter().flatten().chain(&on_heap).copied().collect();
        terms.sort_unstable();
        terms.dedup();
        let number_of = |term: &Term| terms.binary_search(term).map_or(u32::MAX, number);
        let of_file = in_file.iter().map(|term| term.as_ref().map_or(u32::MAX, number_of)).collect();
        let of_heap = on_heap.iter().map(|term| (*term, number_of(term))).collect();
        Self { terms, of_file, of_heap }
    }

    /// Adds the numbers of an item's terms, ascending.
    fn add(&self, item: &HoldingRef<'_>, all: &mut Vec<u32>) {
        let number = |bytes: &[u8]| self.of_file.get(u32_at(bytes, 0) as usize).copied();
        match item.place {
            Place::Heap(held) => all.extend(held.terms.iter().filter_map(|term| self.of_heap.get(term))),
            Place::File { numbers, .. } => {
                let numbers = numbers.chunks_exact(4).filter_map(number);
                all.extend(numbers.filter(|number| *number != u32::MAX));
            }
        }
    }
}

/// Writes holdings into a file: the items, and the counts over them.
struct HoldingsWriter<'h> {
    /// Sorted by record id.
    items: Vec<HoldingRef<'h>>,
    /// Sorted.
    publishers: Vec<(Id, Total)>,
    /// Sorted.
    terms: Vec<Term>,
    /// The numbers of all items' terms, one item's after the other's.
    numbers: Vec<u32>,
    /// The offset at which each item's numbers begin, and the one at which the last item's end.
    begins: Vec<usize>,
}

impl FrozenHoldings {
    /// Writes everything held.
    ///
    /// # Errors
    /// Errors of the writer.
    pub fn write(holdings: &Holdings, out: &mut SectionWriter<impl Write>) -> io::Result<()> {
        let items: Vec<HoldingRef<'_>> = holdings.after(None).collect();
        let publishers = publishers(&items);
        let numbering = Numbering::new(&items);
        let (mut numbers, mut begins) = (Vec::new(), vec![0]);
        for item in &items {
            numbering.add(item, &mut numbers);
            begins.push(numbers.len());
        }
        if u32::try_from(numbers.len()).is_err() {
            return Err(io::Error::new(io::ErrorKind::InvalidInput, "more is held than a file can number"));
        }
        let writer = HoldingsWriter { items, publishers, terms: numbering.terms, numbers, begins };
        writer.write_items(out)?;
        writer.write_counts(out)?;
        writer.write_enough(out)
    }
}

impl HoldingsWriter<'_> {
    /// The numbers of the terms that an item is held for.
    fn numbers_of(&self, item: usize) -> &[u32] {
        &self.numbers[self.begins[item]..self.begins[item + 1]]
    }

    fn write_items(&self, out: &mut SectionWriter<impl Write>) -> io::Result<()> {
        out.begin("held.records")?;
        self.items.iter().try_for_each(|item| out.write_all(&item.recordid.0))?;
        out.begin("held.items")?;
        for (at, item) in self.items.iter().enumerate() {
            let publisher = self.publishers.binary_search_by_key(&item.node, |(node, _)| *node);
            let doubled = number(self.numbers_of(at).len()) * 2 + u32::from(item.withdrawn);
            let numbers = [publisher.map_or(u32::MAX, number), number(self.begins[at]), doubled];
            numbers.iter().try_for_each(|number| out.write_all(&number.to_le_bytes()))?;
            out.write_all(&item.seq.to_le_bytes())?;
        }
        out.begin("held.sigs")?;
        self.items.iter().try_for_each(|item| out.write_all(&item.sig().0))?;
        Texts::write(out, "held.bodies", self.items.iter().map(HoldingRef::body))?;
        out.begin("held.numbers")?;
        self.numbers.iter().try_for_each(|number| out.write_all(&number.to_le_bytes()))
    }

    fn write_counts(&self, out: &mut SectionWriter<impl Write>) -> io::Result<()> {
        let postings = self.postings(|_| true);
        out.begin("held.terms")?;
        for (term, postings) in self.terms.iter().zip(postings) {
            out.write_all(&term.0)?;
            out.write_all(&postings.to_le_bytes())?;
        }
        out.begin("held.publishers")?;
        for (node, Total { items, bytes }) in &self.publishers {
            out.write_all(&node.0)?;
            out.write_all(&items.to_le_bytes())?;
            out.write_all(&bytes.to_le_bytes())?;
        }
        let bytes: u64 = self.publishers.iter().map(|(_, total)| total.bytes).sum();
        out.section("held.bytes", &bytes.to_le_bytes())
    }

    /// The pairs of a publisher and a term with as many postings as are held.
    fn write_enough(&self, out: &mut SectionWriter<impl Write>) -> io::Result<()> {
        out.begin("held.enough")?;
        let enough = number(MAX_POSTINGS_OF_ONE_SITE);
        let large = |(_, (_, total)): &(usize, &(Id, Total))| total.items >= enough;
        for (publisher, (node, _)) in self.publishers.iter().enumerate().filter(large) {
            let postings = self.postings(|item| item.node == *node);
            for (term, _) in postings.iter().enumerate().filter(|(_, postings)| **postings >= enough) {
                out.write_all(&pair(number(publisher), number(term)))?;
            }
        }
        Ok(())
    }

    /// Counts the postings of each term among these records.
    fn postings(&self, is_counted: impl Fn(&HoldingRef<'_>) -> bool) -> Vec<u32> {
        let mut postings = vec![0; self.terms.len()];
        let counted = |(_, item): &(usize, &HoldingRef<'_>)| !item.withdrawn && is_counted(item);
        for (at, _) in self.items.iter().enumerate().filter(counted) {
            self.numbers_of(at).iter().for_each(|number| postings[*number as usize] += 1);
        }
        postings
    }
}

/// A place as a number in the file. [`FrozenHoldings::write`] refuses to write more items than have one.
fn number(place: usize) -> u32 {
    u32::try_from(place).unwrap_or(u32::MAX)
}

/// The items of one publisher, and their bytes.
#[derive(Default)]
struct Total {
    items: u32,
    bytes: u64,
}

/// Every publisher, sorted, and what there is of it.
fn publishers(items: &[HoldingRef<'_>]) -> Vec<(Id, Total)> {
    let mut publishers: BTreeMap<Id, Total> = BTreeMap::new();
    for item in items {
        let total = publishers.entry(item.node).or_default();
        total.items += 1;
        total.bytes += item.bytes();
    }
    publishers.into_iter().collect()
}
