//! Choosing the site to exchange with.

use std::sync::Arc;

use courseglue_protocol::{CheckedEntry, Id, Millis, day_of};
use courseglue_table::Peer;

use crate::site::Site;

/// A random site that is worth asking and was not `tried`; a silent one, where there is no other; one whose lease is
/// over, where there is no other site at all.
pub(super) fn choose(
    site: &Site,
    tried: &[Id],
    now: Millis,
    rng: &mut fastrand::Rng,
) -> Option<Arc<CheckedEntry>> {
    let today = day_of(now);
    let count = site.table.len();
    let others = |p: &Peer<'_>| {
        let other = p.id() != site.settings.node && !tried.contains(&p.id());
        other && p.stands() && !site.shuns(&p.id())
    };
    let holds = |p: &Peer<'_>| p.holds_on(today);
    // Nearly every draw is a hit; only where most sites are silent all are looked at.
    for _ in 0..32_usize.min(count * 4) {
        let drawn = site.table.at(rng.usize(..count));
        if let Some(peer) = drawn.filter(|p| others(p) && holds(p) && p.is_usable(now)) {
            return Some(peer.site().into_arc());
        }
    }
    let mut all: Vec<Peer<'_>> = site.table.iter().filter(|p| others(p)).collect();
    if all.iter().any(holds) {
        all.retain(holds);
    }
    let usable: Vec<&Peer<'_>> = all.iter().filter(|p| p.is_usable(now)).collect();
    let from = if usable.is_empty() { all.iter().collect() } else { usable };
    (!from.is_empty()).then(|| from[rng.usize(..from.len())].site().into_arc())
}
