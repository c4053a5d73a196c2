//! Whether a site holds what it should, as far as it can know.

use courseglue_protocol::{DAY_MS, Millis, day_of};

use crate::change::Change;
use crate::site::Site;

/// Without any exchange for longer than this, a site does not know what it lacks.
pub(super) const AWAY_MS: Millis = DAY_MS;
/// When this site became complete, Unix ms.
pub(super) const COMPLETE: &str = "complete";
/// When this site last had to refuse something for want of room, Unix ms.
pub(super) const REFUSED: &str = "refused";
/// When it last exchanged records with a co-home, Unix ms.
pub(super) const RECONCILED: &str = "reconciled";

impl Site {
    /// Since when this site has held all that it should hold, as far as it can know; `None` while it is not complete. A site
    /// is complete once it has exchanged records with all its co-homes and keeps doing so, as a publication reaches all homes
    /// within a day. A site that knows no other site is complete at once.
    #[must_use]
    pub fn complete_since(&self, now: Millis) -> Option<Millis> {
        let goes_on = || self.noted(RECONCILED, now).is_some_and(|at| now <= at + AWAY_MS);
        let alone = || !self.table.holding(day_of(now)).any(|peer| peer.id() != self.settings.node);
        // A publisher that has not heard of a newcomer yet sends to those in whose place it is now.
        let is_known = || !self.has_just_joined(now);
        self.noted(COMPLETE, now).filter(|_| goes_on() && is_known()).or_else(|| alone().then_some(now))
    }
}

/// What to store when something was refused for want of room: from now on this site lacks something, until it has
/// compared itself with all of its co-homes and nothing was refused.
pub(crate) fn refused_for_room(now: Millis) -> [Change; 2] {
    [(COMPLETE, None), (REFUSED, Some(now.to_string()))]
        .map(|(name, value)| Change::Mark { name: name.to_owned(), value })
}
