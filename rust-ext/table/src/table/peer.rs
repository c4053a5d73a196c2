//! A known site, and what this site's own requests to it have shown.

use std::borrow::Cow;
use std::ops::Deref;
use std::sync::Arc;

use courseglue_protocol::{CheckedEntry, Day, HOUR_MS, Id, Millis, PublicKey};

use super::base::Base;
use super::glance::Glance;
use super::liveness::Liveness;
use super::slot::Place;

/// Failures in a row after which a site is passed over for a while.
const FAILURES: u32 = 3;
const LONGEST_PAUSE_MS: Millis = 6 * HOUR_MS;

/// A known site. All of its methods but [`Peer::site`] answer without reading its entry.
#[derive(Clone, Copy, Debug)]
pub struct Peer<'t> {
    pub(super) glance: Glance,
    pub(super) place: Place<'t>,
    /// The results of requests to it.
    pub liveness: Liveness,
}

/// A reference to a known site's entry, which the table holds or which was parsed on demand.
#[derive(Debug)]
pub enum SiteRef<'t> {
    /// The entry that the table holds.
    Held(&'t Arc<CheckedEntry>),
    /// The entry was parsed on demand.
    Read(Arc<CheckedEntry>),
}

impl SiteRef<'_> {
    /// Turns the reference into an entry of its own, which may outlive the table.
    #[must_use]
    pub fn into_arc(self) -> Arc<CheckedEntry> {
        match self {
            Self::Held(site) => site.clone(),
            Self::Read(site) => site,
        }
    }
}

impl Deref for SiteRef<'_> {
    type Target = Arc<CheckedEntry>;

    fn deref(&self) -> &Arc<CheckedEntry> {
        match self {
            Self::Held(site) => site,
            Self::Read(site) => site,
        }
    }
}

/// The place of the facts about a site.
enum Facts<'t> {
    Site(&'t Arc<CheckedEntry>),
    Row(&'t Base, usize),
}

impl<'t> Peer<'t> {
    /// Its node id.
    #[must_use]
    pub fn id(&self) -> Id {
        self.glance.id
    }

    fn facts(&self) -> Option<Facts<'t>> {
        match self.place {
            Place::Heap(site) => Some(Facts::Site(site)),
            Place::Base(base, row) => {
                Some(Facts::Row(base, row.unwrap_or_else(|| base.row_of(&self.glance.id))))
            }
            Place::None => None,
        }
    }

    /// Its entry, which may have to be read.
    #[must_use]
    pub fn site(&self) -> SiteRef<'t> {
        match self.facts() {
            Some(Facts::Site(site)) => SiteRef::Held(site),
            Some(Facts::Row(base, row)) => SiteRef::Read(Arc::new(base.site(row, &self.glance.id))),
            None => SiteRef::Read(Arc::new(CheckedEntry::unreadable(self.glance.id))),
        }
    }

    /// Its entry as it travels.
    #[must_use]
    pub fn json(&self) -> Cow<'t, str> {
        match self.facts() {
            Some(Facts::Row(base, row)) => Cow::Borrowed(base.json(row)),
            _ => Cow::Owned(serde_json::to_string(&self.site().entry).unwrap_or_default()),
        }
    }

    /// When it described itself, Unix ms.
    #[must_use]
    pub fn seq(&self) -> Millis {
        match self.facts() {
            Some(Facts::Site(site)) => site.descriptor.seq,
            Some(Facts::Row(base, row)) => base.seq(row),
            None => 0,
        }
    }

    /// The digest of its entry, which sketches are made of.
    #[must_use]
    pub fn digest(&self) -> [u8; 20] {
        match self.facts() {
            Some(Facts::Site(site)) => site.digest,
            Some(Facts::Row(base, row)) => base.digest(row),
            None => [0; 20],
        }
    }

    /// The rank of its statement: of two statements of one site the one of higher rank counts ([`CheckedEntry::rank`]).
    #[must_use]
    pub fn rank(&self) -> (Millis, [u8; 20]) {
        (self.seq(), self.digest())
    }

    /// The key its items are signed with.
    #[must_use]
    pub fn key(&self) -> PublicKey {
        match self.facts() {
            Some(Facts::Site(site)) => site.descriptor.key,
            Some(Facts::Row(base, row)) => base.key(row),
            None => PublicKey([0; 32]),
        }
    }

    /// Its country.
    #[must_use]
    pub fn country(&self) -> Option<&'t str> {
        match self.facts()? {
            Facts::Site(site) => site.descriptor.country.as_deref(),
            Facts::Row(base, row) => base.country(row),
        }
    }

    /// The node ids of the sites that vouch for it.
    pub fn givers(self) -> impl Iterator<Item = Id> + 't {
        let (site, row) = match self.facts() {
            Some(Facts::Site(site)) => (Some(site), None),
            Some(Facts::Row(base, row)) => (None, Some((base, row))),
            None => (None, None),
        };
        let held = site.into_iter().flat_map(|site| site.entry.vouchers.iter().map(|voucher| voucher.by));
        held.chain(row.into_iter().flat_map(|(base, row)| base.givers(row)))
    }

    /// The UTC day since which it is known with its key, or a later one.
    #[must_use]
    pub fn known_since(&self) -> Day {
        self.glance.known_since()
    }

    /// Whether its descriptor holds on this day.
    #[must_use]
    pub fn holds_on(&self, day: Day) -> bool {
        self.glance.holds_on(day)
    }

    /// Whether random checks did not find the site at its address, so that it is not used.
    #[must_use]
    pub fn dropped(&self) -> bool {
        self.glance.dropped()
    }

    /// Whether it says that it moved.
    #[must_use]
    pub fn moved(&self) -> bool {
        self.glance.moved()
    }

    /// Whether the site is where it says: it did not move, and was not dropped.
    #[must_use]
    pub fn stands(&self) -> bool {
        !self.dropped() && !self.moved()
    }

    /// Whether a request to it is worth making now: it answered last time, or failed fewer than three times
    /// in a row, or its pause (doubling, at most six hours) is over.
    #[must_use]
    pub fn is_usable(&self, now: Millis) -> bool {
        if !self.stands() {
            return false;
        }
        let failures = self.liveness.failures;
        if failures < FAILURES {
            return true;
        }
        let pause = (60_000 << (failures - FAILURES).min(20)).min(LONGEST_PAUSE_MS);
        // A last request that is still to come was noted when the clock was wrong.
        let last = self.liveness.last_try;
        last > now || now >= last + pause
    }
}
