//! Holdings on their way into a file.

use std::collections::{BTreeMap, HashMap, HashSet};
use std::io::{self, Write};

use super::frozen::pair;
use super::item::{HeldRef, Place};
use super::{FrozenHoldings, Holdings, MAX_POSTINGS_OF_ONE_SITE};
use crate::frozen::{SectionWriter, Texts, u32_at};
use crate::id::Id;

/// The numbers that terms get.
struct Numbering {
    /// The terms, sorted.
    terms: Vec<Id>,
    /// The number of each term in the file that the items lie in now.
    of_file: Vec<u32>,
    /// The number of each term of an item on the heap.
    of_heap: HashMap<Id, u32>,
}

impl Numbering {
    fn new(items: &[HeldRef<'_>]) -> Self {
        let mut in_file: Vec<Option<Id>> = Vec::new();
        let mut on_heap: HashSet<Id> = HashSet::new();
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
        let mut terms: Vec<Id> = in_file.iter().flatten().chain(&on_heap).copied().collect();
        terms.sort_unstable();
        terms.dedup();
        let number = |term: &Id| terms.binary_search(term).map_or(u32::MAX, |number| number as u32);
        let of_file = in_file.iter().map(|term| term.as_ref().map_or(u32::MAX, number)).collect();
        let of_heap = on_heap.iter().map(|term| (*term, number(term))).collect();
        Self { terms, of_file, of_heap }
    }

    /// The numbers of an item's terms, ascending.
    fn of(&self, item: &HeldRef<'_>) -> Vec<u32> {
        let number = |bytes: &[u8]| self.of_file.get(u32_at(bytes, 0) as usize).copied();
        match item.place {
            Place::Heap(held) => {
                held.terms.iter().filter_map(|term| self.of_heap.get(term)).copied().collect()
            }
            Place::File { numbers, .. } => {
                numbers.chunks_exact(4).filter_map(number).filter(|number| *number != u32::MAX).collect()
            }
        }
    }
}

impl FrozenHoldings {
    /// Writes everything held.
    ///
    /// # Errors
    /// What writing says.
    pub fn write(holdings: &Holdings, out: &mut SectionWriter<impl Write>) -> io::Result<()> {
        let items: Vec<HeldRef<'_>> = holdings.after(None).collect();
        let numbering = Numbering::new(&items);
        let publishers = publishers(&items);
        let publisher_of = |node: &Id| {
            publishers.binary_search_by_key(node, |(node, _)| *node).map_or(u32::MAX, |at| at as u32)
        };
        let mut postings = vec![0_u32; numbering.terms.len()];

        out.begin("held.numbers")?;
        let mut rows = Vec::with_capacity(items.len());
        let mut first = 0_u32;
        for item in &items {
            let numbers = numbering.of(item);
            for number in &numbers {
                out.write_all(&number.to_le_bytes())?;
                postings[*number as usize] += u32::from(!item.withdrawn);
            }
            let count = numbers.len() as u32;
            rows.push((publisher_of(&item.node), first, count * 2 + u32::from(item.withdrawn), item.seq));
            first = first.checked_add(count).ok_or_else(too_many)?;
        }
        out.begin("held.items")?;
        for (publisher, first, count, seq) in rows {
            [publisher, first, count].iter().try_for_each(|number| out.write_all(&number.to_le_bytes()))?;
            out.write_all(&seq.to_le_bytes())?;
        }
        out.begin("held.records")?;
        items.iter().try_for_each(|item| out.write_all(&item.recordid.0))?;
        out.begin("held.sigs")?;
        items.iter().try_for_each(|item| out.write_all(&item.sig().0))?;
        Texts::write(out, "held.bodies", items.iter().map(HeldRef::body))?;
        out.begin("held.terms")?;
        for (term, postings) in numbering.terms.iter().zip(&postings) {
            out.write_all(&term.0)?;
            out.write_all(&postings.to_le_bytes())?;
        }
        out.begin("held.publishers")?;
        for (node, share) in &publishers {
            out.write_all(&node.0)?;
            out.write_all(&share.items.to_le_bytes())?;
            out.write_all(&share.bytes.to_le_bytes())?;
        }
        out.begin("held.enough")?;
        for (number, (node, share)) in publishers.iter().enumerate() {
            if share.items as usize >= MAX_POSTINGS_OF_ONE_SITE {
                let of_it = items.iter().filter(|item| item.node == *node && !item.withdrawn);
                let mut counts = vec![0_usize; numbering.terms.len()];
                of_it.flat_map(|item| numbering.of(item)).for_each(|term| counts[term as usize] += 1);
                let enough =
                    counts.iter().enumerate().filter(|(_, count)| **count >= MAX_POSTINGS_OF_ONE_SITE);
                for (term, _) in enough {
                    out.write_all(&pair(number as u32, term as u32))?;
                }
            }
        }
        let bytes: u64 = publishers.iter().map(|(_, share)| share.bytes).sum();
        out.section("held.bytes", &bytes.to_le_bytes())
    }
}

#[derive(Default)]
struct Total {
    items: u32,
    bytes: u64,
}

/// Every publisher, sorted, and what there is of it.
fn publishers(items: &[HeldRef<'_>]) -> Vec<(Id, Total)> {
    let mut publishers: BTreeMap<Id, Total> = BTreeMap::new();
    for item in items {
        let total = publishers.entry(item.node).or_default();
        total.items += 1;
        total.bytes += item.bytes();
    }
    publishers.into_iter().collect()
}

fn too_many() -> io::Error {
    io::Error::new(io::ErrorKind::InvalidInput, "more postings are held than a file can number")
}
