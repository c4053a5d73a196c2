//! Liveness: what requests to a site have shown.

use courseglue_protocol::{DAY_MS, Millis};

/// The results of this site's own requests to a peer. They are never told to others.
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
