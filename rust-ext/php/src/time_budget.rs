//! The time that a call of PHP may take, so that PHP's own time limit does not kill it halfway.

use std::mem::MaybeUninit;
use std::time::Duration;

use crate::ini;

/// The most time, where PHP sets no limit: tasks are bounded, this is for the unforeseen.
const MOST: Duration = Duration::from_secs(600);

/// Left to PHP to work with the outcome.
const MARGIN: Duration = Duration::from_secs(2);

/// The time that a call may use: what is left of `max_execution_time`, less a margin, but at least a second.
pub fn left() -> Duration {
    let Some(allowed) = ini::max_execution_time() else { return MOST };
    timer().unwrap_or(allowed).saturating_sub(MARGIN).clamp(Duration::from_secs(1), MOST)
}

/// The time left on the timer with which PHP enforces the limit; none where PHP uses another timer.
fn timer() -> Option<Duration> {
    let mut timer = MaybeUninit::<libc::itimerval>::zeroed();
    // SAFETY: getitimer writes the whole structure; zeroes are valid for it too, should it fail.
    let value = unsafe {
        libc::getitimer(libc::ITIMER_PROF, timer.as_mut_ptr());
        timer.assume_init().it_value
    };
    let left = Duration::from_secs(u64::try_from(value.tv_sec).ok()?)
        + Duration::from_micros(u64::try_from(value.tv_usec).ok()?);
    (!left.is_zero()).then_some(left)
}
