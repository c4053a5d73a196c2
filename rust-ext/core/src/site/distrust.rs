//! The givers whose vouchers do not count any more: they vouched for sites that are not there.

use std::collections::{BTreeMap, HashMap, HashSet};

use courseglue_protocol::Id;
use courseglue_table::PeerTable;

use crate::change::SpotRow;

/// The number of missing sites that makes the giver of their vouchers suspect.
const MISSING: usize = 4;
/// The name of a mark, before the id of a suspected giver of vouchers: of the sites for which it vouched, how many random
/// checks found at their addresses. So a few checks tell what all of that giver's vouchers are worth.
pub(crate) const FOUND: &str = "found/";

/// The givers of vouchers for four missing sites or more, one of which is dropped; at most one in four of the sites for which
/// they vouched was found.
pub(super) fn distrusted(
    me: &Id,
    table: &PeerTable,
    spots: &HashMap<Id, SpotRow>,
    marks: &BTreeMap<String, String>,
) -> HashSet<Id> {
    let mut missing: HashMap<Id, (usize, bool)> = HashMap::new();
    for peer in spots.keys().filter_map(|id| table.get(id)) {
        for giver in peer.givers() {
            let (count, dropped) = missing.entry(giver).or_default();
            *count += 1;
            *dropped |= peer.dropped();
        }
    }
    missing.remove(me);
    missing
        .retain(|giver, (count, dropped)| *dropped && *count >= MISSING && *count >= 3 * found(marks, giver));
    missing.into_keys().collect()
}

/// The number of sites that random checks found, among those for which `giver` vouched.
pub(crate) fn found(marks: &BTreeMap<String, String>, giver: &Id) -> usize {
    marks.get(&format!("{FOUND}{giver}")).and_then(|count| count.parse().ok()).unwrap_or(0)
}

#[cfg(test)]
mod tests {
    use courseglue_protocol::samples::descriptor as body;
    use courseglue_protocol::{Entry, PublicKey, Sig, Voucher};

    use super::*;
    use crate::change::Change;
    use crate::settings::Settings;
    use crate::site::DROPPED_DAYS;
    use crate::site::Site;

    /// A site that knows `honest` and `ghosts` sites for which one giver vouched. The honest ones were found once each,
    /// the ghosts were missing on this number of `days`.
    fn site(honest: usize, ghosts: usize, days: u32) -> (Site, Id) {
        let settings = r#"{"network":"test","address":"a.example","scheme":"https","viewdir":"","blockedhosts":[],
            "allowedports":[]}"#;
        let mut site = Site::new(Settings::from_json(settings).unwrap());
        let by = Id::digest(b"giver");
        for n in 0..honest + ghosts {
            let body = body(&format!("site{n}.example"), PublicKey([1; 32]), 1_000_000);
            let vouchers = vec![Voucher { by, day: 1, since: 1, sig: Sig([0; 64]) }];
            let entry = Entry { body, sig: Sig([0; 64]), vouchers }.read().unwrap();
            site.apply(Change::from(&entry));
            if n >= honest {
                site.apply(Change::Spot(SpotRow { nodeid: entry.id, days, last: 1 }));
            }
        }
        let value = Some(honest.to_string());
        site.apply(Change::Mark { name: format!("{FOUND}{by}"), value });
        (site, by)
    }

    #[test]
    fn another_site_that_is_dropped_or_known_is_counted() {
        let (mut site, giver) = site(0, 4, DROPPED_DAYS);
        let ghost = *site.spots.keys().next().unwrap();
        assert!(site.distrusted().contains(&giver));
        site.apply(Change::Spot(SpotRow { nodeid: ghost, days: 0, last: 2 }));
        assert!(!site.distrusted().contains(&giver));
        site.apply(Change::Spot(SpotRow { nodeid: ghost, days: DROPPED_DAYS, last: 3 }));
        assert!(site.distrusted().contains(&giver));
        site.apply(Change::SiteGone { nodeid: ghost, seq: None });
        assert!(!site.distrusted().contains(&giver));
    }

    #[test]
    fn whoever_vouched_for_nothing_but_ghosts_is_not_believed() {
        for (honest, ghosts, days, expected) in [
            (0, 4, DROPPED_DAYS, true),
            (1, 4, DROPPED_DAYS, true),
            (2, 4, DROPPED_DAYS, false),
            (2, 6, DROPPED_DAYS, true),
            (0, 3, DROPPED_DAYS, false),
            (0, 9, DROPPED_DAYS - 1, false),
        ] {
            let (site, giver) = site(honest, ghosts, days);
            assert_eq!(site.distrusted().contains(&giver), expected, "{honest} and {ghosts}");
        }
    }
}
