//! Who is let into the table: sites whose neighbours vouch for them.
//!
//! Everybody but the neighbours checks signatures only and never contacts an address because somebody named
//! it. The rule: three neighbours of distinct domains, or half of them where there are fewer than six.

use std::collections::HashSet;

use crate::descriptor::Descriptor;
use crate::entry::CheckedEntry;
use crate::id::Id;
use crate::table::{Peer, PeerTable};
use crate::time::Day;
use crate::voucher::Voucher;

/// The vouchers that suffice in a large network.
pub const ENOUGH: usize = 3;

/// A site with too few vouchers.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("the site has {valid} valid vouchers from its {neighbours} neighbours known here; it needs {needed}")]
pub struct NotAdmitted {
    /// Vouchers that hold.
    pub valid: usize,
    /// Neighbours known here.
    pub neighbours: usize,
    /// Vouchers needed.
    pub needed: usize,
}

/// How many vouchers a site needs that has this many neighbours. In a small network a majority: one site
/// that happens to be down must not keep a newcomer out.
#[must_use]
pub fn needed(neighbours: usize) -> usize {
    neighbours.div_ceil(2).min(ENOUGH)
}

/// Whether `peer` gave this word for `subject`, and it counts today.
#[must_use]
pub fn holds(voucher: &Voucher, peer: &Peer<'_>, subject: &Descriptor, network: &str, today: Day) -> bool {
    voucher.by == peer.site.id
        && voucher.counts_on(today)
        && voucher.verify(&peer.site.descriptor.key, network, subject).is_ok()
}

/// The entry's vouchers that hold today: by a neighbour of distinct domain, signed, and not too old.
#[must_use]
pub fn valid_vouchers<'e>(
    site: &'e CheckedEntry,
    neighbours: &[Peer<'_>],
    network: &str,
    today: Day,
) -> Vec<&'e Voucher> {
    let mut seen = HashSet::new();
    site.entry
        .vouchers
        .iter()
        .filter(|v| v.counts_on(today) && seen.insert(v.by))
        .filter(|v| neighbours.iter().any(|p| holds(v, p, &site.descriptor, network, today)))
        .collect()
}

/// The first day on which a word for `site` counts that is known with another key: that of the newest word for the
/// known one. Else whoever has a key that was given up could take the site back with the words that were for it.
#[must_use]
pub fn counting_since(site: &CheckedEntry, known: &CheckedEntry) -> Day {
    if site.descriptor.key == known.descriptor.key {
        return 0;
    }
    known.entry.vouchers.iter().map(|v| v.day).max().unwrap_or(0)
}

/// Whether a site is let in whose vouchers were verified. What `me` vouched for needs no other word; nor does
/// an entry signed with the key that is known already for that address.
///
/// # Errors
/// [`NotAdmitted`] says what is missing.
pub fn admit(
    site: &CheckedEntry,
    table: &PeerTable,
    neighbours: &[Peer<'_>],
    me: &Id,
) -> Result<(), NotAdmitted> {
    let known = table.get(&site.id).is_some_and(|p| p.site.descriptor.key == site.descriptor.key);
    if known || site.id == *me {
        return Ok(());
    }
    let others = neighbours.iter().filter(|p| p.site.id != *me).count();
    let needed = needed(others).max(1);
    let vouchers = &site.entry.vouchers;
    if vouchers.len() >= needed || vouchers.iter().any(|v| v.by == *me) {
        return Ok(());
    }
    Err(NotAdmitted { valid: vouchers.len(), neighbours: neighbours.len(), needed })
}
