//! Who sees to it that the view is caught up: of all that notice that it is behind, one at a time.

use std::fs::File;
use std::os::unix::fs::FileExt;

use rustix::fs::{FlockOperation, flock};

use crate::place::Place;

const TURN: &str = "turn";
/// Who took the turn has so many seconds; after that, another may.
const SECONDS: i64 = 20;

/// The turn, as one process knows it.
#[derive(Debug, Default)]
pub struct Turn {
    /// When this process took it where there was no file to write that into, Unix seconds.
    own: Option<i64>,
}

impl Turn {
    /// Takes the turn; false where somebody has it. `now` is in Unix seconds.
    pub fn take(&mut self, place: &Place, now: i64) -> bool {
        match take(place, now) {
            Some(taken) => taken,
            // No directory, or no room in it.
            None if is_over(self.own, now) => {
                self.own = Some(now);
                true
            }
            None => false,
        }
    }
}

fn take(place: &Place, now: i64) -> Option<bool> {
    let file = place.open(&place.file(TURN)).ok()?;
    if flock(&file, FlockOperation::NonBlockingLockExclusive).is_err() {
        return Some(false);
    }
    let taken = write(&file, now);
    // Not by closing it: a process that is just being started has a copy of it.
    let _ = flock(&file, FlockOperation::Unlock);
    taken
}

fn write(file: &File, now: i64) -> Option<bool> {
    let mut last = [0; 8];
    let last = file.read_exact_at(&mut last, 0).ok().map(|()| i64::from_le_bytes(last));
    if !is_over(last, now) {
        return Some(false);
    }
    file.write_all_at(&now.to_le_bytes(), 0).ok().map(|()| true)
}

/// A turn that began in the future was taken when the clock was wrong.
fn is_over(last: Option<i64>, now: i64) -> bool {
    last.is_none_or(|last| last > now || now >= last.saturating_add(SECONDS))
}
