//! How frequent terms are in the network, as their homes say: no single home is believed.

use std::collections::BTreeMap;

use crate::change::{Change, FrequencyRow};
use crate::id::Id;
use crate::search::bounded;
use crate::site::Site;
use crate::time::{Day, Millis, day_of};

/// The most terms whose frequency is kept.
pub const MAX_KEPT: usize = 20_000;
/// The most homes of a term.
const MAX_ANSWERS: usize = 16;
/// What is this many days old is written again, even where little changed.
const STALE_DAYS: Day = 7;

/// What homes said in the course of one task.
#[derive(Clone, Debug, Default)]
pub struct Frequencies(BTreeMap<Id, Vec<u64>>);

impl Frequencies {
    /// Notes what one home said of a term; it must be asked about each only once.
    pub fn note(&mut self, term: Id, count: u64) {
        let counts = self.0.entry(term).or_default();
        if counts.len() < MAX_ANSWERS {
            counts.push(bounded(count));
        }
    }

    /// What is news in it. Of several homes the median counts, the lower one of two. A single home moves what is known by a
    /// factor of two at most.
    #[must_use]
    pub fn changes(self, site: &Site, now: Millis) -> Vec<Change> {
        let day = day_of(now);
        let mut news: BTreeMap<Id, u64> = BTreeMap::new();
        for (term, mut counts) in self.0 {
            counts.sort_unstable();
            let Some(median) = counts.get((counts.len().max(1) - 1) / 2) else { continue };
            let before = site.frequencies.get(&term);
            let count = match before.filter(|_| counts.len() == 1) {
                Some(known) => (*median).clamp(known.count.div_ceil(2), known.count.saturating_mul(2)),
                None => *median,
            };
            let tells_more = before.is_none_or(|known| {
                count.abs_diff(known.count) * 10 > known.count || known.day + STALE_DAYS <= day
            });
            if count > 0 && tells_more {
                news.insert(term, count);
            }
        }
        let forgotten = oldest(site, &news).into_iter().map(|term| (term, 0));
        forgotten
            .chain(news.iter().map(|(term, count)| (*term, *count)))
            .take(2 * MAX_KEPT)
            .map(|(term, count)| Change::Frequency(FrequencyRow { term, count, day }))
            .collect()
    }
}

/// Which terms make room for the new ones.
fn oldest(site: &Site, news: &BTreeMap<Id, u64>) -> Vec<Id> {
    let kept =
        site.frequencies.len() + news.keys().filter(|term| !site.frequencies.contains_key(term)).count();
    let Some(excess) = kept.checked_sub(MAX_KEPT).filter(|excess| *excess > 0) else { return Vec::new() };
    let mut old: Vec<(Day, Id)> = site
        .frequencies
        .values()
        .filter(|row| !news.contains_key(&row.term))
        .map(|row| (row.day, row.term))
        .collect();
    old.sort_unstable();
    old.into_iter().take(excess).map(|(_, term)| term).collect()
}
