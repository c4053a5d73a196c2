//! Time as the protocol counts it: milliseconds since 1970 for order, whole UTC days for leases.

/// Milliseconds since 1970.
pub type Millis = u64;
/// Whole UTC days since 1970.
pub type Day = u32;

/// One day.
pub const DAY_MS: Millis = 86_400_000;
/// One hour.
pub const HOUR_MS: Millis = 3_600_000;
/// How far ahead of the receiver's clock a sequence number may be.
pub const MAX_AHEAD_MS: Millis = 2 * DAY_MS;

/// The UTC day of a moment.
#[must_use]
pub fn day_of(at: Millis) -> Day {
    Day::try_from(at / DAY_MS).unwrap_or(Day::MAX / 2)
}
