//! One writer at a time.

use std::fs::{self, File};
use std::io;
use std::os::unix::fs::MetadataExt;
use std::path::PathBuf;

use rustix::fs::{FlockOperation, flock};
use rustix::io::Errno;

use crate::place::Place;

const LOCK: &str = "lock";

/// The writers' lock, held until it is dropped or its process ends.
#[derive(Debug)]
pub struct Lock {
    file: File,
    path: PathBuf,
}

impl Lock {
    /// Takes the lock; `None` where another writer has it.
    ///
    /// # Errors
    /// Errors of the disk.
    pub fn take(place: &Place) -> io::Result<Option<Self>> {
        let path = place.file(LOCK);
        loop {
            let file = match place.open(&path) {
                // Another user's file may be locked without being written.
                Err(error) if error.kind() == io::ErrorKind::PermissionDenied => File::open(&path)?,
                opened => opened?,
            };
            match flock(&file, FlockOperation::NonBlockingLockExclusive) {
                Ok(()) => {}
                Err(Errno::WOULDBLOCK) => return Ok(None),
                Err(Errno::INTR) => continue,
                Err(error) => return Err(error.into()),
            }
            let lock = Self { file, path: path.clone() };
            // The file may have been deleted meanwhile, and another be locked by now.
            if lock.holds() {
                return Ok(Some(lock));
            }
        }
    }

    /// Whether this is the lock that others look for: it is not when the directory was emptied.
    #[must_use]
    pub fn holds(&self) -> bool {
        match (self.file.metadata(), fs::metadata(&self.path)) {
            (Ok(own), Ok(there)) => (own.dev(), own.ino()) == (there.dev(), there.ino()),
            _ => false,
        }
    }
}

impl Drop for Lock {
    fn drop(&mut self) {
        // Closing the file would not do: a process that is just being started has a copy of it until it runs its program.
        let _ = flock(&self.file, FlockOperation::Unlock);
    }
}
