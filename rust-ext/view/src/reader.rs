//! Reading a view, and noticing that it was replaced.

use std::fs::{self, File, Metadata};
use std::io::{BufRead, BufReader};
use std::os::unix::fs::MetadataExt;
use std::path::Path;

use courseglue_core::change::Change;

use crate::format::{End, Header, path};

/// Which file a view was read from. Every replacement has another stamp.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Stamp {
    device: u64,
    inode: u64,
    modified: (i64, i64),
    length: u64,
}

impl Stamp {
    /// The stamp of the view that lies in `directory` now; none when there is no file.
    #[must_use]
    pub fn of(directory: &Path) -> Option<Self> {
        fs::metadata(path(directory)).ok().map(|metadata| Self::from(&metadata))
    }
}

impl From<&Metadata> for Stamp {
    fn from(metadata: &Metadata) -> Self {
        Self {
            device: metadata.dev(),
            inode: metadata.ino(),
            modified: (metadata.mtime(), metadata.mtime_nsec()),
            length: metadata.len(),
        }
    }
}

/// A whole view.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct View {
    /// The database's revision that it shows.
    pub revision: i64,
    /// Its rows, in the order in which they were written.
    pub rows: Vec<Change>,
}

/// A file that was read, and what it held.
#[derive(Debug)]
pub struct Loaded {
    /// The file's stamp.
    pub stamp: Stamp,
    /// The view; none when an extension of this ABI cannot use the file.
    pub view: Option<View>,
    /// The file. As long as it is open, no replacement can be given its inode number, and with that its stamp.
    pub file: File,
}

/// Reads the view of a directory; none when there is no file that can be read.
#[must_use]
pub fn load(directory: &Path, abi: i64) -> Option<Loaded> {
    let file = File::open(path(directory)).ok()?;
    let stamp = Stamp::from(&file.metadata().ok()?);
    let view = read(BufReader::new(&file), abi);
    Some(Loaded { stamp, view, file })
}

fn read(lines: impl BufRead, abi: i64) -> Option<View> {
    let mut lines = lines.lines();
    let header: Header = serde_json::from_str(&lines.next()?.ok()?).ok()?;
    if !header.is_ours(abi) {
        return None;
    }
    let mut rows = Vec::new();
    for line in lines.by_ref() {
        let line = line.ok()?;
        match serde_json::from_str(&line) {
            Ok(row) => rows.push(row),
            Err(_) => {
                let End { end } = serde_json::from_str(&line).ok()?;
                let whole = u64::try_from(rows.len()) == Ok(end) && lines.next().is_none();
                return whole.then_some(View { revision: header.revision, rows });
            }
        }
    }
    None
}
