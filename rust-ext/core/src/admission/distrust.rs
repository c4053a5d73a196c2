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
    let gone = site.spots.keys().filter_map(|id| site.table.get(id)).filter(|p| p.dropped());
    for giver in gone.flat_map(|p| p.givers()) {
        *dropped.entry(giver).or_default() += 1;
    }
    dropped.retain(|_, count| *count >= DROPPED);
    if dropped.is_empty() {
        return HashSet::new();
    }
    let mut all: HashMap<Id, usize> = HashMap::new();
    for giver in site.table.iter().flat_map(|p| p.givers()) {
        if dropped.contains_key(&giver) {
            *all.entry(giver).or_default() += 1;
        }
    }
    let suspect = |giver: &Id, bad: &usize| all.get(giver).is_some_and(|all| bad * 4 >= all * 3);
    dropped.into_iter().filter(|(giver, bad)| suspect(giver, bad)).map(|(giver, _)| giver).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::change::{Change, SpotRow};
    use crate::descriptor::tests::body;
    use crate::entry::Entry;
    use crate::settings::Settings;
    use crate::sign::{PublicKey, Sig};
    use crate::site::DROPPED_DAYS;
    use crate::voucher::Voucher;

    /// A site that knows `honest` and `ghosts` sites vouched for by one giver; the ghosts were found missing for `days`.
    fn site(honest: usize, ghosts: usize, days: u32) -> (Site, Id) {
        let settings = r#"{"network":"test","address":"a.example","scheme":"https","viewdir":"","blockedhosts":[],
            "allowedports":[]}"#;
        let mut site = Site::new(Settings::from_json(settings).unwrap());
        let by = Id::digest(b"giver");
        for n in 0..honest + ghosts {
            let body = body(&format!("site{n}.example"), PublicKey([1; 32]), 1_000_000);
            let vouchers = vec![Voucher { by, day: 1, sig: Sig([0; 64]) }];
            let entry = Entry { body, sig: Sig([0; 64]), vouchers }.read().unwrap();
            site.apply(Change::from(&entry));
            if n >= honest {
                site.apply(Change::Spot(SpotRow { nodeid: entry.id, days, last: 1 }));
            }
        }
        (site, by)
    }

    #[test]
    fn another_site_that_is_dropped_or_known_is_counted() {
        let (mut site, giver) = site(0, 3, DROPPED_DAYS);
        let ghost = *site.spots.keys().next().unwrap();
        assert!(site.distrusted().contains(&giver));
        site.apply(Change::Spot(SpotRow { nodeid: ghost, days: 0, last: 2 }));
        assert!(!site.distrusted().contains(&giver));
        site.apply(Change::Spot(SpotRow { nodeid: ghost, days: DROPPED_DAYS, last: 3 }));
        assert!(site.distrusted().contains(&giver));
        site.apply(Change::SiteGone { nodeid: ghost });
        assert!(!site.distrusted().contains(&giver));
    }

    #[test]
    fn whoever_vouched_for_nothing_but_ghosts_is_not_believed() {
        for (honest, ghosts, days, expected) in [
            (0, 3, DROPPED_DAYS, true),
            (1, 3, DROPPED_DAYS, true),
            (2, 3, DROPPED_DAYS, false),
            (0, 2, DROPPED_DAYS, false),
            (0, 9, DROPPED_DAYS - 1, false),
        ] {
            let (site, giver) = site(honest, ghosts, days);
            assert_eq!(distrusted(&site).contains(&giver), expected, "{honest} and {ghosts}");
        }
    }
}
