//! Completeness: whether a site holds what it should, as far as it can know.

use std::sync::Arc;

use courseglue_protocol::{CheckedEntry, DAY_MS, Millis, day_of};

use super::marks::{COHOME, Marks, TRIED};
use crate::change::Change;
use crate::site::Site;

/// The time without any exchange after which a site does not know what it lacks.
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
        // A publisher that has not heard of a newcomer yet sends to the sites in whose place the newcomer is now.
        let is_known = || !self.has_just_joined(now);
        self.noted(COMPLETE, now).filter(|_| goes_on() && is_known()).or_else(|| alone().then_some(now))
    }
}

/// Notes whether a site is complete after a run. It is once it has tried all co-homes and has nothing left to pull from three
/// in four: every posting is at several of them, and one that always promises more must not keep its neighbours incomplete.
/// `is_full`: whether something had to be refused for want of room.
pub(super) fn note(marks: &mut Marks, cohomes: &[Arc<CheckedEntry>], is_full: bool, now: Millis) {
    let noted = |what: &str| cohomes.iter().filter(|cohome| marks.get_of(what, &cohome.id).is_some()).count();
    let all = cohomes.len();
    // Within a day it meets every co-home again, and has to refuse again what it still has no room for.
    let has_room = marks.time(REFUSED, now).is_none_or(|at| now > at + AWAY_MS);
    if is_full {
        marks.set(COMPLETE, None);
        marks.set(REFUSED, Some(now.to_string()));
    } else if has_room
        && marks.time(COMPLETE, now).is_none()
        && all > 0
        && noted(TRIED) == all
        && noted(COHOME) * 4 >= all * 3
    {
        marks.set(COMPLETE, Some(now.to_string()));
        marks.set(REFUSED, None);
    }
}

/// The changes to store when something was refused for want of room: from now on this site lacks something, until it has
/// compared itself with all of its co-homes and nothing was refused.
pub(crate) fn refused_for_room(now: Millis) -> [Change; 2] {
    [(COMPLETE, None), (REFUSED, Some(now.to_string()))]
        .map(|(name, value)| Change::Mark { name: name.to_owned(), value })
}
