//! Time as the protocol counts it: milliseconds since 1970 for order, whole UTC days for leases.

/// Milliseconds since 1970.
pub type Millis = u64;
/// Whole UTC days since 1970.
pub type Day = u32;

/// One day.
pub const DAY_MS: Millis = 86_400_000;
/// One hour.
pub const HOUR_MS: Millis = 3_600_000;
/// The most by which a sequence number may be ahead of the receiver's clock.
pub const MAX_AHEAD_MS: Millis = 2 * DAY_MS;

/// The last day that is told apart from later ones, so that days can be added to any day that a peer names.
const LAST_DAY: Day = Day::MAX / 2;

/// The UTC day of a moment.
#[must_use]
pub fn day_of(at: Millis) -> Day {
    Day::try_from(at / DAY_MS).map_or(LAST_DAY, |day| day.min(LAST_DAY))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn days_can_be_added_to_that_of_any_moment() {
        for at in [0, DAY_MS, u64::from(Day::MAX) * DAY_MS, Millis::MAX] {
            assert!(day_of(at).checked_add(1_000).is_some(), "{at}");
        }
    }
}
