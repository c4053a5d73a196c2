//! The state of a view: which base and log count, and how fresh they are. The file `current`.

use std::fs::{self, File, Metadata};
use std::io::{self, Read, Write};
use std::os::unix::fs::MetadataExt;
use std::path::Path;

use courseglue_protocol::{Day, day_of};
use serde::{Deserialize, Serialize};

use crate::place::Place;

/// The name of the file.
pub const CURRENT: &str = "current";
/// The number of this form of the files.
pub const FORMAT: u32 = 2;
/// No such file is longer.
const MOST: u64 = 4_096;

/// The contents of the file `current`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct State {
    /// [`FORMAT`] when it was written.
    pub format: u32,
    /// The ABI of the extension that wrote it.
    pub abi: i64,
    /// The number of the base and the log: the time when the base was made, Unix µs, or later. It never comes again,
    /// not even after everything was deleted.
    pub generation: u64,
    /// The bytes of the base.
    pub base: u64,
    /// The database's revision that they show.
    pub revision: i64,
    /// Everything that was committed before this moment, Unix seconds, is in them.
    pub caughtup: i64,
    /// The rows of the log that count.
    pub rows: u64,
    /// The bytes of the log that count: what follows was never finished.
    pub bytes: u64,
}

impl State {
    /// Reads the file; `None` where there is none that an extension of this ABI can use.
    #[must_use]
    pub fn read(place: &Place, abi: i64) -> Option<Self> {
        Self::parse(&File::open(place.file(CURRENT)).ok()?, abi)
    }

    pub(crate) fn parse(file: &File, abi: i64) -> Option<Self> {
        let mut text = Vec::new();
        file.take(MOST).read_to_end(&mut text).ok()?;
        let state: Self = serde_json::from_slice(&text).ok()?;
        (state.format == FORMAT && state.abi == abi).then_some(state)
    }

    /// The day on which the base was made: it has the sketches of that day.
    #[must_use]
    pub fn day(&self) -> Day {
        day_of(self.generation / 1_000)
    }

    /// Makes this what counts.
    ///
    /// # Errors
    /// Errors of the disk; the former state then still counts.
    pub fn write(&self, place: &Place) -> io::Result<()> {
        let text = serde_json::to_vec(self)?;
        place.replace(&place.file(CURRENT), |file| file.write_all(&text))
    }
}

/// The identity of a file. Every replacement has another stamp, as long as the file that was there before is held open.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Stamp {
    device: u64,
    inode: u64,
    changed: (i64, i64),
    length: u64,
}

impl Stamp {
    /// The stamp of the file that lies there now; `None` where there is none.
    #[must_use]
    pub fn of(path: &Path) -> Option<Self> {
        fs::metadata(path).ok().map(|metadata| Self::from(&metadata))
    }
}

impl From<&Metadata> for Stamp {
    fn from(metadata: &Metadata) -> Self {
        Self {
            device: metadata.dev(),
            inode: metadata.ino(),
            changed: (metadata.ctime(), metadata.ctime_nsec()),
            length: metadata.len(),
        }
    }
}
