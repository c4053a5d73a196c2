//! A glance at a site: the facts that are known without reading its entry.

use courseglue_frozen::{id_at, u16_at};
use courseglue_protocol::{CheckedEntry, Day, GRACE_DAYS, Id};

/// The bytes of a glance in a frozen table.
pub(super) const GLANCE: usize = 24;

/// The time for which a site is new, in days. Its place among the others can be chosen by its name in seconds, and its age
/// cannot.
const NEW_DAYS: Day = 14;

const FAILING: u8 = 1;
const MOVED: u8 = 2;
const DROPPED: u8 = 4;

/// The facts about a site that look-ups need: 24 bytes.
#[derive(Clone, Copy, Debug)]
pub(super) struct Glance {
    pub id: Id,
    /// The last day on which its descriptor holds; days after 2149 all count as one.
    until: u16,
    flags: u8,
    /// The number of days before that one on which it ceased to be new; at most 255.
    old_for: u8,
}

impl Glance {
    pub fn of(site: &CheckedEntry, dropped: bool) -> Self {
        let until = u16::try_from(site.descriptor.lease.saturating_add(GRACE_DAYS)).unwrap_or(u16::MAX);
        let moved = if site.descriptor.moved_to.is_some() { MOVED } else { 0 };
        let old_from = site.known_since().map_or(Day::MAX, |since| since.saturating_add(NEW_DAYS));
        let old_for = Day::from(until).saturating_sub(old_from);
        let old_for = u8::try_from(old_for).unwrap_or(u8::MAX);
        let mut glance = Self { id: site.id, until, flags: moved, old_for };
        glance.set_dropped(dropped);
        glance
    }

    /// The first day on which it is not new any more; of a site that is old for long, an earlier or a later one.
    fn old_from(&self) -> Day {
        Day::from(self.until).saturating_sub(Day::from(self.old_for))
    }

    /// The day since which it is known, or a later one.
    pub fn known_since(&self) -> Day {
        self.old_from().saturating_sub(NEW_DAYS)
    }

    /// Whether it has been known for so long that it takes its place among the others.
    pub fn is_old(&self, day: Day) -> bool {
        self.old_for > 0 && day >= self.old_from()
    }

    /// Takes over what an earlier entry of the same site with the same key said of its age: vouchers by others make no
    /// site younger.
    pub fn keep_age(&mut self, before: &Self) {
        let from = self.old_from().min(before.old_from());
        if before.old_for > 0 && (self.old_for == 0 || from < self.old_from()) {
            self.old_for = u8::try_from(Day::from(self.until).saturating_sub(from)).unwrap_or(u8::MAX);
        }
    }

    /// The part of the node id that all sites of one registrable domain share.
    pub fn domain(&self) -> u64 {
        domain_of(&self.id)
    }

    /// Whether its descriptor holds on this day.
    pub fn holds_on(&self, day: Day) -> bool {
        u16::try_from(day).unwrap_or(u16::MAX) <= self.until
    }

    /// Whether the last request to it failed.
    pub fn failing(&self) -> bool {
        self.flags & FAILING != 0
    }

    pub fn set_failing(&mut self, failing: bool) {
        self.set(FAILING, failing);
    }

    pub fn moved(&self) -> bool {
        self.flags & MOVED != 0
    }

    /// Whether random checks did not find the site at its address.
    pub fn dropped(&self) -> bool {
        self.flags & DROPPED != 0
    }

    pub fn set_dropped(&mut self, dropped: bool) {
        self.set(DROPPED, dropped);
    }

    fn set(&mut self, flag: u8, is_set: bool) {
        self.flags = if is_set { self.flags | flag } else { self.flags & !flag };
    }

    /// Whether it can be a home or a neighbour on this day: it is where it says, and its descriptor holds.
    pub fn takes_part(&self, day: Day) -> bool {
        self.flags & (MOVED | DROPPED) == 0 && self.holds_on(day)
    }

    /// The bytes of a frozen table.
    pub fn to_bytes(self) -> [u8; GLANCE] {
        let mut bytes = [0; GLANCE];
        bytes[..20].copy_from_slice(&self.id.0);
        bytes[20..22].copy_from_slice(&self.until.to_le_bytes());
        bytes[22] = self.flags;
        bytes[23] = self.old_for;
        bytes
    }

    pub fn from_bytes(bytes: &[u8]) -> Self {
        let byte = |at: usize| bytes.get(at).copied().unwrap_or(0);
        Self { id: id_at(bytes, 0), until: u16_at(bytes, 20), flags: byte(22), old_for: byte(23) }
    }
}

/// The first 64 bits of a node id, which are its domain's.
pub(super) fn domain_of(id: &Id) -> u64 {
    id.0.first_chunk().map_or(0, |first| u64::from_be_bytes(*first))
}
