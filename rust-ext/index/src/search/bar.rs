//! The bar of a term: how many of its postings a search looks at.

use std::cmp::Reverse;
use std::collections::HashMap;

use courseglue_protocol::Id;
use courseglue_text::{QueryWord, Stemming};

use super::segment::{Postings, Segment};

/// The last posting of a term that is looked at: those of a higher impact come before it, and of those of the same impact
/// those of a lower record id.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Bar(Reverse<u16>, Id);

impl Bar {
    /// Whether a posting of this impact is looked at.
    pub fn lets<S: Segment>(self, segment: &S, slot: u32, impact: u16) -> bool {
        match impact.cmp(&self.0.0) {
            std::cmp::Ordering::Less => false,
            std::cmp::Ordering::Greater => true,
            std::cmp::Ordering::Equal => segment.id(slot).is_some_and(|id| id <= self.1),
        }
    }
}

/// The bars of those terms of which not all postings are looked at.
pub(super) type Bars = HashMap<String, Bar>;

/// The bars of a query's terms, where at most `most` postings of one are looked at.
pub(super) fn bars<A: Segment, B: Segment>(a: &A, b: Option<&B>, words: &[QueryWord], most: usize) -> Bars {
    let mut bars = Bars::new();
    for alternative in words.iter().flat_map(|word| &word.alternatives) {
        let term = &alternative.term;
        let in_b = b.and_then(|b| Some((b, b.term(term)?)));
        let in_a = a.term(term).map(|number| (a, number));
        let count = in_a.map_or(0, |(a, number)| a.posting_count(number))
            + in_b.map_or(0, |(b, number)| b.posting_count(number));
        if count <= most {
            continue;
        }
        let mut all: Vec<Bar> = Vec::with_capacity(count);
        in_a.into_iter().for_each(|(a, number)| collect(a, number, &mut all));
        in_b.into_iter().for_each(|(b, number)| collect(b, number, &mut all));
        if all.len() > most && most > 0 {
            let (_, bar, _) = all.select_nth_unstable(most - 1);
            bars.insert(term.clone(), *bar);
        }
    }
    bars
}

fn collect<S: Segment>(segment: &S, term: u32, all: &mut Vec<Bar>) {
    for list in segment.postings(term, Stemming::all().collect()) {
        list.each(|slot, impact| {
            let id = Some(slot).filter(|slot| segment.is_live(*slot)).and_then(|slot| segment.id(slot));
            all.extend(id.map(|id| Bar(Reverse(impact), id)));
        });
    }
}
