//! The turn to catch up the view: one process at a time has it, of all that notice that the view is behind. It keeps
//! others from taking the turn until its request is over, so that a database that never answers hangs one worker, and
//! not all.

use std::fs::File;
use std::io;
use std::os::unix::fs::FileExt;

use rustix::fs::{FlockOperation, flock};

use crate::place::Place;

const TURN: &str = "turn";
/// The number of seconds after a turn in which no other may be taken.
const SECONDS: i64 = 20;

/// The turn, as one process knows it.
#[derive(Debug, Default)]
pub struct Turn {
    /// When this process took it where there was no file to write that into, Unix seconds.
    own: Option<i64>,
    /// The locked file, where this process has the turn.
    taken: Option<File>,
}

impl Turn {
    /// Takes the turn; false where another process has it. `now` is in Unix seconds.
    pub fn take(&mut self, place: &Place, now: i64) -> bool {
        self.end();
        match take(place, now) {
            Ok(taken) => {
                self.taken = taken;
                self.taken.is_some()
            }
            // No directory, or no room in it.
            Err(_) if is_over(self.own, now) => {
                self.own = Some(now);
                true
            }
            Err(_) => false,
        }
    }

    /// Lets others take the turn.
    pub fn end(&mut self) {
        if let Some(file) = self.taken.take() {
            unlock(&file);
        }
    }
}

/// The file, locked; `None` where another process has the turn, or had it a moment ago.
fn take(place: &Place, now: i64) -> io::Result<Option<File>> {
    let file = place.open(&place.file(TURN))?;
    if flock(&file, FlockOperation::NonBlockingLockExclusive).is_err() {
        return Ok(None);
    }
    let taken = write(&file, now);
    if !matches!(taken, Ok(true)) {
        unlock(&file);
    }
    taken.map(|taken| taken.then_some(file))
}

fn unlock(file: &File) {
    // Closing it would not do: a process that is just being started has a copy of it.
    let _ = flock(file, FlockOperation::Unlock);
}

/// Writes that the turn begins now; false where the last one is not over.
fn write(file: &File, now: i64) -> io::Result<bool> {
    let mut last = [0; 8];
    let last = file.read_exact_at(&mut last, 0).ok().map(|()| i64::from_le_bytes(last));
    if !is_over(last, now) {
        return Ok(false);
    }
    file.write_all_at(&now.to_le_bytes(), 0).map(|()| true)
}

/// A turn that began in the future was taken when the clock was wrong.
fn is_over(last: Option<i64>, now: i64) -> bool {
    last.is_none_or(|last| last > now || now >= last.saturating_add(SECONDS))
}
