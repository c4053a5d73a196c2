//! A known site, and what this site's own requests to it have shown.

use std::sync::Arc;

use crate::entry::CheckedEntry;
use crate::time::{DAY_MS, HOUR_MS, Millis};

/// Failures in a row after which a site is passed over for a while.
const FAILURES: u32 = 3;
const LONGEST_PAUSE_MS: Millis = 6 * HOUR_MS;

/// What this site's own requests to a peer have shown. Never told to others.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Liveness {
    /// Failed requests since the last answer.
    pub failures: u32,
    /// When the last request was made, Unix ms.
    pub last_try: Millis,
    /// When the first of these failures was seen, Unix ms; 0 where the last request was answered.
    pub failing_since: Millis,
}

impl Liveness {
    /// Whether it has been silent for so long that another site takes its place as a home: a day, asked at least twice.
    #[must_use]
    pub fn is_gone(&self, now: Millis) -> bool {
        self.failures >= 2 && now >= self.failing_since.saturating_add(DAY_MS)
    }
}

/// A known site.
#[derive(Clone, Copy, Debug)]
pub struct Peer<'t> {
    /// Its entry.
    pub site: &'t Arc<CheckedEntry>,
    /// What was seen of it.
    pub liveness: Liveness,
    /// Whether random checks found nobody there, so that it is not used.
    pub dropped: bool,
}

impl Peer<'_> {
    /// Whether the site is where it says: it did not move, and was not dropped.
    #[must_use]
    pub fn stands(&self) -> bool {
        !self.dropped && self.site.descriptor.moved_to.is_none()
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
