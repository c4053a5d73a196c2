//! Admission: which sites are let into the table. Their neighbours have to vouch for them.
//!
//! Only the neighbours check a newcomer's address. All other sites check signatures, and never contact an address
//! because another site named it. The rule: three neighbours of distinct domains, or half of them where there are fewer
//! than six.

mod judge;
mod rekeying;

pub use judge::{Admissions, Judge, News};
pub use rekeying::most;

use courseglue_protocol::{CheckedEntry, Day, Descriptor, Voucher};

/// The most sites of a small network: each of its sites can tell every other one of itself, and compares whole tables.
pub const SMALL: usize = 64;
/// The number of vouchers that suffice in a large network.
pub const ENOUGH: usize = 3;

/// The number of vouchers that a site with this many neighbours needs. In a small network a majority: one site that
/// happens to be down must not keep a newcomer out.
#[must_use]
pub fn needed(neighbours: usize) -> usize {
    neighbours.div_ceil(2).min(ENOUGH)
}

/// Whether `giver` signed this voucher for `subject`, and it counts today.
#[must_use]
pub fn holds(
    voucher: &Voucher,
    giver: &CheckedEntry,
    subject: &Descriptor,
    network: &str,
    today: Day,
) -> bool {
    voucher.by == giver.id
        && voucher.counts_on(today)
        && voucher.verify(&giver.descriptor.key, network, subject).is_ok()
}
