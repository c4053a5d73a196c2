//! The inverted index over the records that a site holds.

use std::collections::HashMap;
use std::hash::{DefaultHasher, Hash, Hasher};
use std::sync::Arc;

use super::Context;
use super::answer::{Answer, Hit};
use super::block_list::BlockList;
use super::candidates::{Candidate, candidates};
use super::facets::FacetCounter;
use super::filter::Filter;
use super::matched::matched_contents;
use super::posting::{Posting, PostingList};
use super::score::impacts;
use crate::holdings::MAX_POSTINGS;
use crate::id::Id;
use crate::query::Query;
use crate::record::Record;
use crate::text::{QueryWord, Word, words};

/// One held record.
#[derive(Clone, Debug)]
pub(super) struct Document {
    pub id: Id,
    /// The publisher's place in [`Index::nodes`].
    pub node: u32,
    pub seq: u64,
    pub record: Arc<Record>,
    /// Hashes of the full names, to tell a query that is one.
    titles: Vec<u64>,
}

impl Document {
    pub fn is_titled(&self, title: u64) -> bool {
        self.titles.contains(&title)
    }
}

/// The records that a site holds, searchable by every word in them. A clone shares all posting lists and records, and
/// copies those that change afterwards.
#[derive(Clone, Debug, Default)]
pub struct Index {
    terms: HashMap<Arc<str>, Arc<PostingList>>,
    documents: Vec<Option<Arc<Document>>>,
    slots: HashMap<Id, u32>,
    free: Vec<u32>,
    pub(super) nodes: Vec<Id>,
    node_slots: HashMap<Id, u32>,
}

impl Index {
    /// An index of nothing.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Takes a record in, in place of any other version of it.
    pub fn put(&mut self, record_id: Id, node_id: Id, seq: u64, record: Arc<Record>) {
        self.remove(&record_id);
        let Some(slot) = self.free.pop().or_else(|| u32::try_from(self.documents.len()).ok()) else { return };
        for ((term, stemming), impact) in impacts(&record) {
            let postings = Arc::make_mut(self.terms.entry(term.into()).or_default());
            postings.insert(Posting { slot, impact, stemming });
        }
        let titles = record.fullname.values().map(|title| title_hash(&words(title))).collect();
        let document = Arc::new(Document { id: record_id, node: self.node(node_id), seq, record, titles });
        match self.documents.get_mut(slot as usize) {
            Some(place) => *place = Some(document),
            None => self.documents.push(Some(document)),
        }
        self.slots.insert(record_id, slot);
    }

    /// Forgets a record.
    pub fn remove(&mut self, record_id: &Id) {
        let Some(slot) = self.slots.remove(record_id) else { return };
        let Some(document) = self.documents.get_mut(slot as usize).and_then(Option::take) else { return };
        for (term, _) in impacts(&document.record).into_keys() {
            if let Some(postings) = self.terms.get_mut(term.as_str()) {
                let postings = Arc::make_mut(postings);
                postings.remove(slot);
                if postings.is_empty() {
                    self.terms.remove(term.as_str());
                }
            }
        }
        self.free.push(slot);
    }

    /// How many records are held.
    #[must_use]
    pub fn len(&self) -> usize {
        self.slots.len()
    }

    /// Whether no record is held.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.slots.is_empty()
    }

    /// In how many of the held records `term` is.
    #[must_use]
    pub fn df(&self, term: &str) -> u64 {
        self.terms.get(term).map_or(0, |postings| postings.records() as u64)
    }

    /// The records that hold `term`: id, seq and [`super::weight`]. One in several languages comes once for each.
    pub fn ranked(&self, term: &str) -> impl Iterator<Item = (Id, u64, u16)> {
        self.postings(term).filter_map(|posting| {
            let document = self.document(posting.slot)?;
            Some((document.id, document.seq, posting.impact))
        })
    }

    /// How many different terms there are.
    #[must_use]
    pub fn distinct_terms(&self) -> usize {
        self.terms.len()
    }

    /// The memory of the posting lists, in bytes, without the records.
    #[must_use]
    pub fn posting_bytes(&self) -> usize {
        self.terms
            .iter()
            .map(|(term, list)| {
                term.len()
                    + size_of::<(Arc<str>, Arc<PostingList>)>()
                    + size_of::<PostingList>()
                    + list.bytes()
            })
            .sum()
    }

    /// Evaluates `query`: matches, best first, one page of them, and facets over all. A query without words lists what
    /// passes the filters, newest first. `cut` where there are more postings of a word than are looked at; `complete` is
    /// true: the caller knows better what its site lacks.
    #[must_use]
    pub fn search(&self, query: &Query, context: &Context<'_>) -> Answer {
        let words = query.parsed_words();
        let mut found = if query.is_browsing() {
            self.everything()
        } else {
            candidates(self, &words, &query.lang, title_hash(&crate::text::words(&query.words)))
        };
        let filter = Filter::new(self, &query.filters, context);
        let blocked = BlockList::new(context.blocked_words).slots(self);
        let mut facets = FacetCounter::new(self);
        found.retain(|candidate| {
            let shown = !blocked.contains(&candidate.slot)
                && self.document(candidate.slot).is_some_and(|document| filter.passes(document));
            if shown {
                self.document(candidate.slot).into_iter().for_each(|document| facets.count(document));
            }
            shown
        });
        let total = found.len() as u64;
        let page = self.page(found, query.offset, query.limit);
        let hits = page
            .into_iter()
            .filter_map(|candidate| Some((candidate, self.document(candidate.slot)?)))
            .map(|(candidate, document)| Hit {
                recordid: document.id,
                nodeid: self.nodes.get(document.node as usize).copied().unwrap_or(document.id),
                seq: document.seq,
                score: candidate.score(),
                matched: matched_contents(&document.record, &words, &query.filters.kind),
            })
            .collect();
        Answer { total, complete: true, cut: self.cuts(&words), hits, facets: facets.finish(context) }
    }

    fn everything(&self) -> Vec<Candidate> {
        self.slots.values().map(|&slot| Candidate { slot, points: 0 }).collect()
    }

    /// Ranks by score, browsing by newness, ties by record id; only as much as the page needs is sorted.
    fn page(&self, mut found: Vec<Candidate>, offset: usize, limit: usize) -> Vec<Candidate> {
        let key = |candidate: &Candidate| {
            let document = self.document(candidate.slot);
            let newest = if candidate.points == 0 { document.map_or(0, |d| d.seq) } else { 0 };
            (std::cmp::Reverse((candidate.points, newest)), document.map(|d| d.id))
        };
        let end = offset.saturating_add(limit);
        if end < found.len() && end > 0 {
            found.select_nth_unstable_by_key(end - 1, key);
        }
        found.truncate(end);
        found.sort_unstable_by_key(key);
        found.into_iter().skip(offset).collect()
    }

    pub(super) fn document(&self, slot: u32) -> Option<&Document> {
        self.documents.get(slot as usize)?.as_deref()
    }

    pub(super) fn slot_count(&self) -> usize {
        self.documents.len()
    }

    pub(super) fn postings(&self, term: &str) -> impl Iterator<Item = &Posting> {
        self.terms.get(term).into_iter().flat_map(|list| list.iter())
    }

    /// The best postings of a term: no more than are looked at for one query.
    pub(super) fn best_postings(&self, term: &str) -> impl Iterator<Item = &Posting> {
        self.terms.get(term).into_iter().flat_map(|list| list.best(MAX_POSTINGS))
    }

    /// Whether there are more postings of one of the words than are looked at.
    fn cuts(&self, words: &[QueryWord]) -> bool {
        let is_long = |term: &str| self.terms.get(term).is_some_and(|list| list.len() > MAX_POSTINGS);
        words.iter().any(|word| word.alternatives.iter().any(|alternative| is_long(&alternative.term)))
    }

    fn node(&mut self, id: Id) -> u32 {
        *self.node_slots.entry(id).or_insert_with(|| {
            self.nodes.push(id);
            u32::try_from(self.nodes.len() - 1).unwrap_or(u32::MAX)
        })
    }
}

/// Two texts of the same words have the same hash. For this process only.
fn title_hash(words: &[Word]) -> u64 {
    let mut hasher = DefaultHasher::new();
    words.iter().for_each(|word| word.text.hash(&mut hasher));
    hasher.finish()
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;
    use std::sync::Arc;

    use super::{Index, MAX_POSTINGS};
    use crate::query::Query;
    use crate::search::Context;
    use crate::search::posting::Posting;
    use crate::text::Stemming;

    #[test]
    fn an_answer_says_when_not_all_postings_of_a_word_were_looked_at() {
        let mut index = Index::new();
        let mut hold = |slot: usize| {
            let slot = u32::try_from(slot).unwrap();
            let posting = Posting { slot, impact: 1, stemming: Stemming::of("en") };
            Arc::make_mut(index.terms.entry("marin".into()).or_default()).insert(posting);
            let query = Query { words: "marine".into(), lang: "en".into(), ..Query::default() };
            let nothing = BTreeSet::new();
            let context = Context { country: &|_| None, visible: &|_| true, blocked_words: &nothing };
            (slot as usize >= MAX_POSTINGS - 1).then(|| index.search(&query, &context).cut)
        };
        let cuts: Vec<bool> = (0..=MAX_POSTINGS).filter_map(&mut hold).collect();
        assert_eq!(cuts, [false, true]);
    }
}
