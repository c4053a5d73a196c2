//! Settling: whether another site joined so lately that not all may have heard of it.

use courseglue_protocol::{HOUR_MS, Id, Millis};
use courseglue_table::SMALL;

use super::Site;
use crate::change::Change;
use crate::task::EXCHANGED;

/// The longest time until all sites have heard of a new one, where cron runs every hour.
pub const SETTLING_MS: Millis = 2 * HOUR_MS;
/// When this site joined, Unix ms.
pub(crate) const JOINED: &str = "joined";
/// When this site first and last heard of one that it had not known, in a small network, Unix ms.
const GROWN: &str = "grown";
/// The time of growing after which a network settles at leisure: sites with new names may come every hour.
const GROWING_MS: Millis = 6 * HOUR_MS;
/// The pause between two exchanges then.
const LEISURE_MS: Millis = HOUR_MS / 6;

impl Site {
    /// Whether news are on their way: this site joined within the last two hours, or, in a small network, heard of another
    /// one. Then it exchanges in each run of cron, and not once an hour.
    #[must_use]
    pub fn is_settling(&self, now: Millis) -> bool {
        let grows = || {
            let Some((first, last)) = self.grown(now) else { return false };
            let rested = || self.noted(EXCHANGED, now).is_none_or(|at| now >= at.saturating_add(LEISURE_MS));
            now < last.saturating_add(SETTLING_MS) && (now < first.saturating_add(GROWING_MS) || rested())
        };
        self.has_just_joined(now) || self.is_in_small_network() && grows()
    }

    /// Whether so few sites are known that each can tell every other one of itself.
    #[must_use]
    pub fn is_in_small_network(&self) -> bool {
        self.table.len() <= SMALL
    }

    /// Whether this site joined so lately that others may still send to the sites in whose place it is now.
    pub(crate) fn has_just_joined(&self, now: Millis) -> bool {
        self.noted(JOINED, now).is_some_and(|at| now < at.saturating_add(SETTLING_MS))
    }

    /// When the network began to grow, and when it last did; none where that is still to come, as when the clock was wrong.
    fn grown(&self, now: Millis) -> Option<(Millis, Millis)> {
        let (first, last) = self.marks.get(GROWN)?.split_once(' ')?;
        Some((first.parse().ok()?, last.parse().ok()?)).filter(|(first, last)| first <= last && *last <= now)
    }

    /// The change to store when this site hears of others: that its network has grown, where that is small.
    pub(crate) fn grown_by<'i>(&self, news: impl IntoIterator<Item = &'i Id>, now: Millis) -> Option<Change> {
        if !self.is_in_small_network() || news.into_iter().all(|id| self.table.get(id).is_some()) {
            return None;
        }
        let goes_on = |(_, last): &(Millis, Millis)| now < last.saturating_add(SETTLING_MS);
        let first = self.grown(now).filter(goes_on).map_or(now, |(first, _)| first);
        Some(Change::Mark { name: GROWN.to_owned(), value: Some(format!("{first} {now}")) })
    }
}
