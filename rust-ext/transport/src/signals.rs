//! Signals belong to PHP's own thread.

use std::mem::MaybeUninit;
use std::ptr;

/// While this lives, threads that are started take no signals: PHP's handlers (time limits, FPM's shutdown) work
/// on the interpreter's state, which only its own thread may touch. Dropping it restores this thread's mask.
pub struct HeldSignals(libc::sigset_t);

impl HeldSignals {
    /// Holds back all signals of this thread.
    pub fn new() -> Self {
        let mut every = MaybeUninit::uninit();
        let mut before = MaybeUninit::uninit();
        // SAFETY: sigfillset writes the whole set; pthread_sigmask reads it and writes the former one. Neither
        // fails with these arguments.
        unsafe {
            libc::sigfillset(every.as_mut_ptr());
            libc::pthread_sigmask(libc::SIG_SETMASK, every.as_ptr(), before.as_mut_ptr());
            Self(before.assume_init())
        }
    }
}

impl Drop for HeldSignals {
    fn drop(&mut self) {
        // SAFETY: the set is the one that was in force before.
        unsafe { libc::pthread_sigmask(libc::SIG_SETMASK, &raw const self.0, ptr::null_mut()) };
    }
}
