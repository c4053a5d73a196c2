//! What the table keeps of a site beside its entry, so that look-ups need not read entries.

use std::sync::Arc;

use crate::descriptor::GRACE_DAYS;
use crate::entry::CheckedEntry;
use crate::id::Id;
use crate::time::Day;

/// A site in the table: 32 bytes.
#[derive(Clone, Debug)]
pub(super) struct Slot {
    pub id: Id,
    /// The last day on which its descriptor holds; no day after 2149 is told apart.
    until: u16,
    /// Whether the last request to it failed.
    pub failing: bool,
    /// Whether it is where it says: it did not move, and was not dropped.
    pub stands: bool,
    pub site: Arc<CheckedEntry>,
}

impl Slot {
    pub fn new(site: Arc<CheckedEntry>, dropped: bool) -> Self {
        let until = u16::try_from(site.descriptor.lease.saturating_add(GRACE_DAYS)).unwrap_or(u16::MAX);
        Self {
            id: site.id,
            until,
            failing: false,
            stands: !dropped && site.descriptor.moved_to.is_none(),
            site,
        }
    }

    /// Takes an entry of the same site; what was seen of it is kept.
    pub fn renew(&mut self, site: Arc<CheckedEntry>, dropped: bool) {
        *self = Self { failing: self.failing, ..Self::new(site, dropped) };
    }

    /// What all sites of one registrable domain share.
    pub fn domain(&self) -> u64 {
        domain_of(&self.id)
    }

    /// Whether its descriptor holds on this day.
    pub fn holds_on(&self, day: Day) -> bool {
        u16::try_from(day).unwrap_or(u16::MAX) <= self.until
    }

    /// Whether it can be a home or a neighbour on this day.
    pub fn takes_part(&self, day: Day) -> bool {
        self.stands && self.holds_on(day)
    }
}

/// The first 64 bits of a node id, which are its domain's.
pub(super) fn domain_of(id: &Id) -> u64 {
    id.0.first_chunk().map_or(0, |first| u64::from_be_bytes(*first))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_slot_is_32_bytes() {
        assert_eq!(size_of::<Slot>(), 32);
    }
}
