//! The inverted index over the records that a site holds: what lies ready in a file, and what came since.

use std::cmp::Reverse;
use std::collections::BTreeSet;

use courseglue_protocol::record::Record;
use courseglue_protocol::{Id, Query};
use courseglue_text::{QueryWord, Stemming, words};

use super::Context;
use super::answer::{Answer, Hit};
use super::bar::{Bars, bars};
use super::content_matcher::ContentMatcher;
use super::frozen::{FrozenIndex, RemovedSlots, View};
use super::indexed_record::{IndexedRecord, title_hash};
use super::match_filter::{MatchFilter, PreparedFilters, Tally};
use super::matching::{Match, find_matches, score};
use super::overlay::Overlay;
use super::posting::MAX_POSTINGS;
use super::segment::{Postings, Segment};

/// The records that a site holds, searchable by every word in them. Clones share what none of them changes.
#[derive(Clone, Debug, Default)]
pub struct Index {
    base: Option<FrozenIndex>,
    /// The slots of the base that were removed or replaced since.
    removed: RemovedSlots,
    pub(super) overlay: Overlay,
    /// Another limit than [`MAX_POSTINGS`], in tests.
    #[cfg(test)]
    most: Option<usize>,
}

/// A match that may be on the page.
struct RankedMatch {
    points: u32,
    /// When nothing was searched for, newer records come first.
    newest: u64,
    hit: Hit,
    slot: u32,
    frozen: bool,
}

impl RankedMatch {
    fn rank(&self) -> (Reverse<(u32, u64)>, Id) {
        (Reverse((self.points, self.newest)), self.hit.recordid)
    }
}

impl Index {
    /// An index of nothing.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// An index of what a file holds.
    #[must_use]
    pub fn over(base: FrozenIndex) -> Self {
        Self { base: Some(base), ..Self::default() }
    }

    /// Puts in a record, in place of any other version of it.
    pub fn put(&mut self, record_id: Id, node_id: Id, seq: u64, record: &Record) {
        self.put_indexed(record_id, node_id, seq, &IndexedRecord::of(record));
    }

    /// Puts in a record whose [prepared form](IndexedRecord) is known.
    pub fn put_indexed(&mut self, record_id: Id, node_id: Id, seq: u64, indexed: &IndexedRecord) {
        self.remove(&record_id);
        self.overlay.put(record_id, node_id, seq, indexed);
    }

    /// Forgets a record.
    pub fn remove(&mut self, record_id: &Id) {
        if !self.overlay.remove(record_id) {
            let slot = self.base.as_ref().and_then(|base| base.slot(record_id));
            slot.into_iter().for_each(|slot| self.removed.insert(slot));
        }
    }

    /// The number of records.
    #[must_use]
    pub fn len(&self) -> usize {
        self.overlay.len() + self.base.as_ref().map_or(0, FrozenIndex::len) - self.removed.len()
    }

    /// Whether no record is held.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// In how many of the held records `term` is.
    #[must_use]
    pub fn df(&self, term: &str) -> u64 {
        let frozen = self.view().and_then(|base| Some(base.records(base.term(term)?)));
        let fresh = self.overlay.term(term).map(|term| self.overlay.list(term).records());
        (frozen.unwrap_or(0) + fresh.unwrap_or(0)) as u64
    }

    /// The records that hold `term`: id, seq and [`super::weight`]. One in several languages comes once for each.
    #[must_use]
    pub fn ranked(&self, term: &str) -> Vec<(Id, u64, u16)> {
        let mut ranked = Vec::new();
        ranked_in(&self.overlay, term, &mut ranked);
        self.view().into_iter().for_each(|base| ranked_in(&base, term, &mut ranked));
        ranked
    }

    /// The number of different terms.
    #[must_use]
    pub fn distinct_terms(&self) -> usize {
        let mut terms: BTreeSet<&str> = self.overlay.terms().map(|(text, _)| text).collect();
        if let Some(base) = self.view() {
            let held = (0..base.terms()).filter(|term| base.records(*term) > 0);
            terms.extend(held.map(|term| base.text(term)));
        }
        terms.len()
    }

    /// Evaluates `query`: matches, best first, one page of them, and facets over all. A query without words lists what
    /// passes the filters, newest first. `cut` where there are more postings of a word than are looked at; `complete` is
    /// true: the caller knows better what its site lacks.
    #[must_use]
    pub fn search(&self, query: &Query, context: &Context<'_>) -> Answer {
        self.search_for(query, &query.parsed_words(), context)
    }

    /// The same, where the query's words are known already.
    #[must_use]
    pub fn search_for(&self, query: &Query, parsed: &[QueryWord], context: &Context<'_>) -> Answer {
        let base = self.view();
        let bars = bars(&self.overlay, base.as_ref(), parsed, self.most());
        let search = Search { query, words: parsed, bars, title: title_hash(&words(&query.words)), context };
        let mut tally = Tally::default();
        let (mut total, mut ranked) = search.segment(&self.overlay, false, &mut tally);
        if let Some(base) = &base {
            let (of_base, more) = search.segment(base, true, &mut tally);
            total += of_base;
            ranked.extend(more);
        }
        ranked.sort_unstable_by_key(RankedMatch::rank);
        let fresh = ContentMatcher::new(&self.overlay, parsed, &query.filters.kind);
        let frozen = base.as_ref().map(|base| ContentMatcher::new(base, parsed, &query.filters.kind));
        let page = ranked.into_iter().skip(query.offset).take(query.limit);
        let hits = page.map(|RankedMatch { mut hit, slot, frozen: is_frozen, .. }| {
            let frozen = frozen.as_ref().filter(|_| is_frozen);
            hit.matched = frozen.map_or_else(|| fresh.contents(slot), |frozen| frozen.contents(slot));
            hit
        });
        Answer {
            total: total as u64,
            complete: true,
            cut: !search.bars.is_empty(),
            hits: hits.collect(),
            facets: tally.facets(),
        }
    }

    pub(super) fn view(&self) -> Option<View<'_>> {
        self.base.as_ref().map(|base| base.view(&self.removed))
    }

    #[cfg(not(test))]
    #[allow(clippy::unused_self, reason = "in tests an index may have another limit")]
    fn most(&self) -> usize {
        MAX_POSTINGS
    }

    /// The same with another limit, or with the usual one.
    #[cfg(test)]
    pub(super) fn looking_at(self, most: Option<usize>) -> Self {
        Self { most, ..self }
    }

    #[cfg(test)]
    fn most(&self) -> usize {
        self.most.unwrap_or(MAX_POSTINGS)
    }
}

fn ranked_in<S: Segment>(segment: &S, term: &str, ranked: &mut Vec<(Id, u64, u16)>) {
    let Some(term) = segment.term(term) else { return };
    for list in segment.postings(term, Stemming::all().collect()) {
        list.each(|slot, impact| {
            let live = Some(slot).filter(|slot| segment.is_live(*slot));
            let found = live.and_then(|slot| Some((segment.id(slot)?, segment.row(slot)?.seq, impact)));
            ranked.extend(found);
        });
    }
}

/// One query on its way through the segments.
struct Search<'a> {
    query: &'a Query,
    words: &'a [QueryWord],
    bars: Bars,
    title: u64,
    context: &'a Context<'a>,
}

impl Search<'_> {
    /// Evaluates the query over one segment: the number of records that match, and those of them that may be on the
    /// page.
    fn segment<S: Segment>(&self, segment: &S, frozen: bool, tally: &mut Tally) -> (usize, Vec<RankedMatch>) {
        let browsing = self.query.is_browsing();
        let mut all: Vec<Match> = if browsing {
            segment.live().map(|slot| Match { slot, points: 0 }).collect()
        } else {
            find_matches(segment, self.words, &self.bars, &self.query.lang, self.title)
        };
        if !self.context.blocked.is_empty() {
            let slots: Vec<u32> = all.iter().map(|found| found.slot).collect();
            let blocked = self.context.blocked.blocked(segment, &slots);
            all.retain(|found| !blocked.contains(&found.slot));
        }
        let wanted = PreparedFilters::new(&self.query.filters);
        let mut shown = MatchFilter::new(segment, &wanted, self.context);
        all.retain(|found| shown.take(found.slot));
        shown.add_to(tally);
        let total = all.len();
        let newest = |slot: u32| if browsing { segment.row(slot).map_or(0, |row| row.seq) } else { 0 };
        let order = |a: &Match, b: &Match| {
            let rank = |found: &Match| Reverse((found.points, newest(found.slot)));
            rank(a).cmp(&rank(b)).then_with(|| segment.compare(a.slot, b.slot))
        };
        let end = self.query.offset.saturating_add(self.query.limit);
        if end < all.len() && end > 0 {
            all.select_nth_unstable_by(end - 1, order);
        }
        all.truncate(end);
        let ranked = all.into_iter().filter_map(|Match { slot, points }| {
            let row = segment.row(slot)?;
            let recordid = segment.id(slot)?;
            let nodeid = segment.node(row.node)?;
            let hit = Hit { recordid, nodeid, seq: row.seq, score: score(points), matched: Vec::new() };
            Some(RankedMatch { points, newest: newest(slot), hit, slot, frozen })
        });
        (total, ranked.collect())
    }
}
