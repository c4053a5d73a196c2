//! Merging the answers of several homes to one query.

use std::cmp::Reverse;
use std::collections::BTreeMap;

use super::answer::{Answer, Facets, Hit};
use super::facets::{MAX_SITES, most};
use crate::id::Id;

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
        by_score.then_with(|| Reverse(newness(a)).cmp(&Reverse(newness(b)))).then_with(|| a.recordid.cmp(&b.recordid))
    });
    let total = largest.max(hits.len() as u64);
    let merged = |of: fn(&Facets) -> &BTreeMap<String, u64>| {
        merge_counts(facets.iter().map(of), total, counted)
    };
    let facets = Facets {
        lang: merged(|f| &f.lang),
        access: merged(|f| &f.access),
        country: merged(|f| &f.country),
        site: most(merged(|f| &f.site), MAX_SITES),
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
