//! The part of an index that grows and shrinks: on the heap, and searchable at once.

use std::collections::HashMap;
use std::sync::Arc;

use courseglue_protocol::Id;
use courseglue_protocol::record::Access;
use courseglue_text::{Stemming, Stemmings};

use super::indexed_record::IndexedRecord;
use super::names::Names;
use super::posting::{Posting, PostingList};
use super::segment::{Name, Postings, Row, Segment};

/// A term's records, and its text.
#[derive(Clone, Debug, Default)]
struct Term {
    text: Arc<str>,
    postings: PostingList,
}

/// One record.
#[derive(Clone, Debug)]
pub(super) struct Document {
    id: Id,
    node: u32,
    seq: u64,
    langs: u32,
    kinds: u32,
    access: Access,
    pub titles: Vec<u64>,
    /// The number of each of its terms.
    terms: Vec<(u32, Stemming)>,
    contents: Vec<Content>,
}

/// A section or activity, see [`super::indexed_record::IndexedContent`].
#[derive(Clone, Debug)]
struct Content {
    /// Its type, as a set of one.
    kind: u32,
    length: u32,
    /// For every name, the places of its words among the record's terms.
    names: Vec<Vec<u32>>,
}

/// Records on the heap. A clone shares all posting lists and records, and copies those that change afterwards.
#[derive(Clone, Debug, Default)]
pub(super) struct Overlay {
    numbers: HashMap<Arc<str>, u32>,
    terms: Vec<Arc<Term>>,
    free_terms: Vec<u32>,
    documents: Vec<Option<Arc<Document>>>,
    slots: HashMap<Id, u32>,
    free: Vec<u32>,
    nodes: Vec<Id>,
    node_numbers: HashMap<Id, u32>,
    langs: Names,
    kinds: Names,
    /// The postings of no term.
    nothing: PostingList,
}

impl Overlay {
    /// Puts in a record that is not there yet.
    pub fn put(&mut self, id: Id, node: Id, seq: u64, indexed: &IndexedRecord) {
        let Some(slot) = self.free.pop().or_else(|| u32::try_from(self.documents.len()).ok()) else { return };
        let mut terms = Vec::with_capacity(indexed.terms.len());
        for (text, stemming, impact) in &indexed.terms {
            let number = self.number(text);
            if let Some(term) = self.terms.get_mut(number as usize) {
                let posting = Posting { slot, impact: *impact, stemming: *stemming };
                Arc::make_mut(term).postings.insert(posting);
            }
            terms.push((number, *stemming));
        }
        let content = |content: &super::indexed_record::IndexedContent| Content {
            kind: self.kinds.number(&content.kind),
            length: content.length,
            names: content.names.clone(),
        };
        let contents = indexed.contents.iter().map(content).collect();
        let document = Arc::new(Document {
            id,
            node: self.node_number(node),
            seq,
            langs: self.langs.number(&indexed.lang_set()),
            kinds: self.kinds.number(&indexed.kind_set()),
            access: indexed.access,
            titles: indexed.titles.clone(),
            terms,
            contents,
        });
        match self.documents.get_mut(slot as usize) {
            Some(place) => *place = Some(document),
            None => self.documents.push(Some(document)),
        }
        self.slots.insert(id, slot);
    }

    /// Forgets a record. Whether it was there.
    pub fn remove(&mut self, id: &Id) -> bool {
        let Some(slot) = self.slots.remove(id) else { return false };
        let Some(document) = self.documents.get_mut(slot as usize).and_then(Option::take) else {
            return true;
        };
        for (number, _) in &document.terms {
            let Some(shared) = self.terms.get_mut(*number as usize) else { continue };
            let term = Arc::make_mut(shared);
            term.postings.remove(slot);
            // A term that is in texts of two languages comes twice.
            if term.postings.is_empty() && self.numbers.remove(&term.text).is_some() {
                *shared = Arc::default();
                self.free_terms.push(*number);
            }
        }
        self.free.push(slot);
        true
    }

    pub fn len(&self) -> usize {
        self.slots.len()
    }

    /// Every term with its number, in no order.
    pub fn terms(&self) -> impl Iterator<Item = (&str, u32)> {
        self.numbers.iter().map(|(text, number)| (&**text, *number))
    }

    pub fn document(&self, slot: u32) -> Option<&Document> {
        self.documents.get(slot as usize)?.as_deref()
    }

    /// The postings of a term.
    pub fn list(&self, term: u32) -> &PostingList {
        self.terms.get(term as usize).map_or(&self.nothing, |term| &term.postings)
    }

    fn number(&mut self, text: &str) -> u32 {
        if let Some(number) = self.numbers.get(text) {
            return *number;
        }
        let text: Arc<str> = text.into();
        let term = Arc::new(Term { text: text.clone(), postings: PostingList::default() });
        let number = match self.free_terms.pop() {
            Some(number) => {
                self.terms.get_mut(number as usize).into_iter().for_each(|place| *place = term.clone());
                number
            }
            None => {
                self.terms.push(term);
                u32::try_from(self.terms.len() - 1).unwrap_or(u32::MAX)
            }
        };
        self.numbers.insert(text, number);
        number
    }

    fn node_number(&mut self, id: Id) -> u32 {
        *self.node_numbers.entry(id).or_insert_with(|| {
            self.nodes.push(id);
            u32::try_from(self.nodes.len() - 1).unwrap_or(u32::MAX)
        })
    }
}

/// The key of a term in texts of one stemming.
fn key(term: u32, stemming: Stemming) -> u64 {
    u64::from(term) << 8 | u64::from(u8::from(stemming))
}

impl Segment for Overlay {
    type Postings<'s> = OverlayPostings<'s>;

    fn slots(&self) -> usize {
        self.documents.len()
    }

    fn live(&self) -> impl Iterator<Item = u32> {
        self.slots.values().copied()
    }

    fn is_live(&self, slot: u32) -> bool {
        self.document(slot).is_some()
    }

    fn id(&self, slot: u32) -> Option<Id> {
        self.document(slot).map(|document| document.id)
    }

    fn row(&self, slot: u32) -> Option<Row> {
        let Document { node, seq, langs, kinds, access, .. } = *self.document(slot)?;
        Some(Row { node, seq, langs, kinds, access })
    }

    fn titled(&self, title: u64, slots: &[u32]) -> Vec<u32> {
        let titled = |slot: &&u32| self.document(**slot).is_some_and(|d| d.titles.contains(&title));
        slots.iter().filter(titled).copied().collect()
    }

    fn each_name(&self, slot: u32, mut take: impl FnMut(Name<'_>)) {
        let Some(document) = self.document(slot) else { return };
        for (place, content) in document.contents.iter().enumerate() {
            for name in &content.names {
                let mut words = name
                    .iter()
                    .filter_map(|place| document.terms.get(*place as usize))
                    .map(|(term, stemming)| key(*term, *stemming));
                let kind = self.kinds.get(content.kind);
                take(Name { place, kind, length: content.length, words: &mut words });
            }
        }
    }

    fn nodes(&self) -> usize {
        self.nodes.len()
    }

    fn node(&self, number: u32) -> Option<Id> {
        self.nodes.get(number as usize).copied()
    }

    fn lang_sets(&self) -> usize {
        self.langs.len()
    }

    fn lang_set(&self, number: u32) -> &str {
        self.langs.get(number)
    }

    fn kind_sets(&self) -> usize {
        self.kinds.len()
    }

    fn kind_set(&self, number: u32) -> &str {
        self.kinds.get(number)
    }

    fn term(&self, text: &str) -> Option<u32> {
        self.numbers.get(text).copied()
    }

    fn posting_count(&self, term: u32) -> usize {
        self.list(term).len()
    }

    fn postings(&self, term: u32, of: Stemmings) -> Vec<OverlayPostings<'_>> {
        vec![OverlayPostings { list: self.list(term), of }]
    }

    fn keys(&self, term: u32, of: Stemmings) -> Vec<u64> {
        Stemming::all()
            .filter(|stemming| of.contains(*stemming))
            .map(|stemming| key(term, stemming))
            .collect()
    }
}

/// A term's postings of some stemmings.
pub(super) struct OverlayPostings<'s> {
    list: &'s PostingList,
    of: Stemmings,
}

impl Postings for OverlayPostings<'_> {
    fn len(&self) -> usize {
        self.list.len()
    }

    fn each(&self, mut take: impl FnMut(u32, u16)) {
        for posting in self.list.into_iter().filter(|posting| self.of.contains(posting.stemming)) {
            take(posting.slot, posting.impact);
        }
    }

    fn get(&self, slot: u32) -> Option<u16> {
        let of_slot = self.list.of(slot).iter().filter(|posting| self.of.contains(posting.stemming));
        of_slot.map(|posting| posting.impact).max()
    }
}
