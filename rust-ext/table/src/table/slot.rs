//! A site as the table holds it.

use std::sync::Arc;

use courseglue_protocol::{CheckedEntry, Id};

use super::base::Base;
use super::glance::Glance;

/// A site in the table: 32 bytes.
#[derive(Clone, Debug)]
pub(super) struct Slot {
    pub glance: Glance,
    /// Its entry; none where that lies in the frozen base.
    pub site: Option<Arc<CheckedEntry>>,
}

impl Slot {
    pub fn new(site: Arc<CheckedEntry>, dropped: bool) -> Self {
        Self { glance: Glance::of(&site, dropped), site: Some(site) }
    }

    /// Takes in a newer entry of the same site, and keeps its other facts. `same_key`: whether its key is the same.
    pub fn renew(&mut self, site: Arc<CheckedEntry>, same_key: bool) {
        let before = self.glance;
        *self = Self::new(site, before.dropped());
        if same_key {
            self.glance.keep_age(&before);
        }
        self.glance.set_failing(before.failing());
    }

    pub fn id(&self) -> &Id {
        &self.glance.id
    }
}

/// The place of a site's entry.
#[derive(Clone, Copy, Debug)]
pub(super) enum Place<'t> {
    Heap(&'t Arc<CheckedEntry>),
    /// In the frozen base: in this row, or in that of its id.
    Base(&'t Base, Option<usize>),
    /// Nowhere: the base was damaged.
    None,
}

/// A site that was found.
#[derive(Clone, Copy, Debug)]
pub(super) struct KnownSite<'t> {
    pub glance: Glance,
    pub place: Place<'t>,
}

impl<'t> KnownSite<'t> {
    pub fn new(slot: &'t Slot, base: Option<&'t Base>) -> Self {
        let place = match (&slot.site, base) {
            (Some(site), _) => Place::Heap(site),
            (None, Some(base)) => Place::Base(base, None),
            (None, None) => Place::None,
        };
        Self { glance: slot.glance, place }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_slot_is_32_bytes() {
        assert_eq!(size_of::<Slot>(), 32);
    }
}
