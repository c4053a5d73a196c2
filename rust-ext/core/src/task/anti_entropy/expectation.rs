//! The number of differences that two tables are expected to have.

use courseglue_protocol::{DAY_MS, Millis};
use courseglue_sketch::MAX_SYMBOLS;

/// The fewest differences that are expected.
const FEWEST: u64 = 100;
/// About how many differences a sketch can find. Where more are expected, pages are read.
pub(super) const MOST: u64 = MAX_SYMBOLS as u64 * 2 / 3;

/// A number of differences that is hardly ever exceeded, if every site signs its description every 25 days and the network
/// is as large as known: twice as many as were signed since the last exchange, as each of the two knows some that the
/// other does not; in whole tables twice that, an old and a new statement for each.
pub(super) fn differences(sites: u64, since: Millis, recent: bool) -> u64 {
    let signed = sites.saturating_mul(since) / (25 * DAY_MS);
    signed.saturating_mul(if recent { 2 } else { 4 }).max(FEWEST)
}

#[cfg(test)]
mod tests {
    use courseglue_protocol::HOUR_MS;

    use super::*;

    #[test]
    fn a_million_sites_differ_by_what_was_signed_in_an_hour() {
        assert_eq!(differences(1_000_000, HOUR_MS, true), 3_332);
        assert_eq!(differences(1_000_000, HOUR_MS, false), 6_664);
        assert_eq!(differences(1_000_000, 0, true), FEWEST);
    }

    #[test]
    fn an_exchange_that_begins_a_moment_early_expects_no_fewer_differences() {
        let (sooner, later) =
            (differences(1_000_000, HOUR_MS - 1, true), differences(1_000_000, HOUR_MS, true));
        assert!(sooner + 10 > later, "{sooner} {later}");
    }
}
