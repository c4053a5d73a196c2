//! Terms with more postings than a site holds: only the best ranked are kept.

use std::collections::HashMap;

use courseglue_index::{Holdings, MAX_POSTINGS, weight};
use courseglue_protocol::record::Record;
use courseglue_protocol::{Id, Millis, Term};

use super::Intake;
use super::incoming_item::IncomingItem;
use crate::change::Change;
use crate::site::Site;

/// The weight and the sequence number by which the postings of a term are ranked.
pub(super) type Rank = (u16, Millis);

/// The number of postings that stay when a term is cut: fewer than the limit, so that not each new one has to be
/// weighed against all.
fn kept_of_cut(limit: usize) -> usize {
    limit - limit / 20
}

/// The name of the mark that keeps the lowest rank of the postings that were kept of a term.
fn cut_mark(term: &Term) -> String {
    format!("cut/{term}")
}

/// The change to store for a term that was cut: the lowest rank that was kept.
pub(super) fn mark(term: &Term, (weight, seq): Rank) -> Change {
    Change::Mark { name: cut_mark(term), value: Some(format!("{weight} {seq}")) }
}

impl Intake<'_> {
    /// Whether one more posting of a term by this publisher is taken. Where there are as many as there may be, it has to be
    /// among the best.
    pub(super) fn has_room(&mut self, node: &Id, term: &Term, item: &IncomingItem) -> bool {
        let Some(record) = &item.record else { return true };
        if self.holdings.has_enough_of(node, term) {
            return false;
        }
        if self.holdings.postings(term) >= self.limit {
            match sign(record, *term) {
                Some(Sign::Word(word)) => self.cut(term, Some(&word)),
                Some(Sign::Key) => self.cut(term, None),
                None => return false,
            }
            if self.holdings.postings(term) >= self.limit {
                return false;
            }
        }
        let known = || self.site.cut_below(term);
        self.thresholds
            .get(term)
            .copied()
            .or_else(known)
            .is_none_or(|least| rank(record, *term, item.seq) > least)
    }

    /// Drops the postings of a term that rank lowest: of a word those that it weighs least in, or that do not hold it; of a
    /// key the oldest.
    fn cut(&mut self, term: &Term, word: Option<&str>) {
        let of_term = self.holdings.iter().filter(|item| !item.withdrawn && item.has(term));
        let mut best: HashMap<Id, Rank> = of_term.map(|item| (item.recordid, (0, item.seq))).collect();
        let ranked = word.map(|word| self.site.index.ranked(word));
        for (recordid, seq, weight) in ranked.into_iter().flatten() {
            if self.holdings.get(&recordid).is_some_and(|item| item.seq == seq && item.has(term)) {
                let rank = best.entry(recordid).or_default();
                *rank = (weight, seq).max(*rank);
            }
        }
        let mut ranked: Vec<(Rank, Id)> = best.into_iter().map(|(id, rank)| (rank, id)).collect();
        ranked.sort_unstable_by(|a, b| b.cmp(a));
        let kept = kept_of_cut(self.limit);
        let Some((least, _)) = ranked.get(kept.saturating_sub(1)) else { return };
        self.thresholds.insert(*term, *least);
        for (_, recordid) in ranked.iter().skip(kept) {
            self.holdings.drop_terms(recordid, &[*term]);
            self.touched.insert(*recordid);
        }
    }
}

/// What a term of a record stands for in it.
enum Sign {
    Word(String),
    Key,
}

/// What a term stands for in a record; nothing where its publisher signed a term that is not in its text.
fn sign(record: &Record, term: Term) -> Option<Sign> {
    if record.keys.iter().any(|key| Term::of_key(key) == term) {
        return Some(Sign::Key);
    }
    record.words().into_iter().find(|word| Term::of_word(word) == term).map(Sign::Word)
}

/// The rank of a record's posting of a term.
fn rank(record: &Record, term: Term, seq: Millis) -> Rank {
    match sign(record, term) {
        Some(Sign::Word(word)) => (weight(record, &word), seq),
        Some(Sign::Key) | None => (0, seq),
    }
}

impl Site {
    /// The lowest rank of the postings that were kept when there were too many of a term.
    fn cut_below(&self, term: &Term) -> Option<Rank> {
        let (weight, seq) = self.marks.get(&cut_mark(term))?.split_once(' ')?;
        Some((weight.parse().ok()?, seq.parse().ok()?))
    }

    /// Whether there were too many postings of a term, so that only the best ranked are held.
    #[must_use]
    pub fn is_cut(&self, term: &Term) -> bool {
        self.cut_below(term).is_some()
    }

    /// The changes that take back the mark of a cut from every term that is below its limit again, so that any posting of the
    /// term is accepted.
    #[must_use]
    pub fn mended_cuts(&self, holdings: &Holdings) -> Vec<Change> {
        let mended = |name: &&String| {
            let term = name.strip_prefix("cut/").and_then(|term| term.parse::<Term>().ok());
            term.is_some_and(|term| holdings.postings(&term) < MAX_POSTINGS / 2)
        };
        self.marks
            .keys()
            .filter(mended)
            .map(|name| Change::Mark { name: name.clone(), value: None })
            .collect()
    }
}
