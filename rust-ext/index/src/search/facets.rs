//! The most frequent values of a facet.

use std::collections::BTreeMap;

/// Values of one facet that are named in an answer.
pub(super) const MAX_VALUES: usize = 100;

/// The `max` values with the highest counts.
pub(super) fn most(counts: BTreeMap<String, u64>, max: usize) -> BTreeMap<String, u64> {
    if counts.len() <= max {
        return counts;
    }
    let mut counts: Vec<(String, u64)> = counts.into_iter().collect();
    counts.sort_by(|a, b| b.1.cmp(&a.1).then_with(|| a.0.cmp(&b.0)));
    counts.truncate(max);
    counts.into_iter().collect()
}
