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

/// The sequence number of what a site signs next: the present moment, or two more than that of what it signed last. The
/// number in between ends the last version where its terms were lost.
///
/// A number that is further ahead than others accept was used while the clock was wrong: nobody has what was signed with it,
/// so it is no floor. Otherwise one run with a clock that is a year ahead would keep the site from publishing and withdrawing
/// for that year.
#[must_use]
pub fn next_seq(last: Millis, now: Millis) -> Millis {
    if last > now.saturating_add(MAX_AHEAD_MS) { now } else { now.max(last.saturating_add(2)) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_number_is_above_the_last_one_unless_nobody_can_have_accepted_that() {
        let now = 100 * DAY_MS;
        for (last, next) in [
            (0, now),
            (now, now + 2),
            (now + MAX_AHEAD_MS, now + MAX_AHEAD_MS + 2),
            (now + MAX_AHEAD_MS + 1, now),
            (Millis::MAX, now),
        ] {
            assert_eq!(next_seq(last, now), next, "{last}");
        }
    }

    #[test]
    fn days_can_be_added_to_that_of_any_moment() {
        for at in [0, DAY_MS, u64::from(Day::MAX) * DAY_MS, Millis::MAX] {
            assert!(day_of(at).checked_add(1_000).is_some(), "{at}");
        }
    }
}
