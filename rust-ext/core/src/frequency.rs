//! Frequencies of terms in the network, as their homes say: no single home is believed.

use std::collections::BTreeMap;

use courseglue_index::bounded;
use courseglue_protocol::{Day, Millis, Term, day_of};

use crate::change::{Change, FrequencyRow};
use crate::site::Site;

/// The most terms whose frequency is kept.
pub const MAX_KEPT: usize = 20_000;
/// The most homes of a term.
const MAX_ANSWERS: usize = 16;
/// The number of days after which a frequency is written again, even where it changed little.
const STALE_DAYS: Day = 7;

/// The frequencies that homes named in the course of one task.
#[derive(Clone, Debug, Default)]
pub struct Frequencies(BTreeMap<Term, Vec<u64>>);

impl Frequencies {
    /// Notes what one home said of a term; it must be asked about each only once.
    pub fn note(&mut self, term: Term, count: u64) {
        let counts = self.0.entry(term).or_default();
        if counts.len() < MAX_ANSWERS {
            counts.push(bounded(count));
        }
    }

    /// The changes to store. Of several homes the median counts, the lower one of two. A single home moves a known
    /// frequency by a factor of two at most.
    #[must_use]
    pub fn changes(self, site: &Site, now: Millis) -> Vec<Change> {
        let day = day_of(now);
        let mut news: BTreeMap<Term, u64> = BTreeMap::new();
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

/// The terms that make room for the new ones.
fn oldest(site: &Site, news: &BTreeMap<Term, u64>) -> Vec<Term> {
    let kept =
        site.frequencies.len() + news.keys().filter(|term| !site.frequencies.contains_key(term)).count();
    let Some(excess) = kept.checked_sub(MAX_KEPT).filter(|excess| *excess > 0) else { return Vec::new() };
    let mut old: Vec<(Day, Term)> = site
        .frequencies
        .values()
        .filter(|row| !news.contains_key(&row.term))
        .map(|row| (row.day, row.term))
        .collect();
    old.sort_unstable();
    old.into_iter().take(excess).map(|(_, term)| term).collect()
}

#[cfg(test)]
mod tests {
    use courseglue_protocol::DAY_MS;

    use super::*;
    use crate::settings::Settings;

    const NOW: Millis = 20_000 * DAY_MS;

    fn site() -> Site {
        let settings = r#"{"network": "test", "address": "a.example", "scheme": "https", "viewdir": "",
            "blockedhosts": [], "allowedports": []}"#;
        Site::new(Settings::from_json(settings).unwrap())
    }

    fn term(n: usize) -> Term {
        Term::of_word(&n.to_string())
    }

    fn learn(site: &mut Site, told: &[(usize, u64)], now: Millis) {
        let mut frequencies = Frequencies::default();
        told.iter().for_each(|(n, count)| frequencies.note(term(*n), *count));
        frequencies.changes(site, now).into_iter().for_each(|change| site.apply(change));
    }

    fn known(site: &Site, n: usize) -> Option<u64> {
        site.frequencies.get(&term(n)).map(|row| row.count)
    }

    #[test]
    fn one_liar_among_homes_moves_nothing() {
        let mut site = site();
        learn(&mut site, &[(1, 10), (1, u64::MAX), (1, 12)], NOW);
        assert_eq!(known(&site, 1), Some(12));
        learn(&mut site, &[(2, 10), (2, u64::MAX)], NOW);
        assert_eq!(known(&site, 2), Some(10));
    }

    #[test]
    fn a_single_home_moves_what_is_known_by_a_factor_of_two() {
        let mut site = site();
        learn(&mut site, &[(1, 100)], NOW);
        learn(&mut site, &[(1, 1_000_000)], NOW);
        assert_eq!(known(&site, 1), Some(200));
        learn(&mut site, &[(1, 1)], NOW);
        assert_eq!(known(&site, 1), Some(100));
    }

    #[test]
    fn little_news_is_none_and_no_postings_are_not_kept() {
        let mut site = site();
        learn(&mut site, &[(1, 100), (2, 0)], NOW);
        assert_eq!((known(&site, 1), known(&site, 2)), (Some(100), None));
        let mut again = Frequencies::default();
        again.note(term(1), 105);
        assert!(again.clone().changes(&site, NOW).is_empty());
        assert_eq!(again.changes(&site, NOW + 7 * DAY_MS).len(), 1);
    }

    #[test]
    fn the_oldest_make_room() {
        let mut site = site();
        learn(&mut site, &[(0, 5)], NOW - DAY_MS);
        let many: Vec<(usize, u64)> = (1..MAX_KEPT).map(|n| (n, 5)).collect();
        learn(&mut site, &many, NOW);
        assert_eq!((site.frequencies.len(), known(&site, 0)), (MAX_KEPT, Some(5)));
        learn(&mut site, &[(MAX_KEPT, 5)], NOW);
        assert_eq!((site.frequencies.len(), known(&site, 0)), (MAX_KEPT, None));
        assert_eq!(known(&site, MAX_KEPT), Some(5));
    }
}
