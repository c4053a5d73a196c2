//! Merging the answers of several homes to one query.

use std::cmp::Reverse;
use std::collections::BTreeMap;

use courseglue_protocol::Id;

use super::answer::{Answer, Facets, Hit};
use super::facets::{MAX_VALUES, most};

/// One answer out of many: every record once, its highest version; best first as each home ranks.
///
/// Homes that were asked the same hold nearly the same matches, so their counts are not simply added: `total` is the
/// largest that one home counted, or the number of different records seen where that is more. A facet's value is the sum
/// over the homes scaled by the same proportion, and at least what one home counted: exact where the homes hold the same
/// and where they hold nothing in common, an estimate between. `complete` where every home is, `cut` where one cut.
#[must_use]
pub fn merge(answers: Vec<Answer>) -> Answer {
    let complete = !answers.is_empty() && answers.iter().all(|answer| answer.complete);
    let cut = answers.iter().any(|answer| answer.cut);
    let largest = answers.iter().map(|answer| answer.total).max().unwrap_or(0);
    let counted = answers.iter().fold(0_u64, |sum, answer| sum.saturating_add(answer.total));
    let mut newest: BTreeMap<Id, Hit> = BTreeMap::new();
    let mut facets = Vec::with_capacity(answers.len());
    for answer in answers {
        for hit in answer.hits {
            match newest.get(&hit.recordid) {
                Some(known) if known.seq >= hit.seq => {}
                _ => {
                    newest.insert(hit.recordid, hit);
                }
            }
        }
        facets.push(answer.facets);
    }
    let mut hits: Vec<Hit> = newest.into_values().collect();
    hits.sort_by(|a, b| {
        let newness = |hit: &Hit| if hit.score > 0.0 { 0 } else { hit.seq };
        let by_score = b.score.total_cmp(&a.score);
        by_score
            .then_with(|| Reverse(newness(a)).cmp(&Reverse(newness(b))))
            .then_with(|| a.recordid.cmp(&b.recordid))
    });
    let total = largest.max(hits.len() as u64);
    let merged =
        |of: fn(&Facets) -> &BTreeMap<String, u64>| merge_counts(facets.iter().map(of), total, counted);
    let facets = Facets {
        lang: most(merged(|f| &f.lang), MAX_VALUES),
        access: merged(|f| &f.access),
        country: most(merged(|f| &f.country), MAX_VALUES),
        site: most(merged(|f| &f.site), MAX_VALUES),
    };
    Answer { total, complete, cut, hits, facets }
}

fn merge_counts<'a>(
    counts: impl Iterator<Item = &'a BTreeMap<String, u64>>,
    total: u64,
    counted: u64,
) -> BTreeMap<String, u64> {
    let mut sums: BTreeMap<String, (u64, u64)> = BTreeMap::new();
    for (value, &count) in counts.flatten() {
        let (sum, largest) = sums.entry(value.clone()).or_default();
        *sum = sum.saturating_add(count);
        *largest = count.max(*largest);
    }
    let scaled = |sum: u64, largest: u64| {
        let estimate = u128::from(sum) * u128::from(total) / u128::from(counted.max(1));
        u64::try_from(estimate).unwrap_or(u64::MAX).clamp(largest, sum.max(largest))
    };
    sums.into_iter().map(|(value, (sum, largest))| (value, scaled(sum, largest))).collect()
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use courseglue_protocol::Id;

    use super::merge;
    use crate::search::{Answer, Facets, Hit};

    fn id(name: &str) -> Id {
        Id::digest(name.as_bytes())
    }

    fn hit(name: &str, seq: u64, score: f64) -> Hit {
        Hit { recordid: id(name), nodeid: id("A"), seq, score, matched: vec![] }
    }

    fn answer(total: u64, hits: Vec<Hit>, english: u64) -> Answer {
        let facets = Facets { lang: BTreeMap::from([("en".to_owned(), english)]), ..Facets::default() };
        Answer { total, complete: true, cut: false, hits, facets }
    }

    #[test]
    fn merged_answers_hold_each_record_once_in_its_newest_version() {
        let merged = merge(vec![
            answer(2, vec![hit("a", 1, 0.9), hit("b", 1, 0.5)], 2),
            answer(2, vec![hit("a", 2, 0.7), hit("c", 1, 0.6)], 2),
        ]);
        assert_eq!(
            merged.hits.iter().map(|h| (h.recordid, h.seq)).collect::<Vec<_>>(),
            [(id("a"), 2), (id("c"), 1), (id("b"), 1)]
        );
        assert_eq!(merged.total, 3);
        assert_eq!(merged.facets.lang["en"], 3);
    }

    #[test]
    fn homes_that_hold_the_same_are_not_counted_twice() {
        let one = || answer(50, vec![hit("a", 1, 0.9)], 30);
        let merged = merge(vec![one(), one()]);
        assert_eq!((merged.total, merged.facets.lang["en"]), (50, 30));
    }

    #[test]
    fn one_incomplete_or_cut_home_shows() {
        let merged =
            merge(vec![answer(0, vec![], 0), Answer { complete: false, cut: true, ..Answer::default() }]);
        assert!(!merged.complete && merged.cut);
        assert!(!merge(vec![]).complete);
    }
}
