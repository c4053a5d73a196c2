//! Whether a site's part of the network is still settling: somebody joined so lately that not everybody may have heard of it.

use super::Site;
use crate::change::Change;
use crate::id::Id;
use crate::time::{HOUR_MS, Millis};

/// A network of so many sites is small: each can tell every other one of itself, and compares whole tables.
pub const SMALL: usize = 64;
/// How long it takes at the most until everybody has heard of a site, where cron runs every hour.
pub const SETTLING_MS: Millis = 2 * HOUR_MS;
/// When this site joined, Unix ms.
pub(crate) const JOINED: &str = "joined";
/// When this site last heard of one that it had not known, in a small network, Unix ms.
const GROWN: &str = "grown";

impl Site {
    /// Whether news are on their way: this site joined within the last two hours, or, in a small network, heard of another
    /// one. Then it exchanges in each run of cron, and not once an hour.
    #[must_use]
    pub fn is_settling(&self, now: Millis) -> bool {
        let grown = || self.noted(GROWN, now).is_some_and(|at| now < at.saturating_add(SETTLING_MS));
        self.has_just_joined(now) || self.is_in_small_network() && grown()
    }

    /// Whether so few sites are known that each can tell every other one of itself.
    #[must_use]
    pub fn is_in_small_network(&self) -> bool {
        self.table.len() <= SMALL
    }

    /// Whether this site joined so lately that others may still send to those in whose place it is now.
    pub(crate) fn has_just_joined(&self, now: Millis) -> bool {
        self.noted(JOINED, now).is_some_and(|at| now < at.saturating_add(SETTLING_MS))
    }

    /// What to store when this site hears of others: that its network has grown, where that is small.
    pub(crate) fn grown_by<'i>(&self, news: impl IntoIterator<Item = &'i Id>, now: Millis) -> Option<Change> {
        let grown = self.is_in_small_network() && news.into_iter().any(|id| self.table.get(id).is_none());
        grown.then(|| Change::Mark { name: GROWN.to_owned(), value: Some(now.to_string()) })
    }
}
