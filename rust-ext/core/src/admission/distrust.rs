//! Whose word does not count any more: who vouched for sites that are not there.

use std::collections::{HashMap, HashSet};

use crate::id::Id;
use crate::site::Site;

/// How many sites that were dropped make their voucher giver suspect.
const DROPPED: usize = 3;

/// The givers of vouchers of whom at least three sites were dropped, and those are three quarters or more of all that
/// they vouched for in the table.
#[must_use]
pub fn distrusted(site: &Site) -> HashSet<Id> {
    let mut dropped: HashMap<Id, usize> = HashMap::new();
    let gone = site.spots.keys().filter_map(|id| site.table.get(id)).filter(|p| p.dropped);
    for voucher in gone.flat_map(|p| &p.site.entry.vouchers) {
        *dropped.entry(voucher.by).or_default() += 1;
    }
    dropped.retain(|_, count| *count >= DROPPED);
    if dropped.is_empty() {
        return HashSet::new();
    }
    let mut all: HashMap<Id, usize> = HashMap::new();
    for voucher in site.table.iter().flat_map(|p| &p.site.entry.vouchers) {
        if dropped.contains_key(&voucher.by) {
            *all.entry(voucher.by).or_default() += 1;
        }
    }
    let suspect = |giver: &Id, bad: &usize| all.get(giver).is_some_and(|all| bad * 4 >= all * 3);
    dropped.into_iter().filter(|(giver, bad)| suspect(giver, bad)).map(|(giver, _)| giver).collect()
}
